import Networks
import Tensors
import TestSupport
import Testing

/// Outputs, targets, and what PyTorch made of them.
struct LossFixture: Decodable {
    let logits, yes, wanted, shares: Fixture.Numbers
    let labels: [Int]
    let values: [String: Double]
}

extension NetworksTests {
    @Suite struct LossTests {
        @Test func lossesArePyTorchs() throws {
            let fixture: LossFixture = try Fixture.load("losses")
            let logits = fixture.logits.tensor
            for (name, loss, targets) in [
                ("crossEntropy", Loss.crossEntropy, Tensor(fixture.labels)),
                ("crossEntropy of shares", .crossEntropy, fixture.shares.tensor),
                ("binaryCrossEntropy", .binaryCrossEntropy, fixture.yes.tensor),
                ("meanSquaredError", .meanSquaredError, fixture.wanted.tensor),
                ("meanAbsoluteError", .meanAbsoluteError, fixture.wanted.tensor),
            ] {
                let expected = try #require(fixture.values[name])
                #expect(abs(loss(logits, targets).item() - expected) < 1e-6, "\(name)")
            }
        }

        @Test func oneTargetForAll() {
            // −log σ(0) = log 2, and −log σ(−2) = log(1 + e²).
            #expect(abs(Loss.binaryCrossEntropy(.zeros([3, 1]), 1).item() - 0.693147) < 1e-6)
            #expect(abs(Loss.binaryCrossEntropy(.full([3, 1], -2), 1).item() - 2.126928) < 1e-6)
        }

        @Test func columnAgainstVectorIsElementByElement() {
            #expect(Loss.meanSquaredError(Tensor([[1], [2]]), Tensor([1.0, 4.0])).item() == 2)
        }

        @Test func lossOfOnesOwn() {
            let huber = Loss("huber") { outputs, targets in
                let distance = abs(outputs - targets)
                return Tensor.select(distance .< 1, 0.5 * distance.squared(), distance - 0.5).mean()
            }
            #expect(huber(Tensor([[0.5], [3]]), Tensor([[0], [0]])).item() == (0.125 + 2.5) / 2)
        }
    }
}
