import Datasets
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
        func gradientsAreThoseOfTheValue(_ regularizer: Regularizer) {
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

        /// Layers, each with the shape of its input, that penalize their own output.
        private static let layers: [(Shape, @Sendable (Regularizer?) -> Layer)] = [
            ([3], { Dense(2, activation: .tanh, activityRegularizer: $0) }),
            ([3], { Maxout(2, activityRegularizer: $0) }),
            ([5, 2], { Conv1D(2, kernel: 3, activation: .sigmoid, activityRegularizer: $0) }),
            ([5, 4, 2], { Conv2DTranspose(2, kernel: 3, activityRegularizer: $0) }),
            ([5, 4, 2], { DepthwiseConv2D(kernel: 3, activityRegularizer: $0) }),
            ([5, 4, 2], { SeparableConv2D(3, kernel: 2, activityRegularizer: $0) }),
            ([5, 4, 2], { LocallyConnected2D(3, kernel: 2, activityRegularizer: $0) }),
            ([4, 3], { SimpleRNN(2, activityRegularizer: $0) }), ([4, 3], { LSTM(2, activityRegularizer: $0) }),
            ([4, 3], { GRU(2, returnSequences: true, goBackwards: true, activityRegularizer: $0) }),
            ([2, 4, 4, 1], { ConvLSTM2D(2, kernel: 3, activityRegularizer: $0) }),
            ([4, 3], { MultiHeadAttention(heads: 2, size: 2, activityRegularizer: $0) }),
            ([4], { Embedding(3, 2, activityRegularizer: $0) }),
        ]

        @Test(arguments: layers.indices)
        func aLayersOwnPenaltyIsThatOfALayerAfterIt(_ index: Int) throws {
            let (shape, make) = Self.layers[index]
            let penalty = Regularizer.l2(0.3)
            let own = try Sequential(input: shape) { make(penalty) }
            let after = try Sequential(input: shape) {
                make(nil)
                ActivityRegularization(penalty)
            }
            after.parameterValues = own.parameterValues
            let x = Tensor.bernoulli(shape.inserting(2, at: 0), p: 0.5)
            let losses = [own, after].map { network in
                SGD(for: network, learningRate: 1).minimize { network(x).sum() * 0 }.item()
            }
            #expect(losses[0] > 0 && abs(losses[0] - losses[1]) < 1e-6)
            for (value, expected) in zip(own.parameterValues, after.parameterValues) {
                #expect(value.isClose(to: expected, absolute: 1e-6))
            }
        }

        @Test func sparsityIsTheDivergenceFromTheTarget() {
            // Units active in 20 % and in 5 % of the time.
            let activity = Tensor([[0.3, 0.05], [0.1, 0.05]])
            let divergence = 0.05 * log(0.05 / 0.2) + 0.95 * log(0.95 / 0.8)
            #expect(abs(Regularizer.sparsity(0.05)(activity).item() / 2 - divergence) < 1e-6)
        }
    }
}
