import Datasets
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// Weights and nothing else.
final class Weights: Layer {
    @Parameter(.zeros) var w
    override func build(_ input: Shape) { $w.initialize(input) }
    override func forward(_ x: Tensor) -> Tensor { x.matmul(w) }
    init(_ start: Tensor) throws {
        super.init()
        try prepare(start.shape)
        w = start
    }
    override func outputShape(of input: Shape) throws -> Shape { [] }
}

extension NetworksTests {
    @Suite struct OptimizerTests {
        struct Run: Decodable, Sendable {
            let name: String
            let steps: [[Double]]
        }

        /// Every optimizer and its options; "keras" where the fixture is made by Keras.
        static func make(_ name: String) -> Optimizer? {
            switch name {
            case "sgd": .sgd(0.01)
            case "momentum", "keras momentum": .sgd(0.01, momentum: 0.9)
            case "nesterov": .sgd(0.01, momentum: 0.9, nesterov: true)
            case "sgd decay": .sgd(0.01, momentum: 0.9, weightDecay: 0.1)
            case "adam": .adam(0.05)
            case "adam betas": .adam(0.05, beta1: 0.5, beta2: 0.9, epsilon: 1e-3)
            case "adam decay": .adam(0.05, weightDecay: 0.1)
            case "amsgrad": .adam(0.05, beta2: 0.5, amsgrad: true)
            case "keras amsgrad": .adam(0.05, beta2: 0.5, amsgrad: true)
            case "adamW": .adamW(0.05, weightDecay: 0.1)
            case "adamW amsgrad": .adamW(0.05, beta2: 0.5, weightDecay: 0.1, amsgrad: true)
            case "nadam": .nadam(0.05)
            case "keras nadam": .nadam(0.05, momentumDecay: 1)
            case "nadam options":
                Nadam(learningRate: 0.05, beta1: 0.8, beta2: 0.9, weightDecay: 0.1, momentumDecay: 0.02)
            case "rmsProp": .rmsProp(0.02)
            case "rmsProp momentum": RMSProp(learningRate: 0.01, rho: 0.99, momentum: 0.9, weightDecay: 0.1)
            case "rmsProp centered": .rmsProp(0.01, centered: true)
            case "rmsProp both": .rmsProp(0.01, momentum: 0.5, epsilon: 1e-4, centered: true)
            case "adaGrad": .adaGrad(0.1)
            case "adaGrad options":
                AdaGrad(learningRate: 0.1, initialAccumulator: 0.1, epsilon: 1e-7, weightDecay: 0.1)
            case "keras adaGrad": .adaGrad(0.1, initialAccumulator: 0.1)
            case "adaDelta", "keras adaDelta": .adaDelta()
            case "adaDelta options": AdaDelta(learningRate: 2, rho: 0.95, epsilon: 1e-4, weightDecay: 0.1)
            case "lbfgs": .lbfgs(iterations: 1)
            case "lbfgs far": .lbfgs(8, iterations: 1, historySize: 3)
            case "lbfgs steps": LBFGS(learningRate: 0.1, iterations: 3, lineSearch: false)
            case "lbfgs clipped": .lbfgs(iterations: 1).clipped(.norm(2))
            case "lbfgs steps clipped":
                LBFGS(learningRate: 0.1, iterations: 3, lineSearch: false).clipped(.value(0.5))
            case "clipped by value": .sgd(0.01, momentum: 0.9).clipped(.value(0.5))
            case "clipped by norm": .sgd(0.01, momentum: 0.9).clipped(.norm(2))
            case "keras clipped": .sgd(0.01, momentum: 0.9).clipped(.globalNorm(2))
            default: nil
            }
        }

        @Test(arguments: try Fixture.load("optimizers", as: [Run].self))
        func tenStepsArePyTorchsAndKerass(_ run: Run) throws {
            let problem: [Fixture.Numbers] = try Fixture.load("optimizer_problem")
            let (a, b) = (problem[0].tensor, problem[1].tensor)
            let weights = try Weights(problem[2].tensor)
            let optimizer = try #require(Self.make(run.name))
            try optimizer.own([weights])
            #expect(run.steps.count == 10)
            for (step, expected) in run.steps.enumerated() {
                optimizer.minimize { log(cosh(weights(a) - b)).sum() }
                #expect(
                    weights.w.isClose(to: Tensor(expected), relative: 1e-5, absolute: 1e-5),
                    "step \(step): \(weights.w) should be \(Tensor(expected))")
            }
            #expect(optimizer.stepCount == 10)
        }

        struct LeNetRuns: Decodable {
            let images: Fixture.Numbers
            let labels: [Int]
            let weights: [String: Fixture.Numbers]
            let losses: [String: [Double]]
        }

        @Test(arguments: ["momentum", "adam"])
        func trainingOfALeNetIsPyTorchs(name: String) throws {
            let fixture: LeNetRuns = try Fixture.load("lenet_training")
            let network = try Sequential(input: [12, 12, 1]) {
                Conv2D(4, kernel: 5, padding: .same, activation: .tanh)
                AveragePooling2D(2)
                Conv2D(6, kernel: 3, activation: .relu)
                MaxPooling2D(2)
                Flatten()
                Dense(12, activation: .tanh)
                Dense(5)
            }
            for (key, parameter) in network.namedParameters {
                parameter.value = try #require(fixture.weights[key]).tensor
            }
            let optimizer: Optimizer =
                name == "adam"
                ? Adam(for: network, learningRate: 0.01) : SGD(for: network, learningRate: 0.1, momentum: 0.9)
            let (images, labels) = (fixture.images.tensor, Tensor(fixture.labels))
            for (step, expected) in try #require(fixture.losses[name]).enumerated() {
                let half = step % 2 == 0 ? 0..<8 : 8..<16
                let loss = optimizer.minimize { Loss.crossEntropy(network(images[half]), labels[half]) }
                #expect(abs(loss.item() - expected) < 1e-4)
            }
        }

        /// More weights than one thread takes, of which a part belongs to small parameters: what each pass computes
        /// does not depend on how it is cut, nor on whether the old weights are still referenced elsewhere.
        @Test func aPassOverManyWeightsIsOneOverEach() throws {
            let network = try Sequential(input: [300]) {
                Dense(500)
                Dense(7)
            }
            let start = network.parameterValues
            let gradients = start.map { Tensor.normal($0.shape) }.map { $0 + $0.sign() }
            func steps(threads: Int, holding: Bool) throws -> [[Float]] {
                let before = ThreadPool.threadCount
                defer { ThreadPool.threadCount = before }
                ThreadPool.threadCount = threads
                network.parameterValues = start.map { $0 + 0 }
                let optimizer = Adam(for: network, learningRate: 0.1)
                for _ in 0..<3 {
                    let held = holding ? network.parameterValues : []
                    let copies = held.map(\.scalars)
                    optimizer.minimize {
                        zip(network.parameters, gradients).map { ($0.value * $1).sum() }.reduce(Tensor(0)) { $0 + $1 }
                    }
                    #expect(held.map(\.scalars) == copies)
                }
                return network.parameterValues.map(\.scalars)
            }
            let alone = try steps(threads: 1, holding: false)
            #expect(try steps(threads: 2, holding: false) == alone)
            #expect(try steps(threads: 2, holding: true) == alone)
            // A constant gradient moves each weight by the rate.
            let moved = zip(start, gradients).map { ($0 - 0.3 * $1.sign()).scalars }
            for (weights, expected) in zip(alone, moved) {
                #expect(Tensor(weights).isClose(to: Tensor(expected), absolute: 1e-5))
            }
        }

        @Test func severalGradientsMakeAStep() throws {
            let (a, b) = (try Weights(Tensor([1.0, 2, 3])), try Weights(Tensor([1.0, 2, 3])))
            let gradients = (0..<6).map { _ in Tensor.normal([3]) }
            let whole = SGD(for: a, learningRate: 0.1, momentum: 0.9)
            let parts = SGD(for: b, learningRate: 0.1, momentum: 0.9)
            parts.accumulationSteps = 3
            for i in 0..<2 {
                whole.minimize { gradients[3 * i..<3 * i + 3].map { a($0) }.reduce(Tensor(0)) { $0 + $1 } / 3 }
                for gradient in gradients[3 * i..<3 * i + 3] { parts.minimize { b(gradient) } }
            }
            #expect(parts.stepCount == 2)
            #expect(b.w.isClose(to: a.w, absolute: 1e-6))
        }

        /// The last two batches of five make a step of their own.
        @Test func whatAnEpochLeavesMakesAStep() throws {
            func network() throws -> Sequential {
                let network = try Sequential(input: [2]) { Dense(1) }
                network.parameterValues = [Tensor([[0.5], [-1]]), Tensor([0.25])]
                return network
            }
            let examples = Examples(inputs: .normal([5, 2]), targets: .normal([5, 1]))
            let (whole, parts) = (try network(), try network())
            let one = SGD(for: whole, learningRate: 0.1, momentum: 0.9)
            for _ in 0..<2 {
                for range in [0..<3, 3..<5] {
                    one.minimize {
                        Loss.meanSquaredError(whole(examples.inputs[range]), examples.targets[range])
                    }
                }
            }
            let several = SGD(learningRate: 0.1, momentum: 0.9).accumulating(3)
            try parts.fit(
                examples, epochs: 2, batchSize: 1, optimizer: several, loss: .meanSquaredError, shuffle: false,
                showsProgress: false)
            #expect(several.stepCount == 4)
            for (value, expected) in zip(parts.parameterValues, whole.parameterValues) {
                #expect(value.isClose(to: expected, absolute: 1e-6))
            }
            // Nothing waits any more.
            several.finishStep()
            #expect(several.stepCount == 4)
        }

        @Test func gradientsOfLayersFrozenSinceAreDiscarded() throws {
            let base = Dense(2)
            let network = try Sequential(input: [2]) {
                base
                Dense(1)
            }
            let optimizer = SGD(for: network, learningRate: 0.1).accumulating(2)
            optimizer.minimize { network(.ones([1, 2])).sum() }
            base.freeze()
            optimizer.finishStep()
            optimizer.minimize { network(.ones([1, 2])).sum() }
            #expect(optimizer.stepCount == 0)
            optimizer.minimize { network(.ones([1, 2])).sum() }
            #expect(optimizer.stepCount == 1)
        }

        @Test func lbfgsCannotAddUpBatches() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Optimizer.lbfgs().accumulating(4)
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("accumulationSteps must be 1, got 4"))
            #expect(message.contains("minimize the mean loss of all batches in one minimize { }"))
        }

        @Test(arguments: ["nadam", "momentum", "sgd", "rmsProp both"])
        func aTrainingGoesOnAfterABreak(name: String) throws {
            let (weightsPath, statePath) = (temporaryPath("weights"), temporaryPath("state"))
            defer { for path in [weightsPath, statePath] { try? FileManager.default.removeItem(atPath: path) } }
            func train(_ network: Layer, _ optimizer: Optimizer) {
                for _ in 0..<3 {
                    optimizer.minimize { network(Tensor([[1.0, 2], [0.5, -1]])).squared().sum() }
                }
            }
            func network() throws -> Layer {
                try Sequential(input: [2]) {
                    Dense(3)
                    Dense(2)
                }
            }
            let (first, second) = (try network(), try network())
            let (optimizer, later) = (try #require(Self.make(name)), try #require(Self.make(name)))
            try optimizer.own([first])
            try later.own([second])
            train(first, optimizer)
            try first.save(to: weightsPath)
            try optimizer.save(to: statePath)
            try second.load(from: weightsPath)
            try later.load(from: statePath)
            #expect(later.stepCount == 3)
            train(first, optimizer)
            train(second, later)
            #expect(second.parameterValues.map(\.scalars) == first.parameterValues.map(\.scalars))
            #expect(
                text { try AdaGrad(for: second).load(from: statePath) }.contains(
                    "load it into an optimizer of that class"))
        }

        @Test func lbfgsFindsTheMinimumOfAValley() throws {
            let weights = try Weights(Tensor([-1.2, 1]))
            let optimizer = LBFGS(for: weights, iterations: 60)
            // Rosenbrock's function, whose minimum is at (1, 1).
            optimizer.minimize {
                let (x, y) = (weights.w[0], weights.w[1])
                return (1 - x).squared() + 100 * (y - x.squared()).squared()
            }
            #expect(weights.w.isClose(to: Tensor([1, 1]), relative: 1e-3, absolute: 1e-3))
        }

        @Test func aScheduleSetsTheRateOfEachStep() throws {
            let weights = try Weights(.ones([1, 1]))
            let optimizer = SGD(for: weights, learningRate: 1).scheduled { step in 1 / Double(step) }
            let rates = (1...4).map { _ in
                optimizer.minimize { (weights(.ones([1, 1]))).sum() }
                return optimizer.learningRate
            }
            #expect(rates == [1, 0.5, 1.0 / 3, 0.25])
            #expect(abs(weights.w.item() + 1.0833333) < 1e-6)
        }

        @Test func aTrainingPausesBetweenTwoSteps() async {
            await #expect(processExitsWith: .success) {
                let weights = try Weights(.ones([1, 1]))
                let optimizer = SGD(for: weights, learningRate: 1)
                nonisolated(unsafe) let paused = optimizer
                StepBoundary.handler = { paused.learningRate = 0.5 }
                optimizer.minimize {
                    StepBoundary.request()
                    return weights(.ones([1, 1])).sum()
                }
                precondition(weights.w.item() == 0)
                for _ in 0..<2 { optimizer.minimize { weights(.ones([1, 1])).sum() } }
                precondition(weights.w.item() == -1)
                optimizer.learningRate = 2
                optimizer.minimize { weights(.ones([1, 1])).sum() }
                precondition(weights.w.item() == -3)
            }
        }

        @Test func playersMoveOnlyTheirOwnWeights() throws {
            let generator = try Sequential("generator", input: [4]) { Dense(2) }
            let discriminator = try Sequential("discriminator", input: [2]) { Dense(1) }
            let before = (generator.parameters.map(\.value.scalars), discriminator.parameters.map(\.value.scalars))
            let (mine, others) = (Adam(for: generator, learningRate: 0.1), Adam(for: discriminator, learningRate: 0.1))
            let noise = Tensor.normal([8, 4])
            mine.minimize { Loss.binaryCrossEntropy(discriminator(generator(noise)), 1) }
            #expect(generator.parameters.map(\.value.scalars) != before.0)
            #expect(discriminator.parameters.map(\.value.scalars) == before.1)
            let moved = generator.parameters.map(\.value.scalars)
            others.minimize { Loss.binaryCrossEntropy(discriminator(generator(noise).detached()), 0) }
            #expect(generator.parameters.map(\.value.scalars) == moved)
            #expect(discriminator.parameters.map(\.value.scalars) != before.1)
        }

        @Test func optimizerOfAnotherNetwork() throws {
            let optimizer: Optimizer = .adam()
            let (first, second) = (
                try Sequential("first", input: [2]) { Dense(2) }, try Sequential("second", input: [2]) { Dense(2) }
            )
            try first.fit(Samples.halves(8), optimizer: optimizer, loss: .crossEntropy, showsProgress: false)
            #expect(
                text {
                    try second.fit(Samples.halves(8), optimizer: optimizer, loss: .crossEntropy, showsProgress: false)
                }.contains(
                    "this optimizer already owns other parameters than those of second; make a new one for second"))
        }

        @Test func lossWithoutWeights() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let network = try Sequential(input: [2]) { Dense(2) }
                Adam(for: network).minimize { network(.ones([1, 2])).detached().sum() }
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("the loss does not depend on any trainable parameter"))
        }
    }
}

/// A network whose head is made after its first call.
private final class Growing: Layer {
    var head: Dense?
    override func outputShape(of input: Shape) -> Shape { [1] }
    override func forward(_ x: Tensor) -> Tensor {
        if head == nil { head = Dense(1, initializer: .zeros) }
        return head!(x)
    }
}

extension NetworksTests {
    @Suite struct OptimizerParameterTests {
        /// An optimizer looks up its layers' parameters at each step.
        @Test func partsThatAreBuiltLaterAreTrained() {
            let network = Growing()
            let optimizer = SGD(for: network, learningRate: 0.5)
            let x = Tensor([[1.0]])
            // (w + b − 1)² from w = b = 0: both gradients are −2.
            optimizer.minimize { (network(x) - 1).squared().sum() }
            #expect(network.head?.kernel.item() == 1 && network.head?.bias.item() == 1)
            // A new part takes the old one's place, with a state of its own.
            network.head = Dense(1, initializer: .zeros)
            optimizer.minimize { (network(x) - 1).squared().sum() }
            #expect(network.head?.kernel.item() == 1)
        }

        @Test func statesStayWithTheirParameters() throws {
            let (first, second) = (
                Dense(1, bias: false, initializer: .zeros), Dense(1, bias: false, initializer: .zeros)
            )
            let x = Tensor([[1.0]])
            _ = second(x)
            let optimizer = SGD(for: first, second, learningRate: 0.1, momentum: 0.5)
            // Gradients of w are 1: v = 1, then 1.5; w = −0.1, then −0.25.
            optimizer.minimize { second(x).sum() }
            optimizer.minimize { (first(x) + second(x)).sum() }
            #expect(abs(second.kernel.item() + 0.25) < 1e-6 && abs(first.kernel.item() + 0.1) < 1e-6)
        }
    }
}
