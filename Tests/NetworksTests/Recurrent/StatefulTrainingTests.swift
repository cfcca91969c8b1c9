import Datasets
import Networks
import Tensors
import Testing

extension NetworksTests {
    /// Layers whose state goes from batch to batch, in `fit` and `evaluate`.
    @Suite struct StatefulTrainingTests {
        private let examples = Examples(inputs: .normal([8, 3, 2]), targets: .normal([8, 1]))

        private func network() throws -> Sequential {
            try Sequential("reader", input: [3, 2]) {
                LSTM(4, stateful: true)
                Dense(1)
            }
        }

        private func layer(_ network: Sequential) -> Recurrent { network.layers[0] as! Recurrent }

        private func fit(
            _ network: Sequential, _ train: Examples, validation: Examples? = nil, epochs: Int = 1, rate: Double = 0.1,
            shuffle: Bool = false
        ) throws -> History {
            try network.fit(
                train, validation: validation, epochs: epochs, batchSize: 4, optimizer: .sgd(rate),
                loss: .meanSquaredError, shuffle: shuffle, showsProgress: false)
        }

        /// With a rate of 0 every epoch measures the same: it begins with a state of zeros, and validation, in batches
        /// of the same size, neither sees the training's state nor changes it.
        @Test func epochsAndValidationBeginAnew() throws {
            let network = try network()
            let history = try fit(network, examples, validation: examples, epochs: 3, rate: 0)
            #expect(Set(history["loss"]).count == 1 && Set(history["val_loss"]).count == 1)
            #expect(abs(history["loss"][0] - history["val_loss"][0]) < 1e-6)
            // The second batch continues the first.
            network.resetStates()
            let first = Loss.meanSquaredError(network(examples.inputs[0..<4]), examples.targets[0..<4]).item()
            let second = Loss.meanSquaredError(network(examples.inputs[4..<8]), examples.targets[4..<8]).item()
            #expect(abs(history["loss"][0] - (first + second) / 2) < 1e-6)
            let state = layer(network).rememberedState!.map(\.doubles)
            let measured = try network.evaluate(examples, batchSize: 4, loss: .meanSquaredError)
            #expect(abs(measured["loss"]! - history["loss"][0]) < 1e-6)
            #expect(layer(network).rememberedState!.map(\.doubles) == state)
        }

        @Test func batchesOfOtherSizesAndOrders() throws {
            let network = try network(), before = network.parameterValues.map(\.doubles)
            #expect(
                text { _ = try fit(network, examples[..<6]) }
                    == "ValueError in reader: fit: the stateful lstm takes batches of one size, and 6 training examples do not divide into batches of 4; leave out the last 2: examples[..<4]"
            )
            #expect(
                text { _ = try fit(network, examples, validation: examples[..<7]) }.contains(
                    "7 validation examples do not divide into batches of 4; leave out the last 3: examples[..<4]"))
            #expect(
                text { _ = try fit(network, examples, shuffle: true) }.contains(
                    "but the examples are shuffled; use shuffle: false, with examples in the order of their sequences"))
            #expect(
                text { _ = try network.evaluate(examples, batchSize: 5, loss: .meanSquaredError) }.contains(
                    "evaluate: the stateful lstm takes batches of one size"))
            #expect(network.parameterValues.map(\.doubles) == before)
            // One batch of fewer is one size.
            #expect(try fit(network, examples[..<3], epochs: 2, shuffle: true).epochs.count == 2)
        }

        @Test func aBatchOfNothingIsForgotten() {
            let layer = LSTM(4, stateful: true)
            _ = layer(.normal([2, 3, 2]))
            let state = layer.rememberedState!.map(\.doubles)
            #expect(layer(.zeros([0, 3, 2])).shape == [0, 4])
            #expect(layer.rememberedState!.map(\.doubles) == state)
        }
    }
}
