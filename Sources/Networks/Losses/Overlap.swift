internal import Tensors

// Losses of segmentation: how well regions overlap. A term for each example and class, over all of its places.
extension Loss {
    /// 1 − Dice's coefficient 2 |A ∩ B| / (|A| + |B|) of regions (Milletari et al. 2016), as a mean over examples and classes.
    ///
    /// Outputs are logits, `[n, height, width, 1]` of a region or `[n, height, width, classes]`; targets are masks of 0 and 1 in that shape,
    /// or class indices.
    public static let dice = dice()

    /// 1 − (2 |A ∩ B| + s) / (|A| + |B| + s), as a mean over examples and classes.
    ///
    /// - Parameters:
    ///   - fromLogits: Whether outputs are logits; false if they are probabilities.
    ///   - smoothing: s, which lets a class that is nowhere count as found nowhere.
    public static func dice(fromLogits: Bool = true, smoothing: Double = 1) -> Loss {
        overlap("dice", fromLogits) { both, onlyOutput, onlyTarget in
            1 - (2 * both + smoothing) / (2 * both + onlyOutput + onlyTarget + smoothing)
        }
    }

    /// 1 − |A ∩ B| / |A ∪ B|: the intersection over the union, in numbers that have slopes.
    public static func jaccard(fromLogits: Bool = true, smoothing: Double = 1) -> Loss {
        overlap("jaccard", fromLogits) { both, onlyOutput, onlyTarget in
            1 - (both + smoothing) / (both + onlyOutput + onlyTarget + smoothing)
        }
    }

    /// ``jaccard(fromLogits:smoothing:)`` of logits.
    public static let jaccard = jaccard()

    /// 1 − |A ∩ B| / (|A ∩ B| + α |A − B| + β |B − A|), with the outputs' region A and the targets' B (Salehi et al. 2017): β above ½ makes
    /// the network rather mark too much than miss something.
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
            let places = Array(1..<outputs.rank - 1)
            let both = (p * t).sum(axes: places)
            return term(both, p.sum(axes: places) - both, t.sum(axes: places) - both)
        }
    }
}
