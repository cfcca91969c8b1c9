public import Networks
public import Tensors

extension Sequential {
    /// LeNet-5, which read the digits on bank cheques: two convolutions, each averaged down to half its size, and three
    /// dense layers (LeCun et al. 1998, figure 2).
    ///
    /// 61,706 parameters. As it is taught today: the paper pads the digits to 32 × 32 itself, its second convolution
    /// does not see all maps, its subsampling has weights, and its last layer has radial basis functions.
    ///
    /// ```swift
    /// let lenet = try Sequential.leNet5()
    /// print(lenet(.zeros([64, 28, 28, 1])).shape)  // [64, 10]
    /// ```
    /// - Parameters:
    ///   - input: An image's height, width and channels.
    ///   - classes: The number of classes; the network's output is a score for each.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the image is too small, or if the file does not fit; `SafetensorsError` if it cannot
    ///   be read.
    public static func leNet5(
        input: Shape = [28, 28, 1], classes: Int = 10, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("lenet", input: input) {
            Conv2D(6, kernel: 5, padding: .same, activation: .tanh)
            AveragePooling2D(2)
            Conv2D(16, kernel: 5, activation: .tanh)
            AveragePooling2D(2)
            Flatten()
            Dense(120, activation: .tanh)
            Dense(84, activation: .tanh)
            Dense(classes)
        }.loading(weights)
    }
}
