public import Networks
public import Tensors

extension Sequential {
    /// VGG16: thirteen convolutions of 3 × 3 and three dense layers (Simonyan and Zisserman 2015, table 1,
    /// configuration D).
    ///
    /// 138,357,544 parameters, as many as Keras's and torchvision's; 14,714,688 of them below the classifier.
    ///
    /// ```swift
    /// let base = try Sequential.vgg16(input: [64, 64, 3], width: 0.25, includeTop: false)
    /// let flowers = try Sequential("flowers", input: [64, 64, 3]) {
    ///     base
    ///     GlobalAveragePooling2D()
    ///     Dense(5)
    /// }
    /// print(flowers.summary())
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func vgg16(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        try vgg("vgg16", vgg16Blocks, input, classes, width, includeTop).loading(weights)
    }

    /// VGG19: ``vgg16(input:classes:width:includeTop:weights:)`` with a fourth convolution in each of the last three
    /// blocks (Simonyan and Zisserman 2015, table 1, configuration E).
    ///
    /// 143,667,240 parameters, as many as Keras's and torchvision's.
    ///
    /// ```swift
    /// let network = try Sequential.vgg19(input: [32, 32, 3], classes: 10, width: 0.125)
    /// print(network(.zeros([1, 32, 32, 3])).shape)  // [1, 10]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func vgg19(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        let blocks = vgg16Blocks.map { ($0.filters, $0.count == 3 ? 4 : $0.count) }
        return try vgg("vgg19", blocks, input, classes, width, includeTop).loading(weights)
    }

    private static func vgg(
        _ name: String, _ blocks: [(filters: Int, count: Int)], _ input: Shape, _ classes: Int, _ width: Double,
        _ includeTop: Bool
    ) throws -> Sequential {
        try Sequential(name, input: input) {
            for block in blocks {
                vggBlock(block.filters.scaled(by: width), count: block.count)
                MaxPooling2D(2)
            }
            if includeTop { denseClassifier(classes, width: width) }
        }
    }
}
