public import Datasets
internal import Foundation
internal import Tensors

/// What a search for the learning rate saw: the loss of each step, while the rate grew from step to step (Smith 2017,
/// section 3.3).
public struct LearningRateSearch: Sendable, CustomStringConvertible {
    /// The rates, each larger than the one before by the same factor.
    public let rates: [Double]
    /// The loss at each of them, smoothed.
    public let losses: [Double]

    /// A tenth of the rate at which the loss was least: there it still falls steadily. A good one to train with.
    public var suggestion: Double {
        let least = losses.indices.min { losses[$0] < losses[$1] }
        return least.map { rates[$0] / 10 } ?? 0
    }

    /// `LearningRateSearch: 63 steps from 1.0000e-06 to 0.3121, suggests 0.0121`.
    public var description: String {
        "LearningRateSearch: \(rates.count) steps from \(formatted(rates.first ?? 0)) to \(formatted(rates.last ?? 0)), suggests \(formatted(suggestion))"
    }
}

extension Layer {
    /// Looks for a good learning rate: trains for some steps, with a rate that grows from each to the next, until the
    /// loss explodes. Then the weights are put back.
    ///
    /// ```swift
    /// let train = Toys.moons(), network = try Sequential(input: [2]) { Dense(16, activation: .relu); Dense(2) }
    /// let rate = try network.findLearningRate(train, optimizer: .adam(), loss: .crossEntropy).suggestion
    /// try network.fit(train, epochs: 5, optimizer: .adam(rate), loss: .crossEntropy)
    /// ```
    /// - Parameters:
    ///   - train: The examples to learn from.
    ///   - batchSize: The number of examples in a step.
    ///   - optimizer: How weights move. A new one: it is of no use afterwards.
    ///   - loss: What is made small.
    ///   - range: The first and the last rate.
    ///   - steps: The number of steps between them.
    /// - Throws: A `ShapeError` or `ValueError` if examples, network and loss do not fit each other.
    public final func findLearningRate(
        _ train: Examples, batchSize: Int = 32, optimizer: Optimizer = .adam(), loss: Loss,
        range: ClosedRange<Double> = 1e-6...10, steps: Int = 100
    ) throws -> LearningRateSearch {
        guard range.lowerBound > 0, steps > 1, batchSize > 0 else {
            throw ValueError(
                operation: "findLearningRate",
                message: "steps must be at least 2, batchSize at least 1 and the range positive, "
                    + "got \(steps), \(batchSize) and \(range)",
                hint: "use a range above 0, and 2 or more steps", path: [name])
        }
        try check(train, as: "training", of: "findLearningRate", loss: loss)
        guard optimizer.schedule == nil else {
            throw ValueError(
                operation: "findLearningRate",
                message: "the optimizer has a schedule, which sets the learning rate at every step",
                hint: "search with an optimizer without one", path: [name])
        }
        try optimizer.own([self])
        let before = parameterValues
        defer { parameterValues = before }

        let factor = pow(range.upperBound / range.lowerBound, 1 / Double(steps - 1))
        var (rates, losses): ([Double], [Double]) = ([], [])
        var (rate, average, best) = (range.lowerBound, 0.0, Double.infinity)
        Interruption.deferring {
            while rates.count < steps {
                for batch in train.batches(batchSize, shuffled: true).parts where rates.count < steps {
                    optimizer.learningRate = rate
                    let value = optimizer.minimize {
                        loss(self(batch.inputs), batch.targets, weights: batch.weights)
                    }.item()
                    average = 0.9 * average + 0.1 * value
                    let smoothed = average / (1 - pow(0.9, Double(rates.count + 1)))
                    guard smoothed.isFinite, smoothed < 4 * best || rates.count < 3, !Interruption.isRequested else {
                        return
                    }
                    best = min(best, smoothed)
                    rates.append(rate)
                    losses.append(smoothed)
                    rate *= factor
                }
            }
        }
        return LearningRateSearch(rates: rates, losses: losses)
    }
}
