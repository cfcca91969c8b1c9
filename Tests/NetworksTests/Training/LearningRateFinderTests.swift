import Datasets
import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct LearningRateFinderTests {
        @Test func theLossFallsAndThenExplodes() throws {
            Random.seed(3)
            let network = try Sequential(input: [4]) { Dense(1) }
            let inputs = Tensor.normal([256, 4])
            let examples = Examples(inputs: inputs, targets: inputs.sum(axes: 1, keepDims: true))
            let before = network.parameterValues.map(\.doubles)
            let search = try network.findLearningRate(
                examples, optimizer: .sgd(), loss: .meanSquaredError, range: 1e-4...100)
            // Gradient descent on this quadratic diverges at rates above 1: it is given up there, and the suggestion is
            // well below.
            #expect(search.rates.first == 1e-4 && search.rates.last! > 0.5 && search.rates.last! < 20)
            #expect(search.suggestion > 1e-3 && search.suggestion < 1)
            #expect(search.losses.min()! < search.losses[0] / 2)
            #expect(network.parameterValues.map(\.doubles) == before)
        }

        @Test func aScheduleExcludesASearch() throws {
            let network = try Sequential(input: [2]) { Dense(2) }
            #expect(
                text {
                    _ = try network.findLearningRate(
                        Samples.halves(4), optimizer: .sgd().scheduled { _ in 1 }, loss: .crossEntropy)
                }.contains(
                    "the optimizer has a schedule, which sets the learning rate at every step; search with an optimizer"
                ))
        }

        @Test func noSearch() throws {
            let network = try Sequential(input: [2]) { Dense(2) }
            #expect(
                text { _ = try network.findLearningRate(Samples.halves(4), loss: .crossEntropy, range: 0...1) }
                    .contains(
                        "the range positive, got 100, 32 and 0.0...1.0; use a range above 0"))
        }
    }
}
