import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    @Suite struct ScheduleTests {
        struct Rates: Decodable, Sendable {
            let name: String
            let rates: [Double]
        }

        static let table: [String: Schedule] = [
            "step": .step(0.1, every: 4, factor: 0.5), "piecewise": .piecewise([0.1, 0.01, 0.001], until: [3, 9]),
            "exponential": .exponential(0.1, decay: 0.9), "cosine": .cosine(0.1, steps: 30, final: 0.01),
            "cosineRestarts": .cosineRestarts(0.1, steps: 4, growth: 2, final: 0.01),
            "polynomial": .polynomial(0.1, steps: 15, power: 2), "oneCycle": .oneCycle(0.1, steps: 21),
            "warmedUp": .exponential(0.1, decay: 0.9).warmedUp(over: 5),
            "keras exponential": .exponential(0.1, decay: 0.5, every: 4),
            "keras staircase": .exponential(0.1, decay: 0.5, every: 4, staircase: true),
            "keras inverseTime": .inverseTime(0.1, decay: 0.5, every: 4),
        ]

        @Test(arguments: try Fixture.load("schedules", as: [Rates].self))
        func ratesArePyTorchsAndKerass(_ expected: Rates) throws {
            let schedule = try #require(Self.table[expected.name])
            for (index, rate) in expected.rates.enumerated() {
                #expect(abs(schedule(index + 1) - rate) < 1e-7, "step \(index + 1)")
            }
        }

        @Test func afterTheirEndTheyStayThere() {
            #expect(abs(Schedule.cosine(0.1, steps: 5, final: 0.02)(100) - 0.02) < 1e-12)
            #expect(Schedule.polynomial(0.1, steps: 5)(100) == 0)
            #expect(abs(Schedule.oneCycle(0.1, steps: 10)(100) - 0.1 / 25 / 1e4) < 1e-12)
            #expect(Schedule.constant(0.3)(100) == 0.3)
        }

        @Test func theySetTheRateOfEveryStep() throws {
            let network = try Sequential(input: [2]) { Dense(2) }
            let optimizer = SGD().scheduled(.step(0.8, every: 2, factor: 0.5))
            var rates: [Double] = []
            try network.fit(
                Samples.halves(16), epochs: 1, batchSize: 4, optimizer: optimizer, loss: .crossEntropy,
                callbacks: [LambdaCallback(stepEnded: { _ in rates.append(optimizer.learningRate) })],
                showsProgress: false)
            #expect(rates == [0.8, 0.8, 0.4, 0.4])
        }
    }
}
