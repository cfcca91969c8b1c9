public import Networks
public import Tensors

extension Sequential {
    /// SegNet, for segmentation: the convolutions of VGG16 with batch normalization, then their mirror image, in which
    /// unpooling puts every number where the maximum was on the way down (Badrinarayanan et al. 2017, figure 2).
    ///
    /// 29,449,932 parameters to train for the twelve classes of CamVid's roads, and 15,872 moving averages.
    ///
    /// ```swift
    /// let network = try Sequential.segNet(input: [32, 32, 3], classes: 3, width: 0.125)
    /// print(network(.zeros([1, 32, 32, 3])).shape)  // [1, 32, 32, 3]
    /// ```
    /// - Parameters:
    ///   - input: An image's height, width and channels.
    ///   - classes: The number of classes; the network's output is a score for each of them at each pixel.
    ///   - width: What all numbers of filters are multiplied by, but for the classes.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the file does not fit; `SafetensorsError` if it cannot be read.
    public static func segNet(
        input: Shape = [352, 480, 3], classes: Int = 12, width: Double = 1, weights: String? = nil
    ) throws -> Sequential {
        func convolutions(_ filters: [Int]) -> [Layer] {
            filters.flatMap { filters -> [Layer] in
                [
                    Conv2D(filters.scaled(by: width), kernel: 3, padding: .same),
                    BatchNormalization(activation: .relu),
                ]
            }
        }
        /// A block of the encoder and its mirror image, which ends with the filters of the block above, around those
        /// below.
        @LayerBuilder func level(_ blocks: ArraySlice<(filters: Int, count: Int)>, above: Int?) -> [Layer] {
            if let (filters, count) = blocks.first {
                convolutions(Array(repeating: filters, count: count))
                MaxUnpooling2D(2) { level(blocks.dropFirst(), above: filters) }
                convolutions(Array(repeating: filters, count: count - 1) + (above.map { [$0] } ?? []))
            }
        }
        return try Sequential("segnet", input: input) {
            level(vgg16Blocks[...], above: nil)
            Conv2D(classes, kernel: 3, padding: .same)
        }.loading(weights)
    }
}
