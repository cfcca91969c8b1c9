public import Tensors

// Losses of metric learning: embeddings of one class should lie close together, others apart.
extension Loss {
    /// ``contrastive(margin:)`` with a margin of 1.
    public static let contrastive = contrastive()

    /// The contrastive loss of pairs: t d² + (1 − t) max(0, margin − d)², averaged over pairs, where d is the distance
    /// of two embeddings and t = 1 for a pair of one class (Hadsell et al. 2006).
    ///
    /// Outputs: distances d, `[n]` or `[n, 1]`. Targets: 0 and 1 in the same shape.
    /// ```swift
    /// let (a, b) = (Tensor.normal([8, 16]), Tensor.normal([8, 16]))
    /// let isSame = Tensor([1, 0, 0, 1, 1, 0, 1, 0])
    /// let loss = Loss.contrastive(margin: 2)((a - b).norm(axes: -1), isSame)
    /// ```
    /// For Siamese networks. If a class has several examples in each batch, ``triplet(margin:)`` often learns better.
    /// - Parameter margin: The distance that is enough for embeddings of different classes.
    public static func contrastive(margin: Double = 1) -> Loss {
        Loss("contrastive", .values) { distance, t in
            t * distance.squared() + (1 - t) * relu(margin - distance).squared()
        }
    }

    /// ``triplet(margin:)`` with a margin of 1.
    public static let triplet = triplet()

    /// The triplet loss with the hardest examples of the batch: max(0, d(a, p) − d(a, n) + margin), averaged over all
    /// examples a, where p is the farthest example of the same class and n the nearest of another (Hermans et al.
    /// 2017).
    ///
    /// Outputs: embeddings `[n, units]`. Targets: class indices `[n]`. An example without p or n contributes 0.
    /// ```swift
    /// let loss = Loss.triplet(margin: 0.5)(.normal([4, 16]), Tensor([0, 0, 1, 1]))
    /// ```
    /// Batches need several examples per class. For triplets of your own there is
    /// ``tripletLoss(anchor:positive:negative:margin:)``, for pairs ``contrastive(margin:)``.
    /// - Parameter margin: How much nearer p should be than n.
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

    private static func pairwiseDistances(_ x: Tensor) -> Tensor {
        (x.expanded(at: 1) - x.expanded(at: 0)).norm(axes: -1)
    }
}

/// The triplet loss of given triplets: max(0, d(a, p) − d(a, n) + margin), averaged over rows, with Euclidean distances
/// d (Schroff et al. 2015).
///
/// ```swift
/// let embed = Dense(16)
/// let (a, p, n) = (Tensor.normal([8, 4]), Tensor.normal([8, 4]), Tensor.normal([8, 4]))
/// let loss = tripletLoss(anchor: embed(a), positive: embed(p), negative: embed(n), margin: 0.2)
/// ```
/// ``Loss/triplet(margin:)`` finds the hardest triplets of a batch itself.
/// - Parameters:
///   - anchor: Embeddings `[n, units]`.
///   - positive: Embeddings of examples of the anchors' classes, in the same shape.
///   - negative: Embeddings of examples of other classes, in the same shape.
///   - margin: How much nearer the positive should be.
/// - Returns: A scalar.
public func tripletLoss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: Double = 1) -> Tensor {
    guard anchor.shape == positive.shape, anchor.shape == negative.shape, anchor.rank > 0 else {
        Failure.raise(
            ShapeError(
                operation: "tripletLoss", shapes: [anchor.shape, positive.shape, negative.shape],
                message: "anchor, positive and negative must have the same shape, got "
                    + "\(anchor.shape), \(positive.shape) and \(negative.shape)",
                hint: "compute all three with the same network, from as many examples"))
    }
    return relu((anchor - positive).norm(axes: -1) - (anchor - negative).norm(axes: -1) + margin).mean()
}
