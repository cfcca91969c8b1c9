public import Networks
public import Tensors

extension Sequential {
    /// EfficientNet-B0: inverted residual blocks with depthwise convolutions, in which each channel is weighted by what
    /// the whole image shows (Tan and Le 2019, table 1; the blocks: Sandler et al. 2018; squeeze and excitation: Hu et
    /// al. 2018, figure 2).
    ///
    /// 5,288,548 parameters to train, as many as Keras's and torchvision's, and 42,016 moving averages. (Keras counts 7
    /// more numbers, which normalize its input.) Blocks are not dropped at random while it is trained.
    ///
    /// ```swift
    /// let network = try Sequential.efficientNetB0(input: [64, 64, 3], classes: 10, width: 0.5, depth: 0.5)
    /// print(network(.zeros([1, 64, 64, 3])).shape)  // [1, 10]
    /// ```
    /// - Parameters:
    ///   - input: An image's height, width and channels.
    ///   - classes: The number of classes; the network's output is a score for each.
    ///   - width: What all numbers of filters are multiplied by. B1 has 1 and depth 1.1, for images of 240 pixels; B2
    ///     has 1.1, 1.2 and 260.
    ///   - depth: What the number of blocks in each stage is multiplied by.
    ///   - includeTop: Whether the classifier is there; without it, the network ends in feature maps.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the file does not fit; `SafetensorsError` if it cannot be read.
    public static func efficientNetB0(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, depth: Double = 1,
        includeTop: Bool = true, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("efficientnet", input: input) {
            normalizedConvolution(32.scaled(by: width), kernel: 3, stride: 2, activation: .swish)
            InvertedBottleneck.stages(from: 32, width: width, depth: depth)
            normalizedConvolution(1280.scaled(by: width), kernel: 1, activation: .swish)
            if includeTop {
                GlobalAveragePooling2D()
                Dropout(0.2)
                Dense(classes)
            }
        }.loading(weights)
    }
}

/// MBConv, the block of EfficientNet.
private struct InvertedBottleneck {
    let kernel: Int
    let repeats: Int
    let filters: Int
    /// By what the channels grow within the block.
    let expansion: Int
    let stride: Int

    /// Stages 2 to 8 of table 1.
    private static let stages = [
        InvertedBottleneck(kernel: 3, repeats: 1, filters: 16, expansion: 1, stride: 1),
        InvertedBottleneck(kernel: 3, repeats: 2, filters: 24, expansion: 6, stride: 2),
        InvertedBottleneck(kernel: 5, repeats: 2, filters: 40, expansion: 6, stride: 2),
        InvertedBottleneck(kernel: 3, repeats: 3, filters: 80, expansion: 6, stride: 2),
        InvertedBottleneck(kernel: 5, repeats: 3, filters: 112, expansion: 6, stride: 1),
        InvertedBottleneck(kernel: 5, repeats: 4, filters: 192, expansion: 6, stride: 2),
        InvertedBottleneck(kernel: 3, repeats: 1, filters: 320, expansion: 6, stride: 1),
    ]

    static func stages(from first: Int, width: Double, depth: Double) -> [Layer] {
        var channels = first.scaled(by: width)
        return stages.flatMap { stage in
            let filters = stage.filters.scaled(by: width)
            return (0..<Swift.max(1, Int((depth * Double(stage.repeats)).rounded(.up)))).flatMap { index in
                defer { channels = filters }
                return stage.block(from: channels, to: filters, stride: index == 0 ? stage.stride : 1)
            }
        }
    }

    /// Only the first block of a stage has its stride, and passes no input by.
    private func block(from channels: Int, to filters: Int, stride: Int) -> [Layer] {
        let body = layers(from: channels, to: filters, stride: stride)
        return stride == 1 && channels == filters ? [Residual { body }] : body
    }

    @LayerBuilder private func layers(from channels: Int, to filters: Int, stride: Int) -> [Layer] {
        let expanded = channels * expansion
        if expansion > 1 { normalizedConvolution(expanded, kernel: 1, activation: .swish) }
        DepthwiseConv2D(kernel: kernel, stride: stride, padding: .same, bias: false)
        BatchNormalization(activation: .swish)
        Skip(merge: .multiply) {
            GlobalAveragePooling2D()
            Reshape([1, 1, expanded])
            Conv2D(Swift.max(1, channels / 4), kernel: 1, activation: .swish)
            Conv2D(expanded, kernel: 1, activation: .sigmoid)
        }
        normalizedConvolution(filters, kernel: 1)
    }
}
