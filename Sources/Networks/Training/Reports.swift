internal import Foundation
internal import Tensors

/// Measured values by name, in a fixed order: `loss: 0.2931 - accuracy: 0.8954`.
public struct MetricValues: Sendable, Hashable, CustomStringConvertible {
    /// The metrics' names.
    public let names: [String]
    /// Their values.
    public let values: [Double]

    /// Values with their names.
    public init(names: [String], values: [Double]) {
        guard names.count == values.count else {
            Failure.raise(
                ValueError(
                    operation: "MetricValues", message: "\(names.count) names for \(values.count) values",
                    hint: "give every value a name"))
        }
        self.names = names
        self.values = values
    }

    /// No values.
    public init() { self.init(names: [], values: []) }

    /// The value of this name.
    public subscript(name: String) -> Double? { names.firstIndex(of: name).map { values[$0] } }

    /// The values with four decimals, or as a power of ten where those would show nothing.
    public var description: String {
        zip(names, values).map { "\($0): \(formatted($1))" }.joined(separator: " - ")
    }
}

/// A metric's value with four decimals, or as a power of ten where those would show nothing.
func formatted(_ value: Double) -> String {
    // Its sign means nothing.
    guard !value.isNaN else { return "nan" }
    guard value.isFinite else { return "\(value)" }
    return value != 0 && abs(value) < 1e-3 ? String(format: "%.4e", value) : value.formatted(decimals: 4)
}

/// What a training is about to do.
public struct TrainingPlan {
    /// The network that is trained.
    public let network: Layer
    /// What moves its weights.
    public let optimizer: Optimizer
    /// The number of passes through the examples.
    public let epochs: Int
    /// The number of steps in an epoch.
    public let stepsPerEpoch: Int
    /// The number of examples in a step; the last of an epoch may have fewer.
    public let batchSize: Int
    /// The number of examples in an epoch.
    public let exampleCount: Int
    /// What is measured beside the loss.
    public let metrics: [Metric]
    /// Whether every epoch ends with a validation.
    public let isValidated: Bool

    /// The names of what is measured, `loss` first; with validation each comes again as `val_…`.
    public var metricNames: [String] {
        let names = ["loss"] + metrics.map(\.name)
        return names + (isValidated ? names.map { "val_\($0)" } : [])
    }

    package init(
        network: Layer, optimizer: Optimizer, epochs: Int, stepsPerEpoch: Int, batchSize: Int, exampleCount: Int,
        metrics: [Metric], isValidated: Bool
    ) {
        self.network = network
        self.optimizer = optimizer
        self.epochs = epochs
        self.stepsPerEpoch = stepsPerEpoch
        self.batchSize = batchSize
        self.exampleCount = exampleCount
        self.metrics = metrics
        self.isValidated = isValidated
    }
}

/// One step of a training.
public struct StepReport: Sendable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The step within its epoch, counted from 1.
    public let step: Int
    /// The number of steps in an epoch.
    public let stepsPerEpoch: Int
    /// What was measured on this step's examples, before the weights moved.
    public let metrics: MetricValues
    /// The same as means over the epoch so far.
    public let averages: MetricValues

    package init(epoch: Int, step: Int, stepsPerEpoch: Int, metrics: MetricValues, averages: MetricValues) {
        self.epoch = epoch
        self.step = step
        self.stepsPerEpoch = stepsPerEpoch
        self.metrics = metrics
        self.averages = averages
    }
}

/// One epoch of a training.
public struct EpochReport: Sendable, CustomStringConvertible {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The number of epochs planned.
    public let epochs: Int
    /// The number of steps made.
    public let steps: Int
    /// Means over the epoch, then `val_…` on the validation examples with the weights at the epoch's end.
    public let metrics: MetricValues
    /// The time it took, validation included.
    public let seconds: Double

    package init(epoch: Int, epochs: Int, steps: Int, metrics: MetricValues, seconds: Double) {
        self.epoch = epoch
        self.epochs = epochs
        self.steps = steps
        self.metrics = metrics
        self.seconds = seconds
    }

    /// A line as Keras prints it: `938/938 - 6s - 6ms/step - loss: 0.5213 - accuracy: 0.8120`.
    public var description: String {
        let perStep = seconds / Double(max(steps, 1))
        let pace = perStep >= 1 ? "\(Int(perStep.rounded()))s" : "\(Int((perStep * 1000).rounded()))ms"
        return "\(steps)/\(steps) - \(Int(seconds.rounded()))s - \(pace)/step - \(metrics)"
    }
}

/// What was measured during a training.
public struct History: Sendable, CustomStringConvertible {
    /// The epochs that were finished.
    public package(set) var epochs: [EpochReport] = []
    /// All steps.
    public package(set) var steps: [StepReport] = []
    /// Whether the training was stopped by an interrupt. The network keeps what it had learned until then.
    public package(set) var wasInterrupted = false
    /// What happened if the training ended because its loss became NaN or infinite; nil otherwise. The history holds
    /// what came before.
    public package(set) var divergence: String?

    /// A history of nothing.
    public init() {}

    /// A metric at the end of every epoch: `history["val_accuracy"]`.
    public subscript(metric: String) -> [Double] {
        Self.values(of: metric, in: epochs.map(\.metrics))
    }

    /// A metric at every step: `history.perStep("loss")`.
    public func perStep(_ metric: String) -> [Double] { Self.values(of: metric, in: steps.map(\.metrics)) }

    private static func values(of metric: String, in metrics: [MetricValues]) -> [Double] {
        let values = metrics.compactMap { $0[metric] }
        if values.isEmpty, let known = metrics.first?.names {
            Failure.raise(
                ValueError(
                    operation: "history", message: "there is no metric \"\(metric)\"",
                    hint: "this training measured \(known.joined(separator: ", "))"))
        }
        return values
    }

    /// The last epoch's line.
    public var description: String {
        let end =
            if wasInterrupted {
                "interrupted after \(steps.count) steps"
            } else if divergence != nil {
                "ended after \(steps.count) steps by a loss that is not finite"
            } else {
                "\(epochs.count) epochs"
            }
        guard let last = epochs.last?.metrics ?? steps.last?.averages else { return "History: \(end)" }
        return "History: \(end) - \(last)"
    }
}
