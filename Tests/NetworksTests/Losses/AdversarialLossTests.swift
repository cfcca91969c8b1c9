import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    @Suite struct AdversarialLossTests {
        private let real = Tensor([0.3, -1.2, 2.5] as [Double], dtype: .float64)
        private let fake = Tensor([-0.7, 0.4, 1.5] as [Double], dtype: .float64)

        /// The games by their equations, of D = σ(logits) where they are of probabilities.
        @Test func gamesAreThoseOfTheirPapers() {
            let d = real.sigmoid(), g = fake.sigmoid()
            let cross = -log(d).mean() - log(1 - g).mean()
            let soft = -(0.9 * log(d) + 0.1 * log(1 - d)).mean() - log(1 - g).mean()
            let games: [(AdversarialLoss, Tensor, Tensor)] = [
                (.minimax, cross, log(1 - g).mean()),
                (.nonSaturating, cross, -log(g).mean()),
                (.nonSaturating(realLabel: 0.9), soft, -log(g).mean()),
                (.wasserstein, fake.mean() - real.mean(), -fake.mean()),
                (
                    .leastSquares, 0.5 * (real - 1).squared().mean() + 0.5 * fake.squared().mean(),
                    0.5 * (fake - 1).squared().mean()
                ),
                (.hinge, relu(1 - real).mean() + relu(1 + fake).mean(), -fake.mean()),
            ]
            for (game, discriminator, generator) in games {
                #expect(distance(game.discriminator(real: real, fake: fake), discriminator) < 1e-12, "\(game.name)")
                #expect(distance(game.generator(fake: fake), generator) < 1e-12, "\(game.name)")
            }
        }

        @Test(arguments: [AdversarialLoss.minimax, .nonSaturating, .wasserstein, .leastSquares, .hinge])
        func gradientsAreThoseOfTheGames(_ game: AdversarialLoss) {
            let report = gradCheck(at: [real, fake]) { game.discriminator(real: $0[0], fake: $0[1]) }
            #expect(report.passed, "\(report)")
            #expect(gradCheck(at: fake) { game.generator(fake: $0) }.passed)
        }

        /// The gradient of a linear critic is its weight at every point.
        @Test func aLinearCriticsPenalty() {
            let x = Tensor.normal([5, 3]), y = Tensor.normal([5, 3])
            let w = Tensor([2.0, -1, 2], shape: [3, 1]).tracked()
            let penalty = gradientPenalty({ $0.matmul(w) }, real: x, fake: y)
            #expect(abs(penalty.item() - 4) < 1e-5)
            // d/dw (|w| − 1)² = 2 (|w| − 1) w / |w|
            #expect(distance(grad(penalty, of: w), Tensor([[8.0 / 3], [-4.0 / 3], [8.0 / 3]])) < 1e-5)
            // Where nothing is recorded it is the same number, without a graph.
            let measured = withoutGradients { gradientPenalty({ $0.matmul(w) }, real: x, fake: y) }
            #expect(abs(measured.item() - 4) < 1e-5 && !measured.isTracked)
        }
    }
}
