public import Networks
public import Tensors

extension Sequential {
    /// ZFNet: AlexNet with smaller filters and a smaller stride at its beginning, found by looking at what the layers
    /// respond to (Zeiler and Fergus 2014, figure 3).
    ///
    /// 62,357,608 parameters.
    ///
    /// ```swift
    /// let network = try Sequential.zfNet(input: [64, 64, 3], classes: 10, width: 0.25)
    /// print(network(.zeros([1, 64, 64, 3])).shape)  // [1, 10]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func zfNet(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        try Sequential("zfnet", input: input) {
            Conv2D(96.scaled(by: width), kernel: 7, stride: 2, padding: .explicit(1), activation: .relu)
            MaxPooling2D(3, stride: 2, padding: .explicit(1))
            LocalResponseNormalization()
            Conv2D(256.scaled(by: width), kernel: 5, stride: 2, activation: .relu)
            MaxPooling2D(3, stride: 2, padding: .explicit(1))
            LocalResponseNormalization()
            Conv2D(384.scaled(by: width), kernel: 3, padding: .same, activation: .relu)
            Conv2D(384.scaled(by: width), kernel: 3, padding: .same, activation: .relu)
            Conv2D(256.scaled(by: width), kernel: 3, padding: .same, activation: .relu)
            MaxPooling2D(3, stride: 2)
            if includeTop { denseClassifier(classes, width: width) }
        }.loading(weights)
    }
}
