public import Networks
public import Tensors

extension Sequential {
    /// DCGAN's generator: random numbers, projected to small maps, which transposed convolutions double in size until
    /// they are images with pixels from −1 to 1 (Radford et al. 2016, figure 1).
    ///
    /// 18,872,323 parameters to train in the paper's size, and 3,840 moving averages.
    ///
    /// ```swift
    /// let generator = try Sequential.dcganGenerator(image: [28, 28, 1], filters: [128, 64], kernel: 4)
    /// print(generator(.normal([64, 100])).shape)  // [64, 28, 28, 1]
    /// ```
    /// - Parameters:
    ///   - latent: How many random numbers an image is made of.
    ///   - image: An image's height, width and channels.
    ///   - filters: The channels of the maps before each doubling; height and width must be multiples of 2 to the power
    ///     of their number.
    ///   - kernel: The size of the filters. A multiple of the stride of 2 avoids checkerboards (Odena et al. 2016).
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if height and width are no such multiples, or if the file does not fit;
    ///   `SafetensorsError` if it cannot be read.
    public static func dcganGenerator(
        latent: Int = 100, image: Shape = [64, 64, 3], filters: [Int] = [1024, 512, 256, 128], kernel: Int = 5,
        weights: String? = nil
    ) throws -> Sequential {
        let factor = 1 << filters.count
        guard image.rank == 3, !filters.isEmpty, image.dropLast().allSatisfy({ $0 > 0 && $0 % factor == 0 }) else {
            throw ShapeError(
                operation: "dcganGenerator", shapes: [image],
                message: "an image of shape \(image) cannot be made of maps that are doubled \(filters.count) times",
                hint: "use [height, width, channels] with multiples of \(factor), and one number of filters or more")
        }
        let small: Shape = [image[0] / factor, image[1] / factor, filters[0]]
        return try Sequential("generator", input: [latent]) {
            Dense(small.elementCount)
            Reshape(Array(small))
            BatchNormalization(activation: .relu)
            for filters in filters.dropFirst() {
                Conv2DTranspose(filters, kernel: kernel, stride: 2, padding: .same)
                BatchNormalization(activation: .relu)
            }
            Conv2DTranspose(image[2], kernel: kernel, stride: 2, padding: .same, activation: .tanh)
        }.loading(weights)
    }

    /// DCGAN's discriminator: strided convolutions with leaky rectifiers, and one score, which is high for real images
    /// (Radford et al. 2016, section 3).
    ///
    /// 17,234,689 parameters to train in the generator's size, and 3,584 moving averages.
    ///
    /// ```swift
    /// let discriminator = try Sequential.dcganDiscriminator(image: [28, 28, 1], filters: [64, 128], kernel: 4)
    /// print(discriminator(.zeros([64, 28, 28, 1])).shape)  // [64, 1]
    /// ```
    /// - Parameters:
    ///   - image: An image's height, width and channels.
    ///   - filters: The filters of each convolution, which halves height and width.
    ///   - kernel: The size of the filters.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the file does not fit; `SafetensorsError` if it cannot be read.
    public static func dcganDiscriminator(
        image: Shape = [64, 64, 3], filters: [Int] = [128, 256, 512, 1024], kernel: Int = 5, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("discriminator", input: image) {
            for (index, filters) in filters.enumerated() {
                Conv2D(filters, kernel: kernel, stride: 2, padding: .same)
                if index > 0 {
                    BatchNormalization(activation: .leakyRelu(slope: 0.2))
                } else {
                    Activation(.leakyRelu(slope: 0.2))
                }
            }
            Flatten()
            Dense(1)
        }.loading(weights)
    }
}
