import Networks
import Tensors

/// Networks of the literature, at full size.
enum Architectures {
    /// Krizhevsky et al. 2012: two groups, as on its two processors.
    static func alexNet() throws -> Sequential {
        try Sequential("alexnet", input: [227, 227, 3]) {
            Conv2D(96, kernel: 11, stride: 4, activation: .relu)
            LocalResponseNormalization()
            MaxPooling2D(3, stride: 2)
            Conv2D(256, kernel: 5, padding: .same, groups: 2, activation: .relu)
            LocalResponseNormalization()
            MaxPooling2D(3, stride: 2)
            Conv2D(384, kernel: 3, padding: .same, activation: .relu)
            Conv2D(384, kernel: 3, padding: .same, groups: 2, activation: .relu)
            Conv2D(256, kernel: 3, padding: .same, groups: 2, activation: .relu)
            MaxPooling2D(3, stride: 2)
            Flatten()
            Dense(4096, activation: .relu)
            Dropout(0.5)
            Dense(4096, activation: .relu)
            Dropout(0.5)
            Dense(1000, activation: .softmax)
        }
    }

    /// Simonyan and Zisserman 2015, configuration D.
    static func vgg16() throws -> Sequential {
        try Sequential("vgg16", input: [224, 224, 3]) {
            for (filters, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
                for _ in 0..<count { Conv2D(filters, kernel: 3, padding: .same, activation: .relu) }
                MaxPooling2D(2)
            }
            Flatten()
            Dense(4096, activation: .relu)
            Dense(4096, activation: .relu)
            Dense(1000, activation: .softmax)
        }
    }

    /// Szegedy et al. 2015, table 1, without the auxiliary classifiers.
    static func googLeNet() throws -> Sequential {
        func inception(_ a: Int, _ b: (Int, Int), _ c: (Int, Int), _ d: Int) -> Layer {
            Parallel(merge: .concatenate) {
                Conv2D(a, kernel: 1, activation: .relu)
                Sequential {
                    Conv2D(b.0, kernel: 1, activation: .relu)
                    Conv2D(b.1, kernel: 3, padding: .same, activation: .relu)
                }
                Sequential {
                    Conv2D(c.0, kernel: 1, activation: .relu)
                    Conv2D(c.1, kernel: 5, padding: .same, activation: .relu)
                }
                Sequential {
                    MaxPooling2D(3, stride: 1, padding: .same)
                    Conv2D(d, kernel: 1, activation: .relu)
                }
            }
        }
        return try Sequential("googlenet", input: [224, 224, 3]) {
            Conv2D(64, kernel: 7, stride: 2, padding: .same, activation: .relu)
            MaxPooling2D(3, stride: 2, padding: .same)
            LocalResponseNormalization()
            Conv2D(64, kernel: 1, activation: .relu)
            Conv2D(192, kernel: 3, padding: .same, activation: .relu)
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
            GlobalAveragePooling2D()
            Dropout(0.4)
            Dense(1000, activation: .softmax)
        }
    }

    /// He et al. 2016, table 1: with so many blocks in each stage; those of deeper networks have bottlenecks.
    static func resNet(blocks: [Int], bottleneck: Bool) throws -> Sequential {
        func normalized(_ filters: Int, kernel: Int, stride: Int = 1, isActive: Bool = true) -> [Layer] {
            [
                Conv2D(filters, kernel: kernel, stride: stride, padding: .explicit(kernel / 2), bias: false),
                BatchNormalization(),
            ] + (isActive ? [Activation(.relu)] : [])
        }
        func block(_ filters: Int, stride: Int, from channels: Int) -> Layer {
            let output = bottleneck ? 4 * filters : filters
            let shortcut =
                stride == 1 && channels == output
                ? nil
                : Sequential(name: "shortcut", layers: normalized(output, kernel: 1, stride: stride, isActive: false))
            return Residual(shortcut: shortcut, activation: .relu) {
                if bottleneck {
                    normalized(filters, kernel: 1)
                    normalized(filters, kernel: 3, stride: stride)
                    normalized(output, kernel: 1, isActive: false)
                } else {
                    normalized(filters, kernel: 3, stride: stride)
                    normalized(filters, kernel: 3, isActive: false)
                }
            }
        }
        let outputs = blocks.indices.map { (bottleneck ? 256 : 64) << $0 }
        return try Sequential("resnet", input: [224, 224, 3]) {
            normalized(64, kernel: 7, stride: 2)
            MaxPooling2D(3, stride: 2, padding: .explicit(1))
            for (stage, count) in blocks.enumerated() {
                for index in 0..<count {
                    block(
                        64 << stage, stride: stage > 0 && index == 0 ? 2 : 1,
                        from: index > 0 ? outputs[stage] : stage > 0 ? outputs[stage - 1] : 64)
                }
            }
            GlobalAveragePooling2D()
            Dense(1000, activation: .softmax)
        }
    }
}
