public import Tensors

/// Masks the steps whose features all equal a padding value: y = mask · x, where mask[t] is whether any x[t, f] ≠
/// value. `[steps, features]` → `[steps, features]`.
///
/// ```swift
/// let network = try Sequential(input: [20, 5]) {
///     Masking(0)
///     LSTM(32)
/// }
/// let y = network(.normal([8, 20, 5]))                               // [8, 32]
/// ```
/// Layers that support masks (`Tensor.sequenceMask`) leave those steps out; others see zeros. As in Keras. For word
/// indices take ``Embedding`` with `maskZero`.
public final class Masking: Layer {
    private let value: Double

    /// A layer that masks the steps whose features all equal `value`.
    public init(_ value: Double = 0, name: String? = nil) {
        self.value = value
        super.init(name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard input.rank == 2 else {
            throw shapeError(
                [input], "Masking takes sequences of shape [steps, features], not \(input)",
                hint: "for word indices use Embedding(…, maskZero: true)")
        }
        return input
    }

    /// The sequences with their mask, 0 where it is false.
    public override func forward(_ x: Tensor) -> Tensor {
        let mask = (x.detached() .!= value).any(axes: 2)
        return mask.expanded(at: 2).converted(to: x.dtype).times(x).withSequenceMask(mask)
    }
}
