extension Tensor {
    /// Which steps of these sequences are more than padding, `[batch, steps]`; nil if nothing is known of that, and all count.
    ///
    /// Layers that know (an embedding for whose words 0 is padding) give their output a mask, and networks hand it on from layer to layer
    /// as long as batch and steps stay as they are. Recurrent layers, attention and losses look at it.
    public var sequenceMask: Tensor? {
        guard let mask = storage.sequenceMask, rank > 2, shape[0] == mask.shape[0], shape[1] == mask.shape[1] else {
            return nil
        }
        return mask
    }

    /// Gives sequences that were just computed a mask, `[batch, steps]`.
    package func withSequenceMask(_ mask: Tensor?) -> Tensor {
        storage.sequenceMask = mask?.detached().converted(to: .bool)
        return self
    }

    /// The mask of sequences with so many steps each, of `steps` with their padding: `[batch, steps]`.
    public static func sequenceMask(lengths: [Int], steps: Int) -> Tensor {
        Tensor.arange(steps).expanded(at: 0) .< Tensor(lengths.map { Int64($0) }).expanded(at: 1)
    }
}
