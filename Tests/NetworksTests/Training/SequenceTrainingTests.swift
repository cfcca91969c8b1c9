import Datasets
import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Sentences of different lengths, filled up with word 0, of whose every word a network says something
    /// (Tests/Fixtures/make_networks.py): padding counts neither in losses nor in metrics.
    @Suite struct SequenceTrainingTests {
        private struct Run: Decodable {
            let words, tags: [[Int]]
            let weights, trained: [String: Fixture.Numbers]
            let losses: [Double]
            let loss, accuracy: Double
        }
        private let run: Run
        private let network: Sequential
        private let examples: Examples

        init() throws {
            run = try Fixture.load("tagger_training")
            network = try Sequential(input: [5]) {
                Embedding(7, 3, maskZero: true)
                LSTM(4, returnSequences: true)
                TimeDistributed(Dense(3))
            }
            let rows = { (rows: [[Int]]) in Tensor(rows.flatMap { $0 }).reshaped(to: [6, 5]) }
            examples = Examples(inputs: rows(run.words), targets: rows(run.tags))
            try begin()
        }

        /// Gives the network the weights that Keras began with.
        private func begin() throws {
            for (key, parameter) in network.namedParameters {
                parameter.value = try #require(run.weights[key]).tensor.converted(to: .float32)
            }
        }

        private func train(_ examples: Examples) throws -> History {
            try network.fit(
                examples, epochs: 4, batchSize: 3, optimizer: .sgd(0.5, momentum: 0.9), loss: .crossEntropy,
                metrics: [.accuracy], shuffle: false, showsProgress: false)
        }

        @Test func trainingIsKerass() throws {
            let history = try train(examples)
            #expect(run.losses.count == 8 && history.steps.count == 8)
            for (loss, expected) in zip(history.perStep("loss"), run.losses) { #expect(abs(loss - expected) < 1e-5) }
            #expect(network.namedParameters.count == run.trained.count)
            for (key, parameter) in network.namedParameters {
                #expect(distance(parameter.value, try #require(run.trained[key]).tensor) < 1e-5, "\(key)")
            }
            for batchSize in [1, 4, 6] {
                let measured = try network.evaluate(
                    examples, batchSize: batchSize, loss: .crossEntropy, metrics: [.accuracy])
                #expect(abs(measured["loss"]! - run.loss) < 1e-5)
                #expect(abs(measured["accuracy"]! - run.accuracy) < 1e-6)
            }
        }

        /// Whatever stands where there is no word, the training is the same.
        @Test func tagsOfPaddingMeanNothing() throws {
            let first = try train(examples)
            let trained = network.parameterValues.map(\.scalars)
            try begin()
            let padding = examples.inputs .== 0
            let others = Examples(inputs: examples.inputs, targets: examples.targets.masked(padding, with: 2))
            #expect(others.targets.ints != examples.targets.ints)
            let second = try train(others)
            #expect(second["loss"] == first["loss"] && second["accuracy"] == first["accuracy"])
            #expect(network.parameterValues.map(\.scalars) == trained)
        }
    }
}
