public import Networks
public import Tensors

extension Sequential {
    /// AlexNet, whose victory in 2012 began the rise of deep networks: five convolutions, some in two groups since it
    /// was trained on two graphics cards, and three dense layers with dropout (Krizhevsky et al. 2012, figure 2 and
    /// section 3).
    ///
    /// 60,965,224 parameters. The images are 227 pixels wide: with the paper's 224 its first layer would not have 55 ×
    /// 55 positions.
    ///
    /// ```swift
    /// let network = try Sequential.alexNet(input: [67, 67, 3], classes: 10, width: 0.25)
    /// print(network(.zeros([1, 67, 67, 3])).shape)  // [1, 10]
    /// ```
    /// - Parameters:
    ///   - input: An image's height, width and channels.
    ///   - classes: The number of classes; the network's output is a score for each.
    ///   - width: What all numbers of filters and units are multiplied by, but for the classes.
    ///   - includeTop: Whether the classifier is there; without it, the network ends in feature maps.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the image is too small, or if the file does not fit; `SafetensorsError` if it cannot
    ///   be read.
    public static func alexNet(
        input: Shape = [227, 227, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        try Sequential("alexnet", input: input) {
            Conv2D(96.scaled(by: width), kernel: 11, stride: 4, activation: .relu)
            LocalResponseNormalization()
            MaxPooling2D(3, stride: 2)
            Conv2D(256.scaled(by: width), kernel: 5, padding: .same, groups: 2, activation: .relu)
            LocalResponseNormalization()
            MaxPooling2D(3, stride: 2)
            Conv2D(384.scaled(by: width), kernel: 3, padding: .same, activation: .relu)
            Conv2D(384.scaled(by: width), kernel: 3, padding: .same, groups: 2, activation: .relu)
            Conv2D(256.scaled(by: width), kernel: 3, padding: .same, groups: 2, activation: .relu)
            MaxPooling2D(3, stride: 2)
            if includeTop { denseClassifier(classes, width: width) }
        }.loading(weights)
    }
}
