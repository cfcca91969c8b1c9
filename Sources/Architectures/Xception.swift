public import Networks
public import Tensors

extension Sequential {
    /// Xception: residual blocks of separable convolutions, which treat channels and positions one after the other
    /// (Chollet 2017, figure 5).
    ///
    /// 22,910,480 parameters, as many as Keras's, 54,528 of which are moving averages.
    ///
    /// ```swift
    /// let network = try Sequential.xception(input: [71, 71, 3], classes: 10, width: 0.25)
    /// print(network(.zeros([1, 71, 71, 3])).shape)  // [1, 10]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func xception(
        input: Shape = [299, 299, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        func separable(_ filters: Int, activation: ActivationFunction = .linear) -> [Layer] {
            [
                SeparableConv2D(filters.scaled(by: width), kernel: 3, padding: .same, bias: false),
                BatchNormalization(activation: activation),
            ]
        }
        func shrinking(_ first: Int, _ second: Int, isRectifiedFirst: Bool = true) -> Layer {
            let shortcut = normalizedConvolution(second.scaled(by: width), kernel: 1, stride: 2)
            return Residual(shortcut: Sequential(name: "shortcut", layers: shortcut)) {
                if isRectifiedFirst { Activation(.relu) }
                separable(first, activation: .relu)
                separable(second)
                MaxPooling2D(3, stride: 2, padding: .same)
            }
        }
        return try Sequential("xception", input: input) {
            normalizedConvolution(32.scaled(by: width), kernel: 3, stride: 2, padding: .valid, activation: .relu)
            normalizedConvolution(64.scaled(by: width), kernel: 3, padding: .valid, activation: .relu)
            shrinking(128, 128, isRectifiedFirst: false)
            shrinking(256, 256)
            shrinking(728, 728)
            for _ in 0..<8 {
                Residual {
                    Activation(.relu)
                    separable(728, activation: .relu)
                    separable(728, activation: .relu)
                    separable(728)
                }
            }
            shrinking(728, 1024)
            separable(1536, activation: .relu)
            separable(2048, activation: .relu)
            if includeTop {
                GlobalAveragePooling2D()
                Dense(classes)
            }
        }.loading(weights)
    }
}
