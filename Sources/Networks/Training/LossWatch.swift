internal import Datasets
internal import Foundation
internal import Tensors

/// What a training's losses say while it runs: an end at the first that is not finite, and notes on a loss that
/// explodes or stays.
struct LossWatch {
    let network: Layer
    let optimizer: Optimizer
    let loss: Loss
    let review: DataReview
    private let train: Examples
    /// The loss of the first step, and of the last whose loss was finite.
    private var first, last: Double?
    private var means: [Double] = []
    /// The number of steps in a row whose loss was ten times the first.
    private var explodedSteps = 0
    private var hasNotedExplosion = false
    private var hasNotedStanding = false
    /// The weights that a training goes back to, and the epoch at whose end they were; 0 for its beginning.
    private var kept: (epoch: Int, weights: [Tensor])
    /// Those of the last epoch's end, until the next step's loss shows that they are no worse.
    private var candidate: (epoch: Int, weights: [Tensor])?

    init(_ network: Layer, _ optimizer: Optimizer, _ loss: Loss, _ train: Examples, _ review: DataReview) {
        self.network = network
        self.optimizer = optimizer
        self.loss = loss
        self.train = train
        self.review = review
        kept = (0, network.parameterValues)
    }

    /// Takes note of a step's loss, which was computed before its weights moved.
    mutating func stepEnded(loss: Double) {
        let first = self.first ?? loss
        (self.first, last) = (first, loss)
        if let candidate {
            let least = min(first, means.min() ?? first)
            if loss <= least + 0.5 * abs(least) + 1e-3 * abs(first) { kept = candidate }
            self.candidate = nil
        }
        explodedSteps = loss > 10 * first && first > 0 ? explodedSteps + 1 : 0
        guard explodedSteps == 3, !hasNotedExplosion else { return }
        hasNotedExplosion = true
        Notes.post(
            "exploded", "the loss rose from \(Extent.number(first)) to \(Extent.number(loss))",
            hint: "try a learning rate ten times smaller, \(smallerRate)", path: [network.name])
    }

    /// Takes note of an epoch's mean loss.
    mutating func epochEnded(_ epoch: Int, mean: Double) {
        means.append(mean)
        candidate = (epoch, network.parameterValues)
        guard !hasNotedStanding, means.count >= 2 else { return }
        let before = means[means.count - 2]
        let stands = abs(mean - before) <= 1e-5 * abs(before) && mean > 0.5 * means[0] && mean != 0
        let chance = log(Double(network.outputShape?.last ?? 1))
        let guesses =
            loss.name == "crossEntropy" && chance > 0 && [before, mean].allSatisfy { abs($0 / chance - 1) < 2e-3 }
        guard stands || guesses else { return }
        hasNotedStanding = true
        Notes.post(
            "stands",
            "the loss stays at \(Extent.number(mean))"
                + (guesses
                    ? ", that of guessing among \(network.outputShape?.last ?? 1) classes" : ": nothing is learned"),
            hint:
                "make the network again, and train it with scaled inputs and another learning rate: units whose .relu "
                + "is always 0 do not recover",
            path: [network.name])
    }

    /// Ends a training whose loss is not finite: puts the weights of its best epoch back, and says why.
    func end(_ value: Double, epoch: Int, step: Int, batch: Examples) -> String {
        // Asked first: the weights may have been odd before.
        let weights = last == nil ? oddWeights(kept.weights) : nil
        network.parameterValues = kept.weights
        optimizer.restart()
        let before = last.map { " (before: \(Extent.number($0)))" } ?? ""
        let message =
            "the loss became \(value.isNaN ? "nan" : "\(value)") in epoch \(epoch), step \(step)\(before), and the training ended"
        Notes.post("not finite", message, hint: advice(weights, batch) + "; " + state, path: [network.name])
        return message
    }

    private var state: String {
        kept.epoch == 0
            ? "the network has the weights that it began with" : "the network has the weights of epoch \(kept.epoch)"
    }

    /// What to do, by what was odd before the loss.
    private func advice(_ weights: String?, _ batch: Examples) -> String {
        if let weights { return "the weights contain \(weights): make the network again" }
        if let odd = Extent.firstOdd(in: batch.inputs).flatMap({ _ in Extent.firstOdd(in: train.inputs) }) {
            return "the training inputs contain \(odd): replace such values, or leave those rows out"
        }
        if let odd = Extent.firstOdd(in: batch.targets).flatMap({ _ in Extent.firstOdd(in: train.targets) }) {
            return "the training targets contain \(odd): replace such values, or leave those rows out"
        }
        let watch = "watchingForNaN { … } names the operation"
        guard last != nil else { return "\(watch) in which it began" }
        var reasons: [String] = []
        if let inputs = review.inputs, inputs.isFinite, inputs.magnitude > 10 {
            reasons.append("inputs from \(inputs.text)")
        }
        if let targets = review.targets, targets.isFinite, targets.magnitude > 10, train.targets.dtype.isFloatingPoint {
            reasons.append("targets from \(targets.text)")
        }
        let rate = Extent.number(optimizer.learningRate)
        return "the learning rate \(rate) is too large"
            + (reasons.isEmpty
                ? ": try \(smallerRate)"
                : " for \(reasons.joined(separator: " and ")): scale them, or try \(smallerRate)")
            + ", or clip gradients; if that does not help, \(watch)"
    }

    private var smallerRate: String { Extent.number(optimizer.learningRate / 10) }

    private func oddWeights(_ values: [Tensor]) -> String? {
        for (named, value) in zip(network.namedParameters, values) {
            if let odd = Extent.firstOdd(in: value) { return "\(odd) of \(named.key)" }
        }
        return nil
    }
}
