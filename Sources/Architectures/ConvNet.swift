public import Networks
public import Tensors

extension Sequential {
    /// A small convolutional network for small images: 3 × 3 convolutions, rectified, with max pooling between them
    /// (Chollet 2018, "Deep learning with Python", listings 5.1 and 5.2). The network of the course's slides.
    ///
    /// 93,322 parameters.
    ///
    /// ```swift
    /// let cnn = try Sequential.convNet()
    /// print(cnn(.zeros([64, 28, 28, 1])).shape)  // [64, 10]
    /// ```
    /// Parameters and errors are those of ``leNet5(input:classes:weights:)``.
    public static func convNet(
        input: Shape = [28, 28, 1], classes: Int = 10, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("cnn", input: input) {
            Conv2D(32, kernel: 3, activation: .relu)
            MaxPooling2D(2)
            Conv2D(64, kernel: 3, activation: .relu)
            MaxPooling2D(2)
            Conv2D(64, kernel: 3, activation: .relu)
            Flatten()
            Dense(64, activation: .relu)
            Dense(classes)
        }.loading(weights)
    }
}
