internal import Networks
internal import Tensors

extension Int {
    /// So many filters or units of a network that is wider or narrower: the nearest multiple of 8 from 8, and no less
    /// than nine tenths of what was asked for (Howard et al. 2017; Tan and Le 2019, `round_filters`).
    func scaled(by width: Double) -> Int {
        guard width != 1 else { return self }
        let wanted = Double(self) * width
        let rounded = Swift.max(8, Int(wanted + 4) / 8 * 8)
        return Double(rounded) < 0.9 * wanted ? rounded + 8 : rounded
    }
}

extension Sequential {
    /// The network itself, with the weights of a file unless that is nil.
    func loading(_ weights: String?) throws -> Sequential {
        if let weights { try load(from: weights) }
        return self
    }
}

/// A convolution and its batch normalization, whose offset makes a bias superfluous.
func normalizedConvolution(
    _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .same, activation: ActivationFunction = .linear
) -> [Layer] {
    [
        Conv2D(filters, kernel: kernel, stride: stride, padding: padding, bias: false),
        BatchNormalization(activation: activation),
    ]
}

/// The filters and the number of convolutions of VGG16's five blocks (Simonyan and Zisserman 2015, table 1, D), which
/// FCN and SegNet begin with as well.
let vgg16Blocks: [(filters: Int, count: Int)] = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]

/// A block of VGG: convolutions of 3 × 3, rectified.
func vggBlock(_ filters: Int, count: Int) -> [Layer] {
    (0..<count).map { _ in Conv2D(filters, kernel: 3, padding: .same, activation: .relu) }
}

/// The dense layers with which AlexNet, ZFNet and VGG end.
@LayerBuilder func denseClassifier(_ classes: Int, width: Double) -> [Layer] {
    Flatten()
    for _ in 0..<2 {
        Dense(4096.scaled(by: width), activation: .relu)
        Dropout(0.5)
    }
    Dense(classes)
}
