import Foundation
import Networks
import Tensors
import Testing

/// A layer as a student writes it.
private final class Affine: Layer {
    @Parameter(.he) var w
    @Parameter(.zeros) var b
    let units: Int
    init(_ units: Int) { self.units = units }
    override func build(_ input: Shape) {
        $w.initialize([input[0], units])
        $b.initialize([units])
    }
    override func forward(_ x: Tensor) -> Tensor { x.matmul(w) + b }
}

/// A layer that keeps its parts in all kinds of places.
private final class Mixture: Layer {
    struct Head {
        let norm = LayerNormalization()
        var out: Dense
    }
    let experts = ["right": Affine(3), "left": Affine(3)]
    let grid = [[Dense(3), Dense(3)], [Dense(3)]]
    let pair = (first: Dense(3), Dense(3))
    let absent: Dense? = nil
    let optional: Dense? = Dense(3)
    let head = Head(out: Dense(2))
    let scales = [Parameter(.ones), Parameter(.ones)]
    private lazy var late = Dense(3)

    override func build(_ input: Shape) { for scale in scales { scale.initialize([3]) } }
    override func forward(_ x: Tensor) -> Tensor {
        let sum = experts["left"]!(x) + experts["right"]!(x) + grid[0][0](x) + grid[0][1](x) + grid[1][0](x)
        let more = pair.first(x) + pair.1(x) + optional!(x) + late(x)
        return head.out(head.norm(scales[0].value * sum + scales[1].value * more))
    }
}

/// A layer of two inputs and two outputs.
private final class Butterfly: Layer {
    let left = Dense(2), right = Dense(3)
    override func forward(_ inputs: [Tensor]) -> [Tensor] {
        [left(inputs[0] + inputs[1]), right(inputs[0] - inputs[1])]
    }
}

/// A layer made of layers, which are built when the network tries it out.
private final class Gate: Layer {
    let value = Dense(3)
    let gates = [Dense(3, activation: .sigmoid), Dense(3, activation: .sigmoid)]
    override func forward(_ x: Tensor) -> Tensor { value(x) * gates[0](x) * gates[1](x) }
}

private final class Batchless: Layer {
    override func forward(_ x: Tensor) -> Tensor { x.sum() }
}

extension NetworksTests {
    @Suite struct LayerTests {
        @Test func customLayerFindsItsShape() throws {
            let network = try Sequential("own", input: [4]) {
                Affine(3)
                Dense(2)
            }
            #expect(network.namedParameters.map(\.key) == ["affine.w", "affine.b", "dense.kernel", "dense.bias"])
            #expect(network.parameterCount == 4 * 3 + 3 + 3 * 2 + 2)
            #expect(network(.ones([5, 4])).shape == [5, 2])
            let w = network["affine"].parameters[0].value
            #expect(
                network.output(of: "affine", for: .ones([1, 4])).isClose(
                    to: w.sum(axes: [0], keepDims: true), relative: 1e-5))
        }

        @Test func customLayerLearns() throws {
            Random.seed(1)
            let network = try Sequential(input: [2]) {
                Affine(8)
                Activation(.tanh)
                Affine(2)
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

        @Test func customLayerIsBuiltByItsFirstCall() {
            let affine = Affine(3)
            #expect(affine(.zeros([2, 5])).shape == [2, 3])
            #expect(affine.inputShape == [5] && affine.outputShape == [3] && affine.parameterCount == 18)
        }

        /// Sub-layers in dictionaries, nested arrays, tuples, structures, optionals and lazy properties.
        @Test func partsAreFoundWhereverTheyStand() throws {
            let mixture = Mixture(name: "mixture")
            #expect(mixture(.zeros([2, 4])).shape == [2, 2])
            #expect(
                mixture.namedParameters.map(\.key) == [
                    "experts_left.w", "experts_left.b", "experts_right.w", "experts_right.b",
                    "grid_0_0.kernel", "grid_0_0.bias", "grid_0_1.kernel", "grid_0_1.bias", "grid_1_0.kernel",
                    "grid_1_0.bias", "pair_first.kernel", "pair_first.bias", "pair_1.kernel", "pair_1.bias",
                    "optional.kernel", "optional.bias", "head_norm.gamma", "head_norm.beta", "head_out.kernel",
                    "head_out.bias", "scales_0", "scales_1", "late.kernel", "late.bias",
                ])
            #expect(mixture.parameterCount == 9 * 15 + 6 + 8 + 6)
            #expect(mixture.summary(nested: true).rows.map(\.layer).contains("experts_left (Affine)"))
            #expect(mixture.summary().parameterCount == mixture.parameterCount)

            let other = Mixture(name: "mixture")
            try other.prepare([4])
            let path = temporaryPath("mixture.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            try mixture.save(to: path)
            try other.load(from: path)
            let x = Tensor.normal([3, 4])
            #expect(other(x).scalars == mixture(x).scalars)
        }

        @Test func errorsInACustomLayerNameItsPath() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Mixture(name: "mixture")(.zeros([1, 4, 4, 4]))
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("in mixture › grid_0_0: Dense takes a vector for each example"), "\(message)")
        }

        @Test func customLayerIsPenalisedAndRecorded() throws {
            let affine = Affine(3)
            affine.activityRegularizer = .l2(0.5)
            let network = try Sequential("net", input: [4]) { affine }
            let x = Tensor.normal([6, 4])
            let expected = affine(x).squared().sum().item() * 0.5 / 6
            let loss = SGD(for: network, learningRate: 0).minimize { 0 * network(x).sum() }
            #expect(abs(loss.item() - expected) < 1e-5 * expected)
            #expect(network.layerOutputs(for: x).map(\.name) == ["affine"])
            let gate = Gate(name: "gate")
            #expect(gate(.ones([1, 2])).shape == [1, 3])
            #expect(gate.layerOutputs(for: .ones([1, 2])).map(\.name) == ["value", "gates_0", "gates_1"])
        }

        @Test func masksPassThroughACustomLayer() {
            let padded = Masking()(Tensor([[[1.0], [2], [0]]]))
            let output = Lambda { $0 * 2 }(padded)
            #expect(output.sequenceMask?.ints == [1, 1, 0])
        }

        @Test func customLayerOfSeveralInputsAndOutputs() throws {
            let butterfly = Butterfly()
            #expect(try butterfly.prepare([4], [4]) == [[2], [3]])
            #expect(butterfly.parameterCount == 4 * 2 + 2 + 4 * 3 + 3)
            let (x, y) = (Tensor.normal([5, 4]), Tensor.normal([5, 4]))
            let outputs = butterfly.outputs(of: x, y)
            #expect(outputs[1].isClose(to: (x - y).matmul(butterfly.right.kernel) + butterfly.right.bias))
            #expect(butterfly.description.hasPrefix("butterfly (Butterfly): [4], [4] → [2], [3], 25 parameters"))
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
        /// A first call that fails leaves nothing behind: built in a network, the layer has its right shape.
        @Test func aFirstCallThatFails() async {
            await #expect(processExitsWith: .success) {
                final class Doubling: Layer {
                    @Parameter var w
                    override func build(_ input: Shape) throws {
                        guard input.rank == 1 else { throw ShapeError(operation: "Doubling", message: "takes vectors") }
                        $w.initialize([input[0], 2 * input[0]])
                    }
                    override func forward(_ x: Tensor) -> Tensor { x.matmul(w) }
                }
                nonisolated(unsafe) let layer = Doubling()
                failing { _ = layer(.zeros([2, 3, 3])) }
                let network = try Sequential(input: [4]) {
                    layer
                    Dense(1)
                }
                precondition(layer.outputShape == [8] && network.parameterCount == 32 + 9)
            }
        }

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
            let x = Tensor.normal([2, 6, 6, 2])
            let report = gradCheck(network) { Loss.crossEntropy(network(x), Tensor([0, 2])) }
            #expect(report.passed, "\(report)")
        }
    }
}
