public import Tensors

// Losses of distances: examples of one kind should lie close together, others apart.
extension Loss {
    /// t d² + (1 − t) max(0, margin − d)² of the distance d between two embeddings, as a mean: t = 1 for a pair of one kind (Hadsell et al.
    /// 2006). Outputs are distances.
    public static func contrastive(margin: Double = 1) -> Loss {
        Loss("contrastive") { distance, t in t * distance.squared() + (1 - t) * relu(margin - distance).squared() }
    }

    /// ``contrastive(margin:)`` with a margin of 1.
    public static let contrastive = contrastive()

    /// max(0, d(a, p) − d(a, n) + margin) of every example a, with the farthest p of its own group and the nearest n of another one in the
    /// batch (Hermans et al. 2017). Outputs are embeddings `[n, units]`, targets the groups' numbers `[n]`.
    ///
    /// An example that is alone in its group, or whose batch has no other group, counts 0.
    public static func triplet(margin: Double = 1) -> Loss {
        Loss("triplet", .groups) { outputs, groups in
            let distances = pairwiseDistances(outputs.flattened(from: 1))
            let isSame = groups.expanded(at: 1) .== groups.expanded(at: 0)
            let itself = Tensor.eye(groups.count, dtype: .float32) .> 0.5
            let farthest = distances.masked(.!isSame .| itself, with: -.infinity).max(axes: 1)
            let nearest = distances.masked(isSame, with: .infinity).min(axes: 1)
            let isComplete = (farthest .> -1) .& (nearest .< .infinity)
            let zeros = Tensor.zeros(like: farthest)
            return relu(
                .select(isComplete, farthest, zeros) - .select(isComplete, nearest, zeros)
                    + margin * isComplete.converted(to: outputs.dtype))
        }
    }

    /// ``triplet(margin:)`` with a margin of 1.
    public static let triplet = triplet()

    private static func pairwiseDistances(_ x: Tensor) -> Tensor {
        (x.expanded(at: 1) - x.expanded(at: 0)).norm(axes: -1)
    }
}

/// max(0, d(anchor, positive) − d(anchor, negative) + margin), as a mean over rows: the anchor should be nearer to an example of its own
/// kind than to one of another (Schroff et al. 2015). All are embeddings `[n, units]`, d is the Euclidean distance.
public func tripletLoss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: Double = 1) -> Tensor {
    guard anchor.shape == positive.shape, anchor.shape == negative.shape, anchor.rank > 0 else {
        Failure.raise(
            ShapeError(
                operation: "tripletLoss", shapes: [anchor.shape, positive.shape, negative.shape],
                message: "embeddings \(anchor.shape), \(positive.shape) and \(negative.shape) are not of one shape",
                hint: "compute all three with the same network, from as many examples"))
    }
    return relu((anchor - positive).norm(axes: -1) - (anchor - negative).norm(axes: -1) + margin).mean()
}
