import Networks
import Tensors
import Testing

extension NetworksTests {
    /// Gradients whose squares are beyond single precision.
    @Suite struct ExtremeGradientTests {
        @Test func normsOfExtremeGradients() {
            #expect(abs(GradientClipping.norm(of: [Tensor([3e25, 4e25]), Tensor([0.0])]) / 5e25 - 1) < 1e-6)
            #expect(abs(GradientClipping.norm(of: [Tensor([3e-25, 0]), Tensor([4e-25])]) / 5e-25 - 1) < 1e-6)
            #expect(abs(GradientClipping.norm(of: [.full([100], 3e38)]) / 3e39 - 1) < 1e-6)
            #expect(GradientClipping.norm(of: [Tensor([3.0]), .zeros([0, 2]), Tensor([4.0])]) == 5)
            #expect(GradientClipping.norm(of: [Tensor([0.0])]) == 0 && GradientClipping.norm(of: []) == 0)
            #expect(GradientClipping.norm(of: [Tensor([1, -.infinity])]) == .infinity)
            #expect(GradientClipping.norm(of: [Tensor([1.0]), Tensor([.nan, .infinity])]).isNaN)
        }

        @Test(arguments: [GradientClipping.norm(1), .globalNorm(1)])
        func directionStays(_ clipping: GradientClipping) {
            for scale in [1, 1e15, 1e25, 6e37] {
                let clipped = clipping([Tensor([3 * scale, 4 * scale]), Tensor([0.0])])
                #expect(clipped[0].isClose(to: Tensor([0.6, 0.8]), absolute: 1e-6), "\(scale)")
                #expect(clipped[1].item() == 0)
            }
            #expect(clipping([.full([10_000], 3e38)])[0].isClose(to: .full([10_000], 0.01), relative: 1e-4))
            // Short ones, and those without a direction, stay what they are.
            for values in [[3e-25, 4e-25], [0, 0], [.infinity, 1]] {
                #expect(clipping([Tensor(values)])[0].doubles == Tensor(values).doubles)
            }
            #expect(clipping([Tensor([Double.nan, 1])])[0].doubles[1] == 1)
        }

        /// The adaptive ones divide the gradient by its own size. After one of 10²⁵ a weight goes on moving.
        @Test(arguments: ["adam", "amsgrad", "adamW", "nadam", "rmsProp", "rmsProp momentum", "rmsProp centered"])
        func oneGreatGradientIsOneStep(_ name: String) throws {
            let optimizer = try #require(OptimizerTests.make(name)), weights = try Weights(Tensor([1.0, 1, 1]))
            optimizer.learningRate = 0.01
            try optimizer.own([weights])
            var before = weights.w.doubles
            for (step, scale) in ([1, 1e25, -1e38, 1e-38] as [Double]).enumerated() {
                optimizer.minimize { weights(Tensor([[scale, -scale, 0]])).sum() }
                let now = weights.w.doubles
                // RMSprop begins with steps of 0.01 / √(1 − ρ), and momentum repeats them.
                for (a, b) in zip(now, before) { #expect(abs(a - b) < 0.4, "step \(step)") }
                before = now
            }
        }

        @Test(arguments: ["adaGrad", "adaGrad options", "adaDelta", "adaDelta options", "sgd", "momentum"])
        func weightsStayFinite(_ name: String) throws {
            let optimizer = try #require(OptimizerTests.make(name)), weights = try Weights(Tensor([1.0, 1, 1]))
            try optimizer.own([weights])
            for scale in [1, 1e25, -1e36, 1] {
                optimizer.minimize { weights(Tensor([[scale, -scale, 0]])).sum() }
                #expect(weights.w.isFinite().all(), "\(scale)")
            }
        }

        /// Infinite gradients are as good as huge ones where they are divided by their size; NaN is not hidden.
        @Test(arguments: ["adam", "rmsProp", "rmsProp centered", "adaGrad", "adaDelta", "sgd", "momentum"])
        func whatIsNoNumberShows(_ name: String) throws {
            for (value, isFinite) in [(Double.infinity, !["sgd", "momentum"].contains(name)), (.nan, false)] {
                let optimizer = try #require(OptimizerTests.make(name)), weights = try Weights(Tensor([1.0, 1]))
                try optimizer.own([weights])
                optimizer.minimize { weights(Tensor([[value, 1]])).sum() }
                #expect(weights.w.isFinite().ints == [isFinite ? 1 : 0, 1], "\(value)")
            }
        }

        /// The variance of a gradient that does not change is 0, and rounding must not make it less.
        @Test(arguments: [1e-3, 1, 1234.5])
        func centredMeansOfAConstant(_ gradient: Double) throws {
            let optimizer = RMSProp(learningRate: 1e-3, centered: true), weights = try Weights(Tensor([1.0]))
            try optimizer.own([weights])
            for _ in 0..<400 { optimizer.minimize { weights(Tensor([[gradient]])).sum() } }
            #expect(weights.w.isFinite().all())
        }

        /// Norms of weights beyond the root of single precision.
        @Test func constraintsOfGreatWeights() {
            let weights = Tensor([[3e25, 1], [4e25, 0]])
            #expect(Constraint.maxNorm(5)(weights).isClose(to: Tensor([[3, 1], [4, 0]]), relative: 1e-5))
            #expect(Constraint.unitNorm(weights).isClose(to: Tensor([[0.6, 1], [0.8, 0]]), relative: 1e-5))
            #expect(Constraint.minMaxNorm(1...2)(weights).isClose(to: Tensor([[1.2, 1], [1.6, 0]]), relative: 1e-5))
            #expect(Constraint.maxNorm(5)(Tensor([3e25, -4e25])).isClose(to: Tensor([3.0, -4]), relative: 1e-5))
            #expect(Constraint.maxNorm(5)(.zeros([2, 2])).doubles == [0, 0, 0, 0])
        }
    }
}
