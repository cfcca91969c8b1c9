public import Networks
public import Tensors

extension Sequential {
    /// U-Net, for segmentation: down to small maps with many channels and up again, with the maps of the way down
    /// beside those of the way up (Ronneberger et al. 2015, figure 1).
    ///
    /// 31,030,658 parameters for two classes. Its convolutions are padded, so that masks are as large as images; the
    /// paper's are not.
    ///
    /// ```swift
    /// let network = try Sequential.uNet(input: [96, 96, 1], classes: 1, filters: [32, 64, 128])
    /// print(network(.zeros([1, 96, 96, 1])).shape)  // [1, 96, 96, 1]
    /// ```
    /// - Parameters:
    ///   - input: An image's height, width and channels. Each of the levels but the last halves height and width, which
    ///     must be even there.
    ///   - classes: The number of classes; the network's output is a score for each of them at each pixel.
    ///   - filters: The filters of each level, from the top.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if height and width cannot be halved as often, or if the file does not fit;
    ///   `SafetensorsError` if it cannot be read.
    public static func uNet(
        input: Shape = [256, 256, 1], classes: Int = 2, filters: [Int] = [64, 128, 256, 512, 1024],
        weights: String? = nil
    ) throws -> Sequential {
        try Sequential("unet", input: input) {
            level(filters[...])
            Conv2D(classes, kernel: 1)
        }.loading(weights)
    }

    /// A level with those below it.
    @LayerBuilder private static func level(_ filters: ArraySlice<Int>) -> [Layer] {
        if let first = filters.first {
            vggBlock(first, count: 2)
            if filters.count > 1 {
                Skip {
                    MaxPooling2D(2)
                    level(filters.dropFirst())
                    Conv2DTranspose(first, kernel: 2, stride: 2)
                }
                vggBlock(first, count: 2)
            }
        }
    }
}
