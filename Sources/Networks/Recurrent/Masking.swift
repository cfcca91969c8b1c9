public import Tensors

/// Leaves out the steps whose features all have one value: what sequences of different lengths were filled up with.
///
/// The layers after it see those steps as zeros, and those that know of masks leave them out (`Tensor.sequenceMask`).
public final class Masking: Layer {
    private let value: Double

    /// A layer that leaves out steps which are `value` throughout.
    public init(_ value: Double = 0, name: String? = nil) {
        self.value = value
        super.init(name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard input.rank == 2 else {
            throw shapeError(
                [input], "Masking takes sequences of shape [steps, features], not \(input)",
                hint: "words, which are single numbers, are masked by Embedding(…, maskZero: true)")
        }
        return input
    }

    /// The sequences, zeros where they are left out, with their mask.
    public override func forward(_ x: Tensor) -> Tensor {
        let mask = (x.detached() .!= value).any(axes: 2)
        return (x * mask.expanded(at: 2).converted(to: x.dtype)).withSequenceMask(mask)
    }
}
