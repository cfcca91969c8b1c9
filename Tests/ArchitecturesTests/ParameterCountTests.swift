import Architectures
import Networks
import Tensors
import Testing

/// A network with its published numbers.
private struct Published: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable () throws -> Sequential
    /// What is trained, and the moving averages of batch normalization.
    let trainable: Int
    let averages: Int
    /// The last maps.
    let maps: Shape?

    init(
        _ name: String, _ make: @autoclosure @escaping @Sendable () throws -> Sequential, trainable: Int,
        averages: Int = 0, maps: Shape? = nil
    ) {
        testDescription = name
        self.make = make
        self.trainable = trainable
        self.averages = averages
        self.maps = maps
    }

    func check(_ network: Sequential) {
        let summary = network.summary()
        #expect(summary.trainableCount == trainable)
        #expect(summary.nonTrainableCount == averages)
        if let maps { #expect(network.layers.compactMap(\.outputShape).last { $0.rank == 3 } == maps) }
    }
}

/// Classifiers, which compute at full size as well.
private let classifiers: [Published] = [
    // The course's slides; Keras's summary of the same layers.
    Published("LeNet-5", try .leNet5(), trainable: 61_706, maps: [5, 5, 16]),
    // The course's slides; Chollet 2018, section 5.1.
    Published("convolutional network", try .convNet(), trainable: 93_322, maps: [3, 3, 64]),
    // Caffe's bvlc_alexnet, which has two groups as well.
    Published("AlexNet", try .alexNet(), trainable: 60_965_224, maps: [6, 6, 256]),
    // Of figure 3: 14,208 + 614,656 + 885,120 + 1,327,488 + 884,992 + 37,752,832 + 16,781,312 + 4,097,000.
    Published("ZFNet", try .zfNet(), trainable: 62_357_608, maps: [6, 6, 256]),
    // Keras and torchvision.
    Published("VGG16", try .vgg16(), trainable: 138_357_544, maps: [7, 7, 512]),
    // Caffe's bvlc_googlenet without its auxiliary classifiers.
    Published("GoogLeNet", try .googLeNet(), trainable: 6_998_552, maps: [7, 7, 1024]),
    // torchvision; averages: twice the channels that are normalized, 64 + 4 · 64 + 5 · (128 + 256 + 512).
    Published("ResNet-18", try .resNet18(), trainable: 11_689_512, averages: 9_600, maps: [7, 7, 512]),
    // torchvision; averages: Keras.
    Published("ResNet-50", try .resNet50(), trainable: 25_557_032, averages: 53_120, maps: [7, 7, 2048]),
    // Of section 4.2, with projections: 464 + 14,016 + (14,528 + 37,120) + (57,728 + 147,968) + 650.
    Published("ResNet-20", try .resNet20(), trainable: 272_474, averages: 1_568, maps: [8, 8, 64]),
    // Keras.
    Published("Xception", try .xception(), trainable: 22_855_952, averages: 54_528, maps: [10, 10, 2048]),
    // Keras, whose 42,023 others include 7 of the layer that normalizes the input.
    Published("EfficientNet-B0", try .efficientNetB0(), trainable: 5_288_548, averages: 42_016, maps: [7, 7, 1280]),
]

/// Those whose numbers do not depend on the size of the image, and are counted with a small one.
private let counted: [Published] = [
    // Keras and torchvision. Below the classifier: Keras.
    Published(
        "VGG19 below", try .vgg19(input: [32, 32, 3], includeTop: false), trainable: 20_024_384, maps: [1, 1, 512]),
    Published(
        "VGG16 below", try .vgg16(input: [32, 32, 3], includeTop: false), trainable: 14_714_688, maps: [1, 1, 512]),
    Published(
        "Xception below", try .xception(input: [96, 96, 3], includeTop: false), trainable: 20_806_952, averages: 54_528,
        maps: [3, 3, 2048]),
    // torchvision.
    Published("ResNet-34", try .resNet34(input: [32, 32, 3]), trainable: 21_797_672, averages: 17_024),
    // Keras; 7 fewer averages, as above.
    Published(
        "EfficientNet-B1", try .efficientNetB0(input: [32, 32, 3], depth: 1.1), trainable: 7_794_184, averages: 62_048),
    Published(
        "EfficientNet-B2", try .efficientNetB0(input: [32, 32, 3], width: 1.1, depth: 1.2), trainable: 9_109_994,
        averages: 67_568),
    // Of figure 1: 18,842,048 on the way down, 12,188,480 on the way up, and 130.
    Published("U-Net", try .uNet(input: [32, 32, 1]), trainable: 31_030_658, maps: [32, 32, 2]),
    // VGG16's 14,714,688, their mirror image's 14,712,448, 2 · 7,936 of the normalizations, and 6,924.
    Published("SegNet", try .segNet(input: [32, 32, 3]), trainable: 29_449_932, averages: 15_872, maps: [32, 32, 12]),
    // VGG16's 14,714,688; 102,764,544 + 16,781,312 + 86,037 of the dense layers; 10,773 + 5,397 of the scores of
    // earlier blocks; 2 · 7,056 + 112,896 of the enlargements.
    Published("FCN-8s", try .fcn8s(input: [32, 32, 3]), trainable: 134_489_759, maps: [32, 32, 21]),
    // The same without those scores, and with 1,806,336 of the enlargement.
    Published("FCN-32s", try .fcn32s(input: [32, 32, 3]), trainable: 136_152_917, maps: [32, 32, 21]),
    // 1,654,784 of the projection; 13,107,712 + 3,277,056 + 819,328 + 9,603 of the convolutions; 2 · 1,920 of the
    // normalizations.
    Published("DCGAN's generator", try .dcganGenerator(), trainable: 18_872_323, averages: 3_840, maps: [64, 64, 3]),
    // 9,728 + 819,456 + 3,277,312 + 13,108,224 of the convolutions; 2 · 1,792 of the normalizations; 16,385.
    Published(
        "DCGAN's discriminator", try .dcganDiscriminator(), trainable: 17_234_689, averages: 3_584, maps: [4, 4, 1024]),
    // 785,000 + 500,500 + 125,250 + 7,530 and 7,750 + 125,500 + 501,000 + 784,784.
    Published("autoencoder", try .autoencoder(), trainable: 2_837_314),
    // The course's slides.
    Published("forecaster", try .lstmForecaster(), trainable: 806_017),
]

extension ArchitecturesTests {
    /// Networks of the literature have the published numbers of parameters.
    @Suite struct ParameterCountTests {
        @Test(arguments: classifiers) fileprivate func countsAndComputes(_ published: Published) throws {
            let network = try published.make()
            published.check(network)
            Random.seed(1)
            let scores = withoutGradients { network(.normal((network.inputShape ?? []).inserting(1, at: 0))) }
            #expect(scores.shape == (network.outputShape ?? []).inserting(1, at: 0))
            #expect([10, 1000].contains(scores.count))
            #expect(scores.isFinite().all())
            #expect((scores .!= scores[0, 0]).any())
        }

        @Test(arguments: counted) fileprivate func counts(_ published: Published) throws {
            try published.check(published.make())
        }

        @Test func rowsOfTheSlides() throws {
            #expect(
                try Sequential.convNet().summary().rows.map(\.parameterCount)
                    == [320, 0, 18_496, 0, 36_928, 0, 36_928, 650])
            let rows = try Sequential.lstmForecaster().summary().rows
            #expect(rows.map(\.parameterCount) == [264_192, 0, 525_312, 0, 16_448, 65])
            #expect(
                rows.map(\.outputShape) == [
                    "(None, 60, 256)", "(None, 60, 256)", "(None, 256)", "(None, 256)", "(None, 64)", "(None, 1)",
                ])
        }
    }
}
