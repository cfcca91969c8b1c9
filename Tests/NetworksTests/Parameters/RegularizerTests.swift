import Foundation
import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct RegularizerTests {
        /// Kernel (1, −2), no bias: the output for (0, 0) is 0, and so is its loss.
        private func network(_ regularizer: Regularizer?, constraint: Constraint? = nil) throws -> Sequential {
            let dense = Dense(1, bias: false, regularizer: regularizer, constraint: constraint)
            let network = try Sequential(input: [2]) { dense }
            dense.kernel = Tensor([[1], [-2]])
            return network
        }

        @Test(arguments: [
            (Regularizer.l1(0.1), 0.3, [0.95, -1.95]), (.l2(0.1), 0.5, [0.9, -1.8]),
            (.l1l2(l1: 0.1, l2: 0.1), 0.8, [0.85, -1.75]),
        ])
        func penaltiesAreAddedToTheLossAndMoveWeights(
            _ regularizer: Regularizer, penalty: Double, moved: [Double]
        )
            throws
        {
            let network = try network(regularizer)
            let zeros = Examples(inputs: .zeros([4, 2]), targets: .zeros([4, 1]))
            #expect(abs(try network.evaluate(zeros, loss: .meanSquaredError)["loss"]! - penalty) < 1e-6)
            let loss = SGD(for: network, learningRate: 0.5).minimize {
                Loss.meanSquaredError(network(zeros.inputs), zeros.targets)
            }
            #expect(abs(loss.item() - penalty) < 1e-6)
            #expect(network.parameters[0].value.isClose(to: Tensor([moved]).transposed(), absolute: 1e-6))
        }

        @Test(arguments: [Regularizer.l1(0.3), .l2(0.3), .l1l2(l1: 0.1, l2: 0.2), .sparsity(0.1)])
        func slopesAreThoseOfTheValue(_ regularizer: Regularizer) {
            let x = Tensor([0.5, 0.1, 0.7, 0.2, 0.3, 0.9], shape: [3, 2], dtype: .float64)
            for report in [
                gradCheck(at: x) { regularizer($0) },
                gradCheck(at: x) { grad(regularizer($0), of: $0, createGraph: true) },
            ] { #expect(report.passed, "\(report)") }
        }

        @Test func frozenWeightsArePenalisedNoMore() throws {
            let network = try network(.l2(1))
            network.freeze()
            let zeros = Examples(inputs: .zeros([4, 2]), targets: .zeros([4, 1]))
            #expect(try network.evaluate(zeros, loss: .meanSquaredError)["loss"] == 0)
        }

        /// Keras 3 divides by the number of examples: Σ |x| / 4 of four examples (1, −1).
        @Test func activitiesArePenalisedForEachExample() throws {
            let network = try Sequential(input: [2]) {
                Dense(2, name: "head")
                ActivityRegularization(.l1(0.5))
            }
            network.parameters[0].value = Tensor([[1, 0], [0, 1]])
            let x = Tensor([[1, -1], [1, -1], [1, -1], [1, -1]])
            let loss = SGD(for: network, learningRate: 1).minimize { network(x).sum() * 0 }
            #expect(abs(loss.item() - 1) < 1e-6)
            // ∂/∂bias of ½ Σ |x + bias| / 4 is ½ sign(x).
            #expect(network["head"].parameters[1].value.isClose(to: Tensor([-0.5, 0.5])))
        }

        @Test func sparsityIsTheDivergenceFromTheTarget() {
            // Units active in 20 % and in 5 % of the time.
            let activity = Tensor([[0.3, 0.05], [0.1, 0.05]])
            let divergence = 0.05 * log(0.05 / 0.2) + 0.95 * log(0.95 / 0.8)
            #expect(abs(Regularizer.sparsity(0.05)(activity).item() / 2 - divergence) < 1e-6)
        }
    }
}
