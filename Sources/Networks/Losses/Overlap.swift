internal import Tensors

// Losses of segmentation: one term per example and class, over all pixels.
extension Loss {
    /// ``dice(fromLogits:smoothing:)`` of logits.
    public static let dice = dice()

    /// The Dice loss of regions: 1 − (2 |A ∩ B| + s) / (|A| + |B| + s), averaged over examples and classes, where A is
    /// the outputs' region, B the targets', and |A ∩ B| = Σ pᵢ tᵢ (Milletari et al. 2016).
    ///
    /// Outputs: logits, `[n, height, width, 1]` or `[n, height, width, classes]`. Targets: masks of 0 and 1 in the same
    /// shape, or class indices `[n, height, width]`.
    /// ```swift
    /// let loss = Loss.dice(smoothing: 1)(.normal([2, 8, 8, 1]), .ones([2, 8, 8, 1]))
    /// ```
    /// For regions that are small in their image; if all classes are frequent,
    /// ``crossEntropy(fromLogits:labelSmoothing:classWeights:ignoredLabel:)`` trains more smoothly.
    /// - Parameters:
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities.
    ///   - smoothing: The constant s, which makes the loss 0 if a class neither occurs nor is found.
    public static func dice(fromLogits: Bool = true, smoothing: Double = 1) -> Loss {
        overlap("dice", fromLogits) { both, onlyOutput, onlyTarget in
            1 - (2 * both + smoothing) / (2 * both + onlyOutput + onlyTarget + smoothing)
        }
    }

    /// ``jaccard(fromLogits:smoothing:)`` of logits.
    public static let jaccard = jaccard()

    /// The Jaccard loss of regions: 1 − (|A ∩ B| + s) / (|A ∪ B| + s), averaged over examples and classes
    /// (Rahman and Wang 2016).
    ///
    /// Outputs and targets: as for ``dice(fromLogits:smoothing:)``.
    /// ```swift
    /// let loss = Loss.jaccard(.normal([2, 8, 8, 1]), .ones([2, 8, 8, 1]))
    /// ```
    /// A differentiable form of the metric ``Metric/iou``. It punishes errors more than
    /// ``dice(fromLogits:smoothing:)``.
    /// - Parameters:
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities.
    ///   - smoothing: The constant s, which makes the loss 0 if a class neither occurs nor is found.
    public static func jaccard(fromLogits: Bool = true, smoothing: Double = 1) -> Loss {
        overlap("jaccard", fromLogits) { both, onlyOutput, onlyTarget in
            1 - (both + smoothing) / (both + onlyOutput + onlyTarget + smoothing)
        }
    }

    /// The Tversky loss of regions: 1 − (|A ∩ B| + s) / (|A ∩ B| + α |A − B| + β |B − A| + s), averaged over examples
    /// and classes (Salehi et al. 2017).
    ///
    /// Outputs and targets: as for ``dice(fromLogits:smoothing:)``.
    /// ```swift
    /// let loss = Loss.tversky(alpha: 0.3, beta: 0.7)(.normal([2, 8, 8, 1]), .ones([2, 8, 8, 1]))
    /// ```
    /// With β above ½ the network rather marks too much than misses something; α = β = ½ gives
    /// ``dice(fromLogits:smoothing:)`` with 2 s.
    /// - Parameters:
    ///   - alpha: The weight α of pixels that are only in the outputs' region.
    ///   - beta: The weight β of pixels that are only in the targets' region.
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities.
    ///   - smoothing: The constant s, which makes the loss 0 if a class neither occurs nor is found.
    public static func tversky(
        alpha: Double = 0.5, beta: Double = 0.5, fromLogits: Bool = true, smoothing: Double = 1
    ) -> Loss {
        overlap("tversky", fromLogits) { both, onlyOutput, onlyTarget in
            1 - (both + smoothing) / (both + alpha * onlyOutput + beta * onlyTarget + smoothing)
        }
    }

    private static func overlap(
        _ name: String, _ fromLogits: Bool,
        _ term: @escaping @Sendable (_ both: Tensor, _ onlyOutput: Tensor, _ onlyTarget: Tensor) -> Tensor
    ) -> Loss {
        Loss(name, .classes, meaning: fromLogits ? .regionLogits : .values) { outputs, targets in
            let classes = outputs.shape[outputs.rank - 1]
            let p = fromLogits ? OutputMeaning.regionLogits.probabilities(outputs) : outputs
            let t = targets.dtype.isFloatingPoint ? targets : .oneHot(targets, classes: classes, dtype: p.dtype)
            let pixels = Array(1..<outputs.rank - 1)
            let both = (p * t).sum(axes: pixels)
            return term(both, p.sum(axes: pixels) - both, t.sum(axes: pixels) - both)
        }
    }
}
