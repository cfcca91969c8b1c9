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
    /// skip the masked steps. The mask belongs to this tensor alone: other tensors with the same elements have none. To
    /// make one see ``sequenceMask(lengths:steps:)``.
    ///
    /// ```swift
    /// let words = Embedding(100, 8, maskZero: true)(Tensor([[7, 3, 0]]))
    /// print(words.sequenceMask!)  // [[ true  true false]]
    /// ```
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

    /// The sequences with zeros at the steps that a mask, `[batch, steps]`, excludes: whatever stands there, even NaN,
    /// counts for nothing, forward and backward.
    package func withoutPadding(_ steps: Tensor) -> Tensor {
        let ones = Array(repeating: 1, count: rank - 2)
        return masked((steps.detached() .== 0).reshaped(to: Array(steps.shape) + ones), with: 0)
    }

    /// The mask `[batch, steps]` of sequences of these lengths, padded to `steps` steps: element [i, t] is true where t
    /// < lengths[i]. This is TensorFlow's `sequence_mask`. Layers read the mask of a tensor, ``sequenceMask``.
    ///
    /// ```swift
    /// print(Tensor.sequenceMask(lengths: [3, 1], steps: 4))  // [[ true  true  true false] [ true false false false]]
    /// ```
    public static func sequenceMask(lengths: [Int], steps: Int) -> Tensor {
        Tensor.arange(steps).expanded(at: 0) .< Tensor(lengths.map { Int64($0) }).expanded(at: 1)
    }
}
