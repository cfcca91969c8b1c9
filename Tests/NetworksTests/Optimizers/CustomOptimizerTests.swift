import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// The example of `Optimizer`'s documentation.
private final class HeavyBall: Optimizer {
    override func initialState(for parameter: Tensor) -> [Tensor] { [.zeros(like: parameter)] }

    override func update(_ parameter: Tensor, gradient: Tensor, state: inout [Tensor]) -> Tensor {
        state[0] = 0.9 * state[0] - learningRate * gradient
        return parameter + state[0]
    }
}

/// Adam with its usual constants (Kingma and Ba 2015, algorithm 1).
private final class TensorAdam: Optimizer {
    private var corrections = (0.0, 0.0)

    override func initialState(for parameter: Tensor) -> [Tensor] {
        [.zeros(like: parameter), .zeros(like: parameter)]
    }

    override func prepareStep() {
        corrections = (1 - Foundation.pow(0.9, Double(stepCount)), 1 - Foundation.pow(0.999, Double(stepCount)))
    }

    override func update(_ parameter: Tensor, gradient: Tensor, state: inout [Tensor]) -> Tensor {
        state[0] = 0.9 * state[0] + 0.1 * gradient
        state[1] = 0.999 * state[1] + 0.001 * gradient.squared()
        let (mean, square) = (state[0] / corrections.0, state[1] / corrections.1)
        return parameter - learningRate * mean / (sqrt(square) + 1e-8)
    }
}

extension NetworksTests {
    /// Optimizers that are written on tensors.
    @Suite struct CustomOptimizerTests {
        @Test(arguments: ["momentum", "adam"])
        func tenStepsArePyTorchsAndOurs(_ name: String) throws {
            let run = try #require(
                try Fixture.load("optimizers", as: [OptimizerTests.Run].self).first { $0.name == name })
            let problem: [Fixture.Numbers] = try Fixture.load("optimizer_problem")
            let (a, b) = (problem[0].tensor, problem[1].tensor)
            let (weights, others) = (try Weights(problem[2].tensor), try Weights(problem[2].tensor))
            let custom: Optimizer = name == "adam" ? TensorAdam(learningRate: 0.05) : HeavyBall(learningRate: 0.01)
            let fused = try #require(OptimizerTests.make(name))
            try custom.own([weights])
            try fused.own([others])
            #expect(run.steps.count == 10)
            for expected in run.steps {
                custom.minimize { log(cosh(weights(a) - b)).sum() }
                fused.minimize { log(cosh(others(a) - b)).sum() }
                #expect(weights.w.isClose(to: Tensor(expected), relative: 1e-5, absolute: 1e-5))
                #expect(weights.w.isClose(to: others.w, relative: 1e-5, absolute: 1e-5))
            }
        }

        /// Accumulation, clipping, a constraint, a schedule and a frozen layer have the same effect as for `SGD`.
        @Test func everythingElseIsAsForOurs() throws {
            func network(_ values: [Tensor]) throws -> Sequential {
                let network = try Sequential(input: [3]) {
                    Dense(4, activation: .tanh)
                    Dense(4, constraint: .nonNegative)
                    Dense(2)
                }
                if !values.isEmpty { network.parameterValues = values.map { $0 + 0 } }
                network.layers[0].freeze()
                return network
            }
            let first = try network([])
            let second = try network(first.parameterValues)
            let frozen = first.layers[0].parameterValues.map(\.scalars)
            func configured(_ optimizer: Optimizer, _ network: Layer) throws -> Optimizer {
                try optimizer.own([network])
                return optimizer.accumulating(2).clipped(.globalNorm(0.5)).scheduled(.constant(0.2))
            }
            let custom = try configured(HeavyBall(learningRate: 1), first)
            let fused = try configured(SGD(learningRate: 1, momentum: 0.9), second)
            for _ in 0..<7 {
                let x = Tensor.normal([5, 3])
                custom.minimize { first(x).squared().sum() }
                fused.minimize { second(x).squared().sum() }
            }
            custom.finishStep()
            fused.finishStep()
            #expect(custom.stepCount == 4)
            for (value, expected) in zip(first.parameterValues, second.parameterValues) {
                #expect(value.isClose(to: expected, relative: 1e-5, absolute: 1e-6))
            }
            #expect(first.layers[0].parameterValues.map(\.scalars) == frozen)
            #expect(first.layers[1].parameterValues[0].min().item() == 0)
        }

        @Test func stateIsSavedAndResumed() throws {
            let path = temporaryPath("state")
            defer { try? FileManager.default.removeItem(atPath: path) }
            let (first, second) = (try Weights(Tensor([1.0, -2, 3])), try Weights(Tensor([1.0, -2, 3])))
            func train(_ weights: Weights, _ optimizer: Optimizer) {
                for _ in 0..<3 { optimizer.minimize { weights(weights.w).sum() } }
            }
            let optimizer = TensorAdam(for: first, learningRate: 0.1)
            train(first, optimizer)
            try optimizer.save(to: path)
            second.w = first.w
            let later = TensorAdam(for: second, learningRate: 0.1)
            try later.load(from: path)
            #expect(later.stepCount == 3)
            train(first, optimizer)
            train(second, later)
            #expect(second.w.scalars == first.w.scalars)
            #expect(
                text { try HeavyBall(for: second, learningRate: 0.1).load(from: path) }.contains(
                    "is the state of an optimizer TensorAdam; load it into an optimizer of that class"))
            let other = try Sequential(input: [2]) { Dense(2) }
            #expect(
                text { try TensorAdam(for: other, learningRate: 0.1).load(from: path) }.contains(
                    "is the state of an optimizer with other parameters or options"))
        }

        /// A file of version 0.1.0: both averages, in one row, after one step with the gradient (1, 2, 3).
        @Test func stateOfEarlierVersionsIsRead() throws {
            let path = temporaryPath("state")
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Safetensors.save(
                ["0": Tensor([0.1, 0.2, 0.3, 0.001, 0.004, 0.009])], to: path,
                metadata: ["optimizer": "Adam", "steps": "1"])
            let gradient = Tensor([1.0, 2, 3])
            let (first, second) = (try Weights(.ones([3])), try Weights(.ones([3])))
            let (optimizer, later) = (Adam(for: first), Adam(for: second))
            optimizer.minimize { first(gradient) }
            try later.load(from: path)
            second.w = first.w
            for _ in 0..<2 {
                optimizer.minimize { first(-gradient) }
                later.minimize { second(-gradient) }
            }
            #expect(second.w.isClose(to: first.w, relative: 1e-6))
        }
    }
}
