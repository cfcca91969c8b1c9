import Architectures
import Networks
import Tensors
import TestSupport
import Testing

/// The numbers that Tests/Fixtures/make_networks.py makes of a shape, between −0.5 and 0.5.
private func spread(_ shape: Shape) -> Tensor {
    let numbers = (0..<UInt64(shape.elementCount)).map { (i: UInt64) -> Float in
        let bits = UInt32(truncatingIfNeeded: i &* i &* 2_654_435_761 &+ i &* 40_503)
        return Float(Double(bits) / 0x1p32 - 0.5)
    }
    return Tensor(numbers, shape: shape)
}

extension ArchitecturesTests {
    @Suite struct OutputTests {
        /// With the same weights and image, Keras's networks have the same scores.
        @Test(arguments: ["xception", "efficientNetB0"]) func agreesWithKeras(_ name: String) throws {
            let expected: [String: [Double]] = try Fixture.load("architectures")
            let network =
                name == "xception"
                ? try Sequential.xception(input: [71, 71, 3], classes: 10)
                : try Sequential.efficientNetB0(input: [64, 64, 3], classes: 10)
            for (key, parameter) in network.namedParameters {
                let shape = parameter.shape, numbers = spread(shape)
                let isDepthwise = shape.rank == 4 && shape[3] == 1
                let fan = (isDepthwise ? shape.prefix(2) : shape.dropLast()).reduce(1, *)
                parameter.value =
                    switch key.split(separator: ".").last {
                    case "gamma": 1 + 0.2 * numbers
                    case "movingVariance": 1 + 0.5 * numbers
                    case "beta", "movingMean", "bias": 0.1 * numbers
                    default: numbers * (24 / Double(fan)).squareRoot()
                    }
            }
            let image = 0.5 + spread((network.inputShape ?? []).inserting(1, at: 0))
            let scores = withoutGradients { network(image) }
            let truth = Tensor(try #require(expected[name]))
            let scale = truth.abs().max().item()
            #expect(distance(scores.flattened() / scale, truth / scale) < 1e-4)
        }

        /// Networks for segmentation and generation, small, forward and backward.
        @Test func imagesOfTheirSize() throws {
            func check(_ network: Sequential, _ input: Shape, _ output: Shape) {
                let x = Tensor.normal(input).tracked()
                let y = network(x)
                #expect(y.shape == output)
                #expect((grad(y.squared().sum(), of: x) .!= 0).any())
            }
            check(try .uNet(input: [32, 48, 1], classes: 1, filters: [4, 8, 16]), [2, 32, 48, 1], [2, 32, 48, 1])
            check(try .segNet(input: [32, 64, 3], classes: 3, width: 0.125), [2, 32, 64, 3], [2, 32, 64, 3])
            check(try .fcn8s(input: [64, 32, 3], classes: 3, width: 0.125), [2, 64, 32, 3], [2, 64, 32, 3])
            check(try .fcn32s(input: [64, 32, 3], classes: 3, width: 0.125), [2, 64, 32, 3], [2, 64, 32, 3])
            check(try .dcganGenerator(image: [28, 28, 1], filters: [16, 8], kernel: 4), [2, 100], [2, 28, 28, 1])
            check(try .dcganDiscriminator(image: [28, 28, 1], filters: [8, 16], kernel: 4), [2, 28, 28, 1], [2, 1])
            check(try .lstmForecaster(input: [7, 3], units: 4, outputs: 2), [2, 7, 3], [2, 2])
            let autoencoder = try Sequential.autoencoder(input: 12, hidden: [8, 6], code: 2)
            check(autoencoder, [2, 12], [2, 12])
            #expect(autoencoder["encoder"](.zeros([2, 12])).shape == [2, 2])
            #expect(autoencoder["decoder"](.zeros([2, 2])).shape == [2, 12])
        }

        @Test func imagesThatCannotBeDoubled() {
            for image: Shape in [[28, 28, 1], [28, 28], [0, 16, 1]] {
                let error = #expect(throws: ShapeError.self) { try Sequential.dcganGenerator(image: image) }
                #expect(error.map { "\($0)".contains("multiples of 16") } == true)
            }
            #expect(throws: ShapeError.self) { try Sequential.dcganGenerator(filters: []) }
        }

        /// What an FCN begins with enlarges a ramp to a ramp, channel by channel.
        @Test func enlargementBeginsBilinear() throws {
            let network = try Sequential.fcn8s(input: [32, 32, 3], classes: 2, width: 0.125)
            let enlargement = try #require(network.layers.last)
            let row = Tensor((0..<4).map(Double.init)).reshaped(to: [1, 1, 4, 1])
            let ramp = Tensor.concatenate([row, 10 * row], axis: -1).broadcast(to: [1, 4, 4, 2])
            let larger = enlargement(ramp)[0, 16]
            #expect(larger.shape == [32, 2])
            // Pixel i of the larger image lies at (i + 1/2) / 8 − 1/2 of the smaller one.
            for i in 4..<28 {
                let position = (Double(i) + 0.5) / 8 - 0.5
                #expect(Swift.abs(larger[i, 0].item() - position) < 1e-5)
                #expect(Swift.abs(larger[i, 1].item() - 10 * position) < 1e-4)
            }
        }

        @Test func widthsAreMultiplesOfEight() throws {
            func filters(_ width: Double) throws -> [Int] {
                try Sequential.vgg16(input: [32, 32, 3], width: width, includeTop: false).layers.compactMap {
                    ($0 as? Conv2D)?.filters
                }
            }
            #expect(try filters(0.25) == [16, 16, 32, 32, 64, 64, 64, 128, 128, 128, 128, 128, 128])
            // 6.4, 12.8, 25.6 and 51.2: 8 is the least, 13 becomes 16, 24 is within a tenth, and 48 as well.
            #expect(try filters(0.1) == [8, 8, 16, 16, 24, 24, 24, 48, 48, 48, 48, 48, 48])
        }
    }
}
