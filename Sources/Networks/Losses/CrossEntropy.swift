internal import Tensors

// Losses of classification.
extension Loss {
    /// ``crossEntropy(fromLogits:labelSmoothing:classWeights:ignoredLabel:)`` of logits: the usual loss of a
    /// classifier.
    public static let crossEntropy = crossEntropy()

    /// The negative log-likelihood of the right class t: −log softmax(z)ₜ, averaged over examples; for targets that are
    /// probabilities, −Σ tᵢ log softmax(z)ᵢ.
    ///
    /// Outputs: logits z, `[n, classes]` or `[n, …, classes]`. Targets: class indices of an integer type, `[n]` or
    /// `[n, …]`, or probabilities in the shape of the outputs.
    /// ```swift
    /// let loss = Loss.crossEntropy(Tensor([[2.0, 0.5, -1]]), Tensor([0]))
    /// let smoothed = Loss.crossEntropy(labelSmoothing: 0.1)
    /// ```
    /// Source: Goodfellow et al. 2016, section 6.2. For several right classes per example take
    /// ``binaryCrossEntropy(fromLogits:labelSmoothing:positiveWeight:)``, for rare ones
    /// ``focal(gamma:alpha:classWeights:ignoredLabel:)`` or `classWeights`.
    /// - Parameters:
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities, of a last layer with `.softmax`.
    ///   - labelSmoothing: The share ε of the target that is spread over all classes, t (1 − ε) + ε / classes
    ///     (Szegedy et al. 2016).
    ///   - classWeights: The weight of each class's examples, in the order of the classes; nil for 1.
    ///   - ignoredLabel: A class index whose positions are ignored, as −100 for padding; nil for none.
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
            return -shares(targets, like: outputs, smoothing: labelSmoothing).times(logarithms).sum(axes: -1)
        }
    }

    /// ``binaryCrossEntropy(fromLogits:labelSmoothing:positiveWeight:)`` of logits: the usual loss of yes or no.
    public static let binaryCrossEntropy = binaryCrossEntropy()

    /// The negative log-likelihood of yes (t = 1) or no (t = 0): −t log σ(z) − (1 − t) log(1 − σ(z)), averaged over all
    /// outputs.
    ///
    /// Outputs: logits z of any shape, such as `[n, 1]`. Targets: 0 … 1 in the same shape, or without a last dimension
    /// of 1.
    /// ```swift
    /// let loss = Loss.binaryCrossEntropy(Tensor([[1.5], [-0.3]]), Tensor([1.0, 0]))
    /// let fake = Loss.binaryCrossEntropy(Tensor([[0.2], [-1.1]]), 0)
    /// ```
    /// Source: Goodfellow et al. 2016, section 6.2. Several outputs are independent labels; if exactly one of several
    /// classes is right, take ``crossEntropy(fromLogits:labelSmoothing:classWeights:ignoredLabel:)``.
    /// - Parameters:
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities, of a last layer with `.sigmoid`.
    ///   - labelSmoothing: The share ε by which targets move to the middle: t (1 − ε) + ε / 2.
    ///   - positiveWeight: The weight of t = 1 where t = 0 has weight 1: above 1 if yes is rare.
    public static func binaryCrossEntropy(
        fromLogits: Bool = true, labelSmoothing: Double = 0, positiveWeight: Double = 1
    ) -> Loss {
        Loss("binaryCrossEntropy", .values, meaning: fromLogits ? .binaryLogits : .binaryProbabilities) { x, targets in
            let t = labelSmoothing == 0 ? targets : targets * (1 - labelSmoothing) + labelSmoothing / 2
            guard fromLogits else {
                let p = probability(x)
                return -((positiveWeight * t).times(log(p)) + (1 - t).times(log(1 - p)))
            }
            guard positiveWeight != 1 else { return x.logisticLoss(t) }
            // Sums of positive terms: the large ones of sure and right logits would cancel.
            return (positiveWeight * t).times((-x).softplus()) + (1 - t).times(x.softplus())
        }
    }

    /// Targets as probabilities of classes, smoothed.
    static func shares(_ targets: Tensor, like outputs: Tensor, smoothing: Double) -> Tensor {
        let classes = outputs.shape[outputs.rank - 1]
        let shares =
            targets.dtype.isFloatingPoint ? targets : .oneHot(targets, classes: classes, dtype: outputs.dtype)
        return smoothing == 0 ? shares : shares * (1 - smoothing) + smoothing / Double(classes)
    }

    /// Probabilities clipped as in Keras, so that their logarithms are finite.
    private static func probability(_ p: Tensor) -> Tensor { p.clipped(to: 1e-7...(1 - 1e-7)) }
}

// Cross-entropies that give hard examples more weight.
extension Loss {
    /// ``focal(gamma:alpha:classWeights:ignoredLabel:)`` with γ = 2.
    public static let focal = focal()

    /// Cross-entropy with less weight for examples that are classified well: −α (1 − p)^γ log p, averaged over
    /// examples, where p = softmax(z)ₜ (Lin et al. 2017).
    ///
    /// Outputs: logits, `[n, …, classes]`. Targets: class indices `[n, …]`, or one-hot.
    /// ```swift
    /// let loss = Loss.focal(gamma: 2)(Tensor([[2.0, 0.5, -1]]), Tensor([0]))
    /// ```
    /// For data in which one class is very frequent, such as background in detection; else
    /// ``crossEntropy(fromLogits:labelSmoothing:classWeights:ignoredLabel:)``, which γ = 0 gives.
    /// - Parameters:
    ///   - gamma: The focusing exponent γ.
    ///   - alpha: The factor α of all terms.
    ///   - classWeights: The weight of each class's examples; nil for 1.
    ///   - ignoredLabel: A class index whose positions are ignored; nil for none.
    public static func focal(
        gamma: Double = 2, alpha: Double = 1, classWeights: [Double]? = nil, ignoredLabel: Int? = nil
    ) -> Loss {
        let crossEntropy = crossEntropy(ignoredLabel: ignoredLabel)
        return Loss(
            "focal", .classes, meaning: .logits, classWeights: classWeights, ignoredLabel: ignoredLabel
        ) { outputs, targets in
            let terms = crossEntropy.terms(outputs, targets)
            return alpha * pow(-expm1(-terms), gamma) * terms
        }
    }

    /// ``binaryFocal(gamma:alpha:)`` with γ = 2.
    public static let binaryFocal = binaryFocal()

    /// The focal loss of yes (1) or no (0): −αₜ (1 − p)^γ log p, averaged over all outputs, where p is the probability
    /// of the right answer, σ(z) or 1 − σ(z) (Lin et al. 2017).
    ///
    /// Outputs: logits of any shape. Targets: 0 and 1 in the same shape.
    /// ```swift
    /// let loss = Loss.binaryFocal(gamma: 2, alpha: 0.25)(Tensor([[1.5], [-0.3]]), Tensor([[1.0], [0]]))
    /// ```
    /// For detectors with many background anchors; else
    /// ``binaryCrossEntropy(fromLogits:labelSmoothing:positiveWeight:)``.
    /// - Parameters:
    ///   - gamma: The focusing exponent γ; 0 gives binary cross-entropy.
    ///   - alpha: The weight of yes, where no has weight 1 − α; nil for weights of 1.
    public static func binaryFocal(gamma: Double = 2, alpha: Double? = nil) -> Loss {
        Loss("binaryFocal", .values, meaning: .binaryLogits) { outputs, targets in
            // log(1 − p) of the right answer's probability p = σ(z) is −softplus(z).
            let z = outputs * (2 * targets - 1)
            let terms = exp(-gamma * z.softplus()) * (-z).softplus()
            guard let alpha else { return terms }
            return terms * (alpha * targets + (1 - alpha) * (1 - targets))
        }
    }
}
