/// The steps of sequences that are not padding, and the node of the tensor, if it has one.
final class SequenceMask: Attachment, @unchecked Sendable {
    /// `[batch, steps]`, of truth values.
    let steps: Tensor
    let node: Node?

    init(_ steps: Tensor, _ node: Node?) {
        self.steps = steps
        self.node = node
        super.init()
    }
}

extension Tensor {
    /// The mask of these sequences: `[batch, steps]`, true for steps that are not padding; nil if all steps count.
    ///
    /// A layer that knows of padding (`Embedding` with `maskZero: true`) gives its output a mask, and networks pass it
    /// on from layer to layer as long as batch and steps keep their lengths. Recurrent layers, attention and losses
    /// skip the masked steps. The mask belongs to this tensor alone: other tensors with the same elements have none.
    public var sequenceMask: Tensor? {
        guard let steps = mask, rank > 2, shape[0] == steps.shape[0], shape[1] == steps.shape[1] else {
            return nil
        }
        return steps
    }

    /// The same sequences with a mask, `[batch, steps]`.
    package func withSequenceMask(_ steps: Tensor?) -> Tensor {
        var result = self
        result.mask = steps?.detached().converted(to: .bool)
        return result
    }

    /// The mask `[batch, steps]` of sequences of these lengths, padded to `steps` steps.
    ///
    /// ```swift
    /// let mask = Tensor.sequenceMask(lengths: [3, 1], steps: 4)
    /// print(mask.ints)    // [1, 1, 1, 0, 1, 0, 0, 0]
    /// ```
    public static func sequenceMask(lengths: [Int], steps: Int) -> Tensor {
        Tensor.arange(steps).expanded(at: 0) .< Tensor(lengths.map { Int64($0) }).expanded(at: 1)
    }
}
