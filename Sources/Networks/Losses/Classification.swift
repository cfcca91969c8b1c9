internal import Tensors

// Losses of a choice between classes, or of answers of yes and no.
extension Loss {
    /// −log of the probability of the right class, as a mean. Outputs are logits: a last `Dense` layer without activation.
    ///
    /// Targets are class indices of an integer type, or probabilities in the shape of the outputs.
    public static let crossEntropy = crossEntropy()

    /// −log of the probability of the right class, with Keras's and PyTorch's choices.
    ///
    /// - Parameters:
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities, of a last layer with `.softmax`.
    ///   - labelSmoothing: A share ε of the target that goes to all classes alike (Szegedy et al. 2016): t (1 − ε) + ε / classes.
    ///   - classWeights: What an example of each class counts, in the order of the classes; 1 if there are none.
    ///   - ignoredLabel: A class index that counts for nothing, such as the padding of sentences. It need not be a class: -1, -100.
    public static func crossEntropy(
        fromLogits: Bool = true, labelSmoothing: Double = 0, classWeights: [Double]? = nil, ignoredLabel: Int? = nil
    ) -> Loss {
        Loss(
            "crossEntropy", .classes, meaning: fromLogits ? .logits : .values, classWeights: classWeights,
            ignoredLabel: ignoredLabel
        ) { outputs, targets in
            if fromLogits && !targets.dtype.isFloatingPoint {
                return outputs.crossEntropies(targets, labelSmoothing: labelSmoothing)
            }
            let logarithms = fromLogits ? outputs.logSoftmax() : log(probability(outputs))
            return -(shares(targets, like: outputs, smoothing: labelSmoothing) * logarithms).sum(axes: -1)
        }
    }

    /// −log of the probability of the right answer, yes (1) or no (0), as a mean over all units. Outputs are logits: no activation.
    public static let binaryCrossEntropy = binaryCrossEntropy()

    /// −log of the probability of the right answer, yes (1) or no (0), with Keras's and PyTorch's choices.
    ///
    /// - Parameters:
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities, of a last layer with `.sigmoid`.
    ///   - labelSmoothing: How far targets move to the middle: t (1 − ε) + ε / 2.
    ///   - positiveWeight: What a yes counts, where a no counts 1: above 1 where yes is rare.
    public static func binaryCrossEntropy(
        fromLogits: Bool = true, labelSmoothing: Double = 0, positiveWeight: Double = 1
    ) -> Loss {
        Loss("binaryCrossEntropy", .values, meaning: fromLogits ? .binaryLogits : .binaryProbabilities) { x, targets in
            let t = labelSmoothing == 0 ? targets : targets * (1 - labelSmoothing) + labelSmoothing / 2
            guard fromLogits else {
                let p = probability(x)
                return -(positiveWeight * t * log(p) + (1 - t) * log(1 - p))
            }
            guard positiveWeight != 1 else { return x.softplus() - x * t }
            return (1 - t) * x + (1 + (positiveWeight - 1) * t) * (-x).softplus()
        }
    }

    /// Targets as probabilities of classes, smoothed.
    private static func shares(_ targets: Tensor, like outputs: Tensor, smoothing: Double) -> Tensor {
        let classes = outputs.shape[outputs.rank - 1]
        let shares =
            targets.dtype.isFloatingPoint ? targets : .oneHot(targets, classes: classes, dtype: outputs.dtype)
        return smoothing == 0 ? shares : shares * (1 - smoothing) + smoothing / Double(classes)
    }

    /// A probability whose logarithm is finite, held away from 0 and 1 as in Keras.
    private static func probability(_ p: Tensor) -> Tensor { p.clipped(to: 1e-7...(1 - 1e-7)) }
}

// Losses that look at some examples harder than at others, or at the border between classes.
extension Loss {
    /// Cross-entropy that counts examples less the better they are answered: (1 − p)^γ · −log p (Lin et al. 2017). For data in which one
    /// class, such as the background of detection, is everywhere.
    ///
    /// Outputs are logits; targets are class indices, or one-hot. α scales all of it; `classWeights` scale single classes.
    public static func focal(
        gamma: Double = 2, alpha: Double = 1, classWeights: [Double]? = nil, ignoredLabel: Int? = nil
    ) -> Loss {
        let crossEntropy = crossEntropy(ignoredLabel: ignoredLabel)
        return Loss(
            "focal", .classes, meaning: .logits, classWeights: classWeights, ignoredLabel: ignoredLabel
        ) { outputs, targets in
            let terms = crossEntropy.terms(outputs, targets)
            return alpha * pow((1 - exp(-terms)).clipped(to: 1e-7...1), gamma) * terms
        }
    }

    /// ``focal`` with γ = 2.
    public static let focal = focal()

    /// The focal loss of answers of yes (1) and no (0), as a mean over all units. Outputs are logits.
    ///
    /// - Parameters:
    ///   - gamma: How much easy examples are looked over: 0 is ``binaryCrossEntropy``.
    ///   - alpha: What a yes counts, where a no counts 1 − α; nil counts both 1.
    public static func binaryFocal(gamma: Double = 2, alpha: Double? = nil) -> Loss {
        Loss("binaryFocal", .values, meaning: .binaryLogits) { outputs, targets in
            // log(1 − p) of the right answer's probability p = σ(z) is −softplus(z).
            let z = outputs * (2 * targets - 1)
            let terms = exp(-gamma * z.softplus()) * (-z).softplus()
            guard let alpha else { return terms }
            return terms * (alpha * targets + (1 - alpha) * (1 - targets))
        }
    }

    /// ``binaryFocal(gamma:alpha:)`` with γ = 2.
    public static let binaryFocal = binaryFocal()

    /// The mean of max(0, 1 − t · output), with t = 1 for yes and −1 for no: support vector machines. Targets are ±1, or 1 and 0.
    public static let hinge = Loss("hinge", .values, meaning: .margins) { relu(1 - signs($1) * $0) }

    /// The mean of max(0, 1 − t · output)²: ``hinge`` with a slope that does not jump.
    public static let squaredHinge = Loss("squaredHinge", .values, meaning: .margins) {
        relu(1 - signs($1) * $0).squared()
    }

    /// max(0, 1 + the largest output of a wrong class − that of the right one), as a mean (Crammer and Singer 2001).
    ///
    /// Targets are class indices, or one-hot.
    public static let categoricalHinge = Loss("categoricalHinge", .classes) { outputs, targets in
        let truth = shares(targets, like: outputs, smoothing: 0)
        let right = (truth * outputs).sum(axes: -1)
        let wrong = outputs.masked(truth .> 0.5, with: -.infinity).max(axes: -1)
        return relu(1 + wrong - right)
    }

    /// 1 for yes, −1 for no.
    private static func signs(_ targets: Tensor) -> Tensor { 2 * (targets .> 0).converted(to: targets.dtype) - 1 }
}
