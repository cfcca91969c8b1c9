internal import Tensors

// Losses of classification by margins.
extension Loss {
    /// The hinge loss of support vector machines: max(0, 1 − t z), averaged over all outputs
    /// (Cortes and Vapnik 1995).
    ///
    /// Outputs: scores z of any shape, without activation. Targets: −1 and 1, or 0 and 1, in the same shape.
    /// ```swift
    /// let loss = Loss.hinge(Tensor([[1.5], [-0.3]]), Tensor([[1.0], [-1]]))
    /// ```
    /// If probabilities are wanted take ``binaryCrossEntropy(fromLogits:labelSmoothing:positiveWeight:)``.
    public static let hinge = Loss("hinge", .values, meaning: .margins) { relu(1 - signs($1) * $0) }

    /// The squared ``hinge`` loss: max(0, 1 − t z)², averaged over all outputs, whose gradient has no jump (Tang 2013).
    ///
    /// Outputs: scores z of any shape, without activation. Targets: −1 and 1, or 0 and 1, in the same shape.
    /// ```swift
    /// let loss = Loss.squaredHinge(Tensor([[1.5], [-0.3]]), Tensor([[1.0], [-1]]))
    /// ```
    /// It punishes outliers more than ``hinge``.
    public static let squaredHinge = Loss("squaredHinge", .values, meaning: .margins) {
        relu(1 - signs($1) * $0).squared()
    }

    /// The multiclass hinge loss: max(0, 1 + maxᵢ≠ₜ zᵢ − zₜ), averaged over examples (Crammer and Singer 2001).
    ///
    /// Outputs: scores `[n, …, classes]`, without activation. Targets: class indices `[n, …]`, or one-hot.
    /// ```swift
    /// let loss = Loss.categoricalHinge(Tensor([[2.0, 0.5, -1]]), Tensor([0]))
    /// ```
    /// If probabilities are wanted take ``crossEntropy(fromLogits:labelSmoothing:classWeights:ignoredLabel:)``.
    public static let categoricalHinge = Loss("categoricalHinge", .classes) { outputs, targets in
        let truth = shares(targets, like: outputs, smoothing: 0)
        let right = truth.times(outputs).sum(axes: -1)
        let wrong = outputs.masked(truth .> 0.5, with: -.infinity).max(axes: -1)
        return relu((wrong - right) + 1)
    }

    /// 1 for yes, −1 for no.
    private static func signs(_ targets: Tensor) -> Tensor { 2 * (targets .> 0).converted(to: targets.dtype) - 1 }
}
