public import Networks
internal import Tensors

extension Sequential {
    /// A deep autoencoder: images through a narrow code and back (Hinton and Salakhutdinov 2006, figure 1). Its parts
    /// are layers as well.
    ///
    /// 2,837,314 parameters.
    ///
    /// ```swift
    /// let autoencoder = try Sequential.autoencoder()
    /// print(autoencoder["encoder"](.zeros([64, 784])).shape)  // [64, 30]
    /// ```
    /// - Parameters:
    ///   - input: The numbers of an image, from 0 to 1.
    ///   - hidden: The units of the encoder's hidden layers; the decoder's are their mirror image.
    ///   - code: The length of the code, which has no activation.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the file does not fit; `SafetensorsError` if it cannot be read.
    public static func autoencoder(
        input: Int = 784, hidden: [Int] = [1000, 500, 250], code: Int = 30, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("autoencoder", input: [input]) {
            Sequential("encoder") {
                for units in hidden { Dense(units, activation: .relu) }
                Dense(code)
            }
            Sequential("decoder") {
                for units in hidden.reversed() { Dense(units, activation: .relu) }
                Dense(input, activation: .sigmoid)
            }
        }.loading(weights)
    }
}
