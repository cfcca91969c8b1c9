public import Networks
public import Tensors

extension Sequential {
    /// ResNet-18: a convolution and eight residual blocks of two convolutions (He et al. 2016, table 1).
    ///
    /// 11,689,512 parameters to train, as many as torchvision's, and 9,600 moving averages.
    ///
    /// ```swift
    /// let network = try Sequential.resNet18(input: [64, 64, 3], classes: 10, width: 0.25)
    /// print(network(.zeros([1, 64, 64, 3])).shape)  // [1, 10]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func resNet18(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        try resNet("resnet18", [2, 2, 2, 2], .basic, input, classes, width, includeTop).loading(weights)
    }

    /// ResNet-34: a convolution and sixteen residual blocks of two convolutions (He et al. 2016, table 1).
    ///
    /// 21,797,672 parameters to train, as many as torchvision's, and 17,024 moving averages.
    ///
    /// ```swift
    /// let network = try Sequential.resNet34(input: [64, 64, 3], classes: 10, width: 0.25)
    /// print(network(.zeros([1, 64, 64, 3])).shape)  // [1, 10]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func resNet34(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        try resNet("resnet34", [3, 4, 6, 3], .basic, input, classes, width, includeTop).loading(weights)
    }

    /// ResNet-50: a convolution and sixteen bottlenecks of three convolutions (He et al. 2016, table 1 and figure 5).
    ///
    /// 25,557,032 parameters to train, as many as torchvision's, and 53,120 moving averages. As there, a block's stride
    /// is that of its 3 × 3 convolution; the paper gives it to the 1 × 1 before. Keras's convolutions have biases too:
    /// 25,636,712 in all.
    ///
    /// ```swift
    /// let base = try Sequential.resNet50(input: [64, 64, 3], width: 0.125, includeTop: false)
    /// print(base.outputShape ?? [])  // [2, 2, 256]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func resNet50(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        try resNet("resnet50", [3, 4, 6, 3], .bottleneck, input, classes, width, includeTop).loading(weights)
    }

    /// ResNet-20 for small images, such as CIFAR-10's: a convolution and nine residual blocks of two convolutions (He
    /// et al. 2016, section 4.2, n = 3).
    ///
    /// 272,474 parameters to train with 1 × 1 convolutions where the size changes (option B of section 3.3), and 1,568
    /// moving averages; the paper's 0.27 million have shortcuts without weights (option A).
    ///
    /// ```swift
    /// let network = try Sequential.resNet20()
    /// print(network(.zeros([1, 32, 32, 3])).shape)  // [1, 10]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func resNet20(
        input: Shape = [32, 32, 3], classes: Int = 10, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        try Sequential("resnet20", input: input) {
            normalized(16.scaled(by: width), kernel: 3, activation: .relu)
            ResidualBlock.basic.stages([3, 3, 3], filters: 16, width: width)
            if includeTop {
                GlobalAveragePooling2D()
                Dense(classes)
            }
        }.loading(weights)
    }

    private static func resNet(
        _ name: String, _ blocks: [Int], _ block: ResidualBlock, _ input: Shape, _ classes: Int, _ width: Double,
        _ includeTop: Bool
    ) throws -> Sequential {
        try Sequential(name, input: input) {
            normalized(64.scaled(by: width), kernel: 7, stride: 2, activation: .relu)
            MaxPooling2D(3, stride: 2, padding: .explicit(1))
            block.stages(blocks, filters: 64, width: width)
            if includeTop {
                GlobalAveragePooling2D()
                Dense(classes)
            }
        }
    }
}

/// A convolution with as many zeros on all sides, also where its stride is 2.
private func normalized(
    _ filters: Int, kernel: Int, stride: Int = 1, activation: ActivationFunction = .linear
) -> [Layer] {
    normalizedConvolution(
        filters, kernel: kernel, stride: stride, padding: .explicit(kernel / 2), activation: activation)
}

/// The two kinds of residual block (He et al. 2016, figure 5).
private enum ResidualBlock {
    case basic, bottleneck

    /// Stages of so many blocks. From the second on, a stage halves the size and doubles the filters.
    func stages(_ counts: [Int], filters first: Int, width: Double) -> [Layer] {
        var channels = first.scaled(by: width)
        return counts.enumerated().flatMap { stage, count in
            (0..<count).map { index in
                let filters = (first << stage).scaled(by: width)
                let output = self == .basic ? filters : 4 * filters
                defer { channels = output }
                return block(filters, to: output, from: channels, stride: stage > 0 && index == 0 ? 2 : 1)
            }
        }
    }

    private func block(_ filters: Int, to output: Int, from channels: Int, stride: Int) -> Layer {
        let shortcut =
            stride == 1 && channels == output
            ? nil : Sequential(name: "shortcut", layers: normalized(output, kernel: 1, stride: stride))
        return Residual(shortcut: shortcut, activation: .relu) {
            switch self {
            case .basic:
                normalized(filters, kernel: 3, stride: stride, activation: .relu)
                normalized(output, kernel: 3)
            case .bottleneck:
                normalized(filters, kernel: 1, activation: .relu)
                normalized(filters, kernel: 3, stride: stride, activation: .relu)
                normalized(output, kernel: 1)
            }
        }
    }
}
