import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    @Suite struct MetricTests {
        @Test func sharesArePyTorchs() throws {
            let fixture: LossFixture = try Fixture.load("losses")
            let network = try Sequential(input: [4]) { Activation(.linear) }
            let examples = Examples(inputs: fixture.logits.tensor, targets: Tensor(fixture.labels))
            let measured = try network.evaluate(
                examples, batchSize: 4, loss: .crossEntropy, metrics: [.accuracy, .topK(2)])
            #expect(measured.names == ["loss", "accuracy", "top_2_accuracy"])
            for name in ["accuracy", "top_2_accuracy"] {
                #expect(abs((measured[name] ?? -1) - fixture.values[name]!) < 1e-6)
            }
            #expect(abs((measured["loss"] ?? -1) - fixture.values["crossEntropy"]!) < 1e-6)
        }

        @Test func sideOfTheThreshold() throws {
            let network = try Sequential(input: [1]) { Activation(.linear) }
            let examples = Examples(
                inputs: Tensor([[0.2], [0.7], [-1], [0.9]]), targets: Tensor([[1], [1], [0], [0]]))
            #expect(try network.evaluate(examples, loss: .binaryCrossEntropy, metrics: [.accuracy])["accuracy"] == 0.75)
            #expect(try network.evaluate(examples, loss: .meanSquaredError, metrics: [.accuracy])["accuracy"] == 0.5)
        }
    }
}
