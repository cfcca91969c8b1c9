import Datasets
import Networks
import Tensors
import Testing

extension NetworksTests {
    /// Gradients of batches of different sizes, of which several make one step.
    @Suite struct AccumulationTests {
        /// Ten examples whose targets have the mean 2.4: the gradient of the squared error at 0 is −4.8.
        private let data = Examples(
            inputs: .ones([10, 1]), targets: Tensor([1.0, 1, 1, 1, 0, 0, 0, 0, 10, 10], shape: [10, 1]))

        private func network() throws -> Sequential {
            try Sequential(input: [1]) { Dense(1, bias: false, initializer: .zeros) }
        }

        /// The weight after an epoch of `fit`.
        private func weight(
            _ examples: Examples, batchSize: Int, steps: Int, loss: Loss = .meanSquaredError
        ) throws -> Double {
            let network = try network()
            try network.fit(
                examples, batchSize: batchSize, optimizer: .sgd(0.1).accumulating(steps), loss: loss, shuffle: false,
                showsProgress: false)
            return network.parameters[0].value.item()
        }

        @Test(arguments: [(10, 1), (4, 3), (3, 4), (7, 2), (9, 2), (1, 10), (4, 100)])
        func everyExampleCountsAlike(batchSize: Int, steps: Int) throws {
            #expect(abs(try weight(data, batchSize: batchSize, steps: steps) - 0.48) < 1e-6)
        }

        /// Σ weight · target / Σ weight = (0.5 + 4 · 10) / (0.5 + 4 + 4).
        @Test(arguments: [(10, 1), (4, 3), (3, 4)])
        func weightsOfExamplesCount(batchSize: Int, steps: Int) throws {
            var weighted = data
            weighted.weights = Tensor([0.5, 0, 0, 0, 0, 0, 0, 4, 4, 0])
            #expect(
                abs(try weight(weighted, batchSize: batchSize, steps: steps) - 0.2 * 40.5 / 8.5) < 1e-6)
        }

        /// Sentences of different lengths: each word counts alike, in whatever batch.
        @Test func masksCount() throws {
            let words = Tensor([1, 2, 3, 0, 0, 0, 4, 0, 0, 1, 2, 0] as [Int32], shape: [4, 3])
            let examples = Examples(inputs: words, targets: Tensor.normal([4, 3, 2]))
            func weights(_ batchSize: Int, _ steps: Int) throws -> [Float] {
                try Random.withSeed(1) {
                    let network = try Sequential(input: [3]) {
                        Embedding(5, 2, maskZero: true)
                        TimeDistributed(Dense(2))
                    }
                    try network.fit(
                        examples, batchSize: batchSize, optimizer: .sgd(0.1).accumulating(steps),
                        loss: .meanSquaredError, shuffle: false, showsProgress: false)
                    return network.parameters.flatMap(\.value.scalars)
                }
            }
            let whole = try weights(4, 1)
            for (batchSize, steps) in [(2, 2), (3, 2), (1, 4)] {
                let parts = try weights(batchSize, steps)
                #expect(zip(parts, whole).allSatisfy { abs($0 - $1) < 1e-6 }, "batches of \(batchSize)")
            }
        }

        @Test func aLoopSaysWhatItsLossesCount() throws {
            let network = try network()
            let optimizer = SGD(for: network, learningRate: 0.1).accumulating(3)
            for (x, y) in data.batches(4) {
                optimizer.minimize(weight: Double(x.shape[0])) { Loss.meanSquaredError(network(x), y) }
            }
            #expect(abs(network.parameters[0].value.item() - 0.48) < 1e-6)
            #expect(optimizer.stepCount == 1)
        }

        /// A batch that counts for nothing is as good as none, and of nothing but such the penalties are left.
        @Test func weightsOfNothing() throws {
            for order in [[0.0, 1], [1, 0], [0, 0]] {
                let network = try network()
                let optimizer = SGD(for: network, learningRate: 0.1).accumulating(2)
                for weight in order {
                    optimizer.minimize(weight: weight) {
                        Loss.meanSquaredError(network(.ones([1, 1])), .full([1, 1], weight == 0 ? 100 : 1))
                    }
                }
                let expected = order == [0, 0] ? 20 : 0.2
                #expect(abs(network.parameters[0].value.item() - expected) < 1e-5)
            }
        }

        @Test func weightThatIsNoNumber() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let network = try Sequential(input: [1]) { Dense(1) }
                SGD(for: network).minimize(weight: -.infinity) { network(.ones([1, 1])).sum() }
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("weight must be finite and at least 0, got -inf"), "\(message)")
        }
    }
}
