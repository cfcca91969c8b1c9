import Datasets
import Foundation
import Networks
import Tensors
import Testing

extension NetworksTests {
    /// Networks of several inputs and outputs, and layers that are used more than once.
    @Suite struct NetworkTests {
        private func encoder() throws -> Network {
            let image = Input([6], name: "image")
            let hidden = Dense(5, activation: .tanh)(image)
            let mean = Dense(2, name: "mean")(hidden), logVariance = Dense(2, name: "log_variance")(hidden)
            return try Network("encoder", inputs: image, outputs: mean, logVariance)
        }

        @Test func twoOutputs() throws {
            let encoder = try encoder()
            #expect(encoder.outputShapes == [[2], [2]])
            #expect(encoder.parameterCount == 6 * 5 + 5 + 2 * (5 * 2 + 2))
            let x = Tensor.normal([3, 6])
            let code = encoder.outputs(of: x)
            let hidden = encoder.output(of: "dense", for: x)
            #expect(code.map(\.shape) == [[3, 2], [3, 2]])
            for (output, name) in zip(code, ["mean", "log_variance"]) {
                let dense = try #require(encoder[name] as? Dense)
                #expect(output.isClose(to: hidden.matmul(dense.kernel) + dense.bias))
            }
            #expect(encoder.description.hasPrefix("encoder (Network): [6] → [2], [2], 59 parameters"))
        }

        @Test func twoInputs() throws {
            let noise = Input([3]), label = Input([2])
            let joined = Concatenate()(noise, label)
            let network = try Network("generator", inputs: noise, label, outputs: Dense(4)(joined))
            let (z, y) = (Tensor.normal([5, 3]), Tensor.normal([5, 2]))
            let dense = try #require(network["dense"] as? Dense)
            #expect(network(z, y).isClose(to: Tensor.concatenate([z, y], axis: 1).matmul(dense.kernel) + dense.bias))
        }

        /// Both branches of a Siamese network have the same weights, which are counted, trained and saved once.
        @Test func sharedLayers() throws {
            let first = Input([4]), second = Input([4])
            let tower = Sequential("tower") {
                Dense(3, activation: .tanh)
                Dense(2)
            }
            let distance = Lambda("distance") { a, b in (a - b).squared().sum(axes: [1], keepDims: true) }
            let siamese = try Network("siamese", inputs: first, second, outputs: distance(tower(first), tower(second)))
            #expect(siamese.parameterCount == 4 * 3 + 3 + 3 * 2 + 2)
            #expect(siamese.layers.map(\.name) == ["tower", "distance"])
            let x = Tensor.normal([6, 4])
            #expect(siamese(x, x).doubles == Array(repeating: 0, count: 6))
            let y = Tensor.normal([6, 4])
            #expect(siamese(x, y).isClose(to: (tower(x) - tower(y)).squared().sum(axes: [1], keepDims: true)))
            let report = gradCheck(siamese) { siamese(x, y).mean() }
            #expect(report.passed, "\(report)")
        }

        @Test func itLearns() throws {
            Random.seed(2)
            let a = Input([1]), b = Input([1])
            let hidden = Dense(16, activation: .tanh)(Concatenate()(a, b))
            let network = try Network(inputs: a, b, outputs: Dense(1)(hidden))
            let (x, y) = (Tensor.uniform([128, 1], in: -1...1), Tensor.uniform([128, 1], in: -1...1))
            let optimizer = Adam(for: network, learningRate: 0.02)
            var loss = 1.0
            for _ in 0..<400 { loss = optimizer.minimize { (network(x, y) - x * y).squared().mean() }.item() }
            // The product's own variance is 1/9.
            #expect(loss < 0.005)
        }

        @Test func itIsSavedAndLoaded() throws {
            let (first, second) = (try encoder(), try encoder())
            let path = temporaryPath("encoder.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            try first.save(to: path)
            #expect(
                try second.load(from: path) == [
                    "dense.kernel", "dense.bias", "mean.kernel", "mean.bias", "log_variance.kernel",
                    "log_variance.bias",
                ])
            let x = Tensor.normal([2, 6])
            #expect(second.outputs(of: x).map(\.scalars) == first.outputs(of: x).map(\.scalars))
        }

        @Test func summarySaysWhatIsConnectedToWhat() throws {
            let summary = try encoder().summary()
            #expect(
                summary.rows.map(\.layer) == [
                    "image (Input)", "dense (Dense)", "mean (Dense)", "log_variance (Dense)",
                ])
            #expect(summary.rows.map(\.connections) == [[], ["image"], ["dense"], ["dense"]])
            #expect(summary.rows.map(\.parameterCount) == [0, 35, 12, 12])
            #expect(summary.description.split(separator: "\n")[2].contains("┃ Connected to"))
            #expect(summary.description.split(separator: "\n").allSatisfy { $0.count <= 108 })
            #expect(summary.html.contains(">Connected to</th>"))
        }

        @Test func outputsOfALayerAreChosenByTheirIndex() throws {
            let x = Input([6])
            let code = try encoder()(x)
            let draw = Lambda { mean, logVariance in mean + exp(0.5 * logVariance) }
            let network = try Network(inputs: x, outputs: draw(code[0], code[1]))
            #expect(network.outputShape == [2])
            #expect(network.summary().rows.last?.connections == ["encoder[0]", "encoder[1]"])
            let message = text { _ = try Network("odd", inputs: x, outputs: Dense(1)(code[2])) }
            #expect(message.contains("output 2 was asked for, of a layer with 2"))
        }

        @Test func graphShowsAllInputsAndOutputs() throws {
            let encoder = try encoder()
            let graph = ComputationGraph(of: encoder, for: .ones([1, 6]))
            #expect(Set(graph.vertices.compactMap(\.name)).isSuperset(of: ["image", "mean.bias", "log_variance.bias"]))
        }

        @Test func mistakesNameTheLayerAndItsLine() throws {
            let a = Input([3]), b = Input([4])
            var line = 0
            let message = text {
                line = #line + 1
                _ = try Network("net", inputs: a, b, outputs: Add(name: "sum")(a, b))
            }
            #expect(message.contains("net › sum (NetworkTests.swift:\(line))") || message.contains("line \(line)"))
            #expect(message.contains("input 0 → [3] and input 1 → [4] cannot be merged by .add"))
            #expect(
                text { _ = try Network("net", inputs: a, outputs: Concatenate()(a, b)) }.contains(
                    "an output depends on an Input that is not among the network's inputs"))
        }

        @Test func fitSaysThatItTakesOneInput() throws {
            let a = Input([2]), b = Input([2])
            let network = try Network("pair", inputs: a, b, outputs: Dense(1)(Add()(a, b)))
            let examples = Examples(inputs: .zeros([4, 2]), targets: .zeros([4, 1]))
            #expect(
                text { try network.fit(examples, loss: .meanSquaredError) }.contains(
                    "examples have one input and one target, and the network has 2 inputs and 1 outputs"))
        }

        @Test func mergeLayers() throws {
            let (x, y) = (Tensor([[1.0, 5]]), Tensor([[3.0, 2]]))
            #expect(Add()(x, y).doubles == [4, 7])
            #expect(Subtract()(x, y).doubles == [-2, 3])
            #expect(Multiply()(x, y).doubles == [3, 10])
            #expect(Average()(x, y).doubles == [2, 3.5])
            #expect(Maximum()(x, y).doubles == [3, 5])
            #expect(Minimum()(x, y).doubles == [1, 2])
            #expect(Concatenate()(x, y, x).doubles == [1, 5, 3, 2, 1, 5])
        }
    }
}
