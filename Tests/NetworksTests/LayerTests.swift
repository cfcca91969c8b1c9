import Networks
import Tensors
import Testing

/// A layer as a student writes it.
private final class Bilinear: Layer {
    @Parameter(.he) var w
    @Parameter(.zeros) var b
    let units: Int
    init(_ units: Int) { self.units = units }
    override func build(_ input: Shape) {
        $w[input[0], units]
        $b[units]
    }
    override func callAsFunction(_ x: Tensor) -> Tensor { x.matmul(w) + b }
}

/// A layer made of layers, which are built when the network tries it out.
private final class Gate: Layer {
    let value = Dense(3)
    let gates = [Dense(3, activation: .sigmoid), Dense(3, activation: .sigmoid)]
    override func callAsFunction(_ x: Tensor) -> Tensor { value(x) * gates[0](x) * gates[1](x) }
}

private final class Batchless: Layer {
    override func callAsFunction(_ x: Tensor) -> Tensor { x.sum() }
}

extension NetworksTests {
    @Suite struct LayerTests {
        @Test func customLayerFindsItsShape() throws {
            let network = try Sequential("own", input: [4]) {
                Bilinear(3)
                Dense(2)
            }
            #expect(network.namedParameters.map(\.key) == ["bilinear.w", "bilinear.b", "dense.kernel", "dense.bias"])
            #expect(network.parameterCount == 4 * 3 + 3 + 3 * 2 + 2)
            #expect(network(.ones([5, 4])).shape == [5, 2])
            let w = network["bilinear"].parameters[0].value
            #expect(
                network.output(of: "bilinear", for: .ones([1, 4])).isClose(
                    to: w.sum(axes: [0], keepDims: true), relative: 1e-5))
        }

        @Test func customLayerLearns() throws {
            Random.seed(1)
            let network = try Sequential(input: [2]) {
                Bilinear(8)
                Activation(.tanh)
                Bilinear(2)
            }
            let history = try network.fit(
                Samples.halves(256), epochs: 5, batchSize: 16, optimizer: .adam(0.02), loss: .crossEntropy,
                metrics: [.accuracy],
                showsProgress: false)
            #expect(history["accuracy"].last ?? 0 > 0.95)
        }

        @Test func layersWithinACustomLayerAreBuilt() throws {
            let network = try Sequential(input: [2]) { Gate() }
            #expect(
                network.namedParameters.map(\.key) == [
                    "gate.value.kernel", "gate.value.bias", "gate.gates_0.kernel", "gate.gates_0.bias",
                    "gate.gates_1.kernel",
                    "gate.gates_1.bias",
                ])
            #expect(network.outputShape == [3])
        }

        @Test func namesWithinACustomLayerAreItsProperties() throws {
            let network = try Sequential("net", input: [2]) { Gate() }
            #expect(network.description.contains("\n    gates_1 (Dense): [2] → [3], 9 parameters"))
            #expect(network["gate.value"].outputShape == [3])
        }

        @Test func layerIsBuiltByItsFirstCall() {
            let dense = Dense(3)
            #expect(dense(.zeros([2, 5])).shape == [2, 3])
            #expect(dense.inputShape == [5])
        }

        @Test func layerThatLosesTheBatch() {
            let message = text { _ = try Sequential("net", input: [3]) { Batchless() } }
            #expect(message.contains("net › batchless"))
            #expect(message.hasSuffix("keep the batch as the first axis, as in x.reshaped(to: [-1, …])"))
        }

        @Test func sharedLayerCountsOnce() throws {
            let shared = Dense(4)
            let network = try Sequential(input: [4]) {
                shared
                shared
            }
            #expect(network.parameterCount == 20)
        }

        @Test func layerKeepsTheShapeItWasBuiltFor() throws {
            let dense = Dense(4)
            _ = try Sequential("first", input: [3]) { dense }
            let message = text { _ = try Sequential("second", input: [5]) { dense } }
            #expect(message.contains("second › dense"))
            #expect(
                message.contains(
                    "was built for examples of shape [3] and cannot be built again for [5]; make a new Dense for it"))
        }

        @Test func descriptionShowsTheTree() throws {
            let network = try Sequential("net", input: [4]) {
                Residual { Dense(4) }
                Dense(2)
            }
            #expect(
                "\(network)" == """
                    net (Sequential): [4] → [2], 30 parameters
                      residual (Residual): [4] → [4], 20 parameters
                        body (Sequential): [4] → [4], 20 parameters
                          dense (Dense): [4] → [4], 20 parameters
                      dense (Dense): [4] → [2], 10 parameters
                    """)
        }

        /// The derivatives of a whole network with respect to every weight, against finite differences.
        @Test func gradientsOfANetwork() throws {
            Random.seed(3)
            let network = try Sequential(input: [6, 6, 2]) {
                Conv2D(3, kernel: 3, padding: .same, activation: .tanh)
                AveragePooling2D(2)
                Parallel(merge: .concatenate) {
                    Conv2D(2, kernel: 1, activation: .sigmoid)
                    Residual { Conv2D(3, kernel: 3, padding: .same) }
                }
                BatchNormalization()
                Flatten()
                Dense(4, activation: .softplus)
                Dense(3)
            }
            let parameters = network.parameters.filter(\.isTrainable)
            let x = Tensor.normal([2, 6, 6, 2]).converted(to: .float64)
            let report = gradCheck(at: parameters.map(\.value)) { values in
                for (parameter, value) in zip(parameters, values) { parameter.substitute(value) }
                return Loss.crossEntropy(network(x), Tensor([0, 2]))
            }
            #expect(report.passed, "\(report)")
        }
    }
}
