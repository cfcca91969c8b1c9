import Networks
import Tensors

extension Workload {
    /// LeCun et al. 1998, as it is taught today.
    static var lenet: Workload {
        Workload("lenet", "lenet5.b64", 64, "images/s") {
            let network = try Sequential(input: [28, 28, 1]) {
                Conv2D(6, kernel: 5, padding: .same, activation: .tanh)
                AveragePooling2D(2)
                Conv2D(16, kernel: 5, activation: .tanh)
                AveragePooling2D(2)
                Flatten()
                Dense(120, activation: .tanh)
                Dense(84, activation: .tanh)
                Dense(10)
            }
            return try training(
                network, SGD(learningRate: 0.01, momentum: 0.9), .crossEntropy, .uniform([64, 28, 28, 1]),
                .integers([64], in: 0..<10))
        }
    }

    /// The convolutional network of the course's slides: 93,322 weights.
    static var slidecnn: Workload {
        Workload("slidecnn", "cnn-93322.b64", 64, "images/s") {
            let network = try Sequential(input: [28, 28, 1]) {
                Conv2D(32, kernel: 3, activation: .relu)
                MaxPooling2D(2)
                Conv2D(64, kernel: 3, activation: .relu)
                MaxPooling2D(2)
                Conv2D(64, kernel: 3, activation: .relu)
                Flatten()
                Dense(64, activation: .relu)
                Dense(10)
            }
            return try training(
                network, Adam(learningRate: 1e-3), .crossEntropy, .uniform([64, 28, 28, 1]),
                .integers([64], in: 0..<10))
        }
    }

    /// ResNet-20 for small images (He et al. 2016, section 4.2), with projections where the size changes.
    static var resnet: Workload {
        func convolution(_ filters: Int, kernel: Int = 3, stride: Int = 1) -> Layer {
            Conv2D(filters, kernel: kernel, stride: stride, padding: .explicit(kernel / 2), bias: false)
        }
        func block(_ filters: Int, stride: Int) -> Layer {
            let projection = Sequential {
                convolution(filters, kernel: 1, stride: stride)
                BatchNormalization()
            }
            return Residual(shortcut: stride == 1 ? nil : projection, activation: .relu) {
                convolution(filters, stride: stride)
                BatchNormalization(activation: .relu)
                convolution(filters)
                BatchNormalization()
            }
        }
        return Workload("resnet", "resnet20-32x32.b32", 32, "images/s") {
            let network = try Sequential(input: [32, 32, 3]) {
                convolution(16)
                BatchNormalization(activation: .relu)
                for filters in [16, 32, 64] {
                    block(filters, stride: filters == 16 ? 1 : 2)
                    block(filters, stride: 1)
                    block(filters, stride: 1)
                }
                GlobalAveragePooling2D()
                Dense(10)
            }
            return try training(
                network, SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4), .crossEntropy,
                .uniform([32, 32, 32, 3]), .integers([32], in: 0..<10))
        }
    }

    /// U-Net with two levels (Ronneberger et al. 2015), for masks of one class.
    static var unet: Workload {
        func double(_ filters: Int) -> Layer {
            Sequential {
                for _ in 0..<2 { Conv2D(filters, kernel: 3, padding: .same, activation: .relu) }
            }
        }
        return Workload("unet", "unet-32-64-128.96x96.b4", 4, "images/s", seconds: 6) {
            let network = try Sequential(input: [96, 96, 1]) {
                double(32)
                Skip {
                    MaxPooling2D(2)
                    double(64)
                    Skip {
                        MaxPooling2D(2)
                        double(128)
                        Conv2DTranspose(64, kernel: 2, stride: 2)
                    }
                    double(64)
                    Conv2DTranspose(32, kernel: 2, stride: 2)
                }
                double(32)
                Conv2D(1, kernel: 1)
            }
            return try training(
                network, Adam(learningRate: 1e-3), .binaryCrossEntropy, .uniform([4, 96, 96, 1]),
                .bernoulli([4, 96, 96, 1], p: 0.5))
        }
    }

    /// VGG16 (Simonyan and Zisserman 2015, configuration D), on one image.
    static var vgg: Workload {
        Workload("vgg", "vgg16-inference.b1", 1, "images/s", seconds: 8, warmUp: 2) {
            let network = try Sequential(input: [224, 224, 3]) {
                for (filters, layers) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
                    for _ in 0..<layers { Conv2D(filters, kernel: 3, padding: .same, activation: .relu) }
                    MaxPooling2D(2)
                }
                Flatten()
                Dense(4096, activation: .relu)
                Dense(4096, activation: .relu)
                Dense(1000)
            }
            let image = Tensor.uniform([1, 224, 224, 3])
            return {
                _ = withoutGradients { network(image) }
                return nil
            }
        }
    }
}
