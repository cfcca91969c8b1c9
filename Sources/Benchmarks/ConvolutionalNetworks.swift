import Architectures
import Networks
import Tensors

extension Workload {
    /// LeCun et al. 1998, as it is taught today.
    static var lenet: Workload {
        Workload("lenet", "lenet5.b64", 64, "images/s") {
            let network = try Sequential.leNet5()
            return try training(
                network, SGD(learningRate: 0.01, momentum: 0.9), .crossEntropy, .uniform([64, 28, 28, 1]),
                .integers([64], in: 0..<10))
        }
    }

    /// The convolutional network of the course's slides: 93,322 weights.
    static var slidecnn: Workload {
        Workload("slidecnn", "cnn-93322.b64", 64, "images/s") {
            let network = try Sequential.convNet()
            return try training(
                network, Adam(learningRate: 1e-3), .crossEntropy, .uniform([64, 28, 28, 1]),
                .integers([64], in: 0..<10))
        }
    }

    /// ResNet-20 for small images (He et al. 2016, section 4.2), with projections where the size changes.
    static var resnet: Workload {
        Workload("resnet", "resnet20-32x32.b32", 32, "images/s") {
            let network = try Sequential.resNet20()
            return try training(
                network, SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4), .crossEntropy,
                .uniform([32, 32, 32, 3]), .integers([32], in: 0..<10))
        }
    }

    /// U-Net with two levels (Ronneberger et al. 2015), for masks of one class.
    static var unet: Workload {
        Workload("unet", "unet-32-64-128.96x96.b4", 4, "images/s", seconds: 6) {
            let network = try Sequential.uNet(input: [96, 96, 1], classes: 1, filters: [32, 64, 128])
            return try training(
                network, Adam(learningRate: 1e-3), .binaryCrossEntropy, .uniform([4, 96, 96, 1]),
                .bernoulli([4, 96, 96, 1], p: 0.5))
        }
    }

    /// VGG16 (Simonyan and Zisserman 2015, configuration D), on one image.
    static var vgg: Workload {
        Workload("vgg", "vgg16-inference.b1", 1, "images/s", seconds: 8, warmUp: 2) {
            let network = try Sequential.vgg16()
            let image = Tensor.uniform([1, 224, 224, 3])
            return {
                _ = withoutGradients { network(image) }
                return nil
            }
        }
    }
}
