public import Networks
public import Tensors

extension Sequential {
    /// FCN-8s, for segmentation: VGG16 with convolutions for its dense layers, whose coarse scores are doubled in size,
    /// added to those of the maps of two earlier blocks, and enlarged to the image's size (Long et al. 2015, figure 3).
    ///
    /// 134,489,759 parameters for the 21 classes of PASCAL VOC. Its convolutions are padded evenly, so that nothing is
    /// cropped.
    ///
    /// ```swift
    /// let network = try Sequential.fcn8s(input: [64, 64, 3], classes: 3, width: 0.125)
    /// print(network(.zeros([1, 64, 64, 3])).shape)  // [1, 64, 64, 3]
    /// ```
    /// - Parameters:
    ///   - input: An image's height, width and channels; the lengths must be multiples of 32.
    ///   - classes: The number of classes; the network's output is a score for each of them at each pixel.
    ///   - width: What all numbers of filters are multiplied by, but for the classes.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the image's lengths are no such multiples, or if the file does not fit;
    ///   `SafetensorsError` if it cannot be read.
    public static func fcn8s(
        input: Shape = [224, 224, 3], classes: Int = 21, width: Double = 1, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("fcn8s", input: input) {
            blocks(0..<3, width)
            Parallel(merge: .add) {
                Conv2D(classes, kernel: 1)
                Sequential {
                    blocks(3..<4, width)
                    Parallel(merge: .add) {
                        Conv2D(classes, kernel: 1)
                        Sequential {
                            blocks(4..<5, width)
                            scores(classes, width)
                            enlarged(classes, by: 2)
                        }
                    }
                    enlarged(classes, by: 2)
                }
            }
            enlarged(classes, by: 8)
        }.loading(weights)
    }

    /// FCN-32s: ``fcn8s(input:classes:width:weights:)`` without the earlier blocks' scores, and coarser for it (Long et
    /// al. 2015, figure 3).
    ///
    /// 136,152,917 parameters for the 21 classes of PASCAL VOC.
    ///
    /// ```swift
    /// let network = try Sequential.fcn32s(input: [64, 64, 3], classes: 3, width: 0.125)
    /// print(network(.zeros([1, 64, 64, 3])).shape)  // [1, 64, 64, 3]
    /// ```
    /// Parameters and errors are those of ``fcn8s(input:classes:width:weights:)``.
    public static func fcn32s(
        input: Shape = [224, 224, 3], classes: Int = 21, width: Double = 1, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("fcn32s", input: input) {
            blocks(0..<5, width)
            scores(classes, width)
            enlarged(classes, by: 32)
        }.loading(weights)
    }

    @LayerBuilder private static func blocks(_ range: Range<Int>, _ width: Double) -> [Layer] {
        for block in vgg16Blocks[range] {
            vggBlock(block.filters.scaled(by: width), count: block.count)
            MaxPooling2D(2)
        }
    }

    /// The dense layers as convolutions (figure 2): each position has scores of its own.
    @LayerBuilder private static func scores(_ classes: Int, _ width: Double) -> [Layer] {
        for kernel in [7, 1] {
            Conv2D(4096.scaled(by: width), kernel: kernel, padding: .same, activation: .relu)
            Dropout(0.5)
        }
        Conv2D(classes, kernel: 1)
    }

    /// An enlargement that begins as a bilinear one and is trained.
    private static func enlarged(_ classes: Int, by factor: Int) -> Layer {
        Conv2DTranspose(
            classes, kernel: 2 * factor, stride: factor, padding: .same, bias: false, initializer: .bilinear)
    }
}

extension Initializer {
    /// A tent over the window of a transposed convolution, which makes of every channel a larger one (Long et al. 2015,
    /// section 3.3).
    fileprivate static let bilinear = Initializer("bilinear") { shape in
        func tent(_ length: Int) -> Tensor {
            let middle = Double(length - 1) / 2
            return Tensor((0..<length).map { 1 - Swift.abs(Double($0) - middle) / Double((length + 1) / 2) })
        }
        let window = tent(shape[0]).reshaped(to: [-1, 1, 1, 1]) * tent(shape[1]).reshaped(to: [-1, 1, 1])
        return window * Tensor.eye(shape[2])
    }
}
