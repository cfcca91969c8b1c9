import Networks
import Tensors
import TestSupport
import Testing

/// Weights and nothing else.
private final class Weights: Layer {
    @Parameter(.zeros) var w
    override func build(_ input: Shape) { $w.shape(to: input) }
    override func callAsFunction(_ x: Tensor) -> Tensor { x.matmul(w) }
    init(_ start: Tensor) throws {
        super.init()
        try prepare(start.shape)
        w = start
    }
    override func outputShape(of input: Shape) throws -> Shape { [] }
}

extension NetworksTests {
    @Suite struct OptimizerTests {
        struct Runs: Decodable {
            struct Run: Decodable {
                let name: String
                let steps: [[Double]]
            }
            let a, b, start: Fixture.Numbers
            let runs: [Run]
        }

        @Test(arguments: ["sgd", "momentum", "nesterov", "decay", "adam", "adam beta1 0.5"])
        func tenStepsArePyTorchs(name: String) throws {
            let fixture: Runs = try Fixture.load("optimizers")
            let weights = try Weights(fixture.start.tensor)
            let optimizer: Optimizer =
                switch name {
                case "sgd": SGD(for: weights, learningRate: 0.01)
                case "momentum": SGD(for: weights, learningRate: 0.01, momentum: 0.9)
                case "nesterov": SGD(for: weights, learningRate: 0.01, momentum: 0.9, nesterov: true)
                case "decay": SGD(for: weights, learningRate: 0.01, momentum: 0.9, weightDecay: 0.1)
                case "adam": Adam(for: weights, learningRate: 0.05)
                default: Adam(for: weights, learningRate: 0.05, beta1: 0.5)
                }
            let (a, b) = (fixture.a.tensor, fixture.b.tensor)
            let run = try #require(fixture.runs.first { $0.name == name })
            #expect(run.steps.count == 10)
            for expected in run.steps {
                optimizer.minimize { (weights(a) - b).squared().sum() }
                #expect(weights.w.isClose(to: Tensor(expected), relative: 1e-5, absolute: 1e-5))
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
                    "this optimizer already moves other parameters than those of second; make a new one for second"))
        }

        @Test func lossWithoutWeights() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let network = try Sequential(input: [2]) { Dense(2) }
                Adam(for: network).minimize { network(.ones([1, 2])).detached().sum() }
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("the loss does not depend on any weights"))
        }
    }
}
