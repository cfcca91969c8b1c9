public import Networks
public import Tensors

extension Sequential {
    /// GoogLeNet, also called Inception v1: 22 layers deep, nine inception blocks (Szegedy et al. 2015, table 1 and
    /// figure 3).
    ///
    /// 6,998,552 parameters, without the two auxiliary classifiers, which served training only; torchvision's has
    /// 6,624,904, with batch normalization, no biases, and 3 × 3 in place of the 5 × 5 convolutions.
    ///
    /// ```swift
    /// let network = try Sequential.googLeNet(input: [64, 64, 3], classes: 10, width: 0.5)
    /// print(network(.zeros([1, 64, 64, 3])).shape)  // [1, 10]
    /// ```
    /// Parameters and errors are those of ``alexNet(input:classes:width:includeTop:weights:)``.
    public static func googLeNet(
        input: Shape = [224, 224, 3], classes: Int = 1000, width: Double = 1, includeTop: Bool = true,
        weights: String? = nil
    ) throws -> Sequential {
        func convolution(_ filters: Int, kernel: Int, stride: Int = 1) -> Layer {
            Conv2D(filters.scaled(by: width), kernel: kernel, stride: stride, padding: .same, activation: .relu)
        }
        /// Filters of four branches: 1 × 1; 3 × 3 and 5 × 5, each after a reduction by 1 × 1; and what follows the
        /// pooling.
        func inception(_ one: Int, _ three: (Int, Int), _ five: (Int, Int), _ pooled: Int) -> Layer {
            Parallel(merge: .concatenate) {
                convolution(one, kernel: 1)
                Sequential {
                    convolution(three.0, kernel: 1)
                    convolution(three.1, kernel: 3)
                }
                Sequential {
                    convolution(five.0, kernel: 1)
                    convolution(five.1, kernel: 5)
                }
                Sequential {
                    MaxPooling2D(3, stride: 1, padding: .same)
                    convolution(pooled, kernel: 1)
                }
            }
        }
        return try Sequential("googlenet", input: input) {
            convolution(64, kernel: 7, stride: 2)
            MaxPooling2D(3, stride: 2, padding: .same)
            LocalResponseNormalization()
            convolution(64, kernel: 1)
            convolution(192, kernel: 3)
            LocalResponseNormalization()
            MaxPooling2D(3, stride: 2, padding: .same)
            inception(64, (96, 128), (16, 32), 32)
            inception(128, (128, 192), (32, 96), 64)
            MaxPooling2D(3, stride: 2, padding: .same)
            inception(192, (96, 208), (16, 48), 64)
            inception(160, (112, 224), (24, 64), 64)
            inception(128, (128, 256), (24, 64), 64)
            inception(112, (144, 288), (32, 64), 64)
            inception(256, (160, 320), (32, 128), 128)
            MaxPooling2D(3, stride: 2, padding: .same)
            inception(256, (160, 320), (32, 128), 128)
            inception(384, (192, 384), (48, 128), 128)
            if includeTop {
                GlobalAveragePooling2D()
                Dropout(0.4)
                Dense(classes)
            }
        }.loading(weights)
    }
}
