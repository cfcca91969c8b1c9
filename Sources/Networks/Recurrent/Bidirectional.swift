public import Tensors

/// Two recurrent layers, one of which reads sequences forwards and the other in reverse: yₜ = [h→ₜ, h←ₜ], so that each
/// step's output depends on the whole sequence.
///
/// `[steps, features]` → `[2 · units]`, or `[steps, 2 · units]` with `returnSequences`; `units` with other merges.
/// ```swift
/// let layer = Bidirectional(LSTM(64, returnSequences: true))
/// let y = layer(.normal([8, 20, 5]))                                 // [8, 20, 128]
/// ```
/// Source: Schuster and Paliwal 1997. To predict the next step, where the future is unknown, take one layer alone.
public final class Bidirectional: Layer {
    /// How the two outputs are merged.
    public enum Merge: Sendable {
        /// Concatenation along the features.
        case concatenate
        /// Their sum, product or mean.
        case sum, multiply, average
    }

    /// The layer that reads sequences forwards.
    public let forward: Recurrent
    /// The layer that reads sequences in reverse.
    public let backward: Recurrent
    private let merge: Merge

    /// A recurrent layer for both directions. The expression is evaluated twice, once for each direction.
    public convenience init(
        _ layer: @autoclosure () -> Recurrent, merge: Merge = .concatenate, name: String? = nil
    ) {
        self.init(forward: layer(), backward: layer(), merge: merge, name: name)
    }

    /// Two recurrent layers, which may differ. Neither may have `goBackwards`.
    public init(forward: Recurrent, backward: Recurrent, merge: Merge = .concatenate, name: String? = nil) {
        func fail(_ message: String, _ hint: String) -> Never {
            Failure.raise(ValueError(operation: "Bidirectional", message: message, hint: hint))
        }
        if forward === backward {
            fail("both directions are the same layer", "make the layer in the call, as in Bidirectional(LSTM(64))")
        }
        if forward.returnsSequences != backward.returnsSequences {
            fail("only one of the directions returns sequences", "give both the same returnSequences:")
        }
        if forward.goesBackwards || backward.goesBackwards {
            fail("the layers must not have goBackwards: true", "leave it out; Bidirectional reverses one of them")
        }
        self.forward = forward
        self.backward = backward
        self.merge = merge
        super.init(name: name)
    }

    /// The shape of one layer's output; with `.concatenate`, of both outputs concatenated.
    public override func outputShape(of input: Shape) throws -> Shape {
        let (first, second) = (try forward.prepare(input), try backward.prepare(input))
        guard merge == .concatenate ? first.dropLast() == second.dropLast() : first == second else {
            throw shapeError(
                [first, second], "the directions' outputs \(first) and \(second) cannot be merged",
                hint: "give both the same number of units")
        }
        guard merge == .concatenate else { return first }
        var output = first
        output[first.rank - 1] += second[second.rank - 1]
        return output
    }

    /// The merged outputs.
    public override func forward(_ x: Tensor) -> Tensor { compute(of: x, mask: nil, wantsState: false).output }

    /// The merged outputs for sequences without the steps at which the mask, `[batch, steps]`, is false.
    public func callAsFunction(_ x: Tensor, mask: Tensor?) -> Tensor {
        call(x, mask: mask, wantsState: false).output
    }

    /// The merged outputs for sequences of different lengths, each of which is reversed without its padding.
    public func callAsFunction(_ x: Tensor, lengths: [Int]) -> Tensor {
        self(x, mask: forward.sequenceMask(lengths: lengths, of: x))
    }

    /// The merged output, and the last states of the forward and of the backward layer.
    public func outputAndState(of x: Tensor, mask: Tensor? = nil) -> (output: Tensor, state: [Tensor]) {
        call(x, mask: mask, wantsState: true)
    }

    /// The output has its mask already, if it is one of sequences.
    override func outputMask(of inputs: [Tensor]) -> Tensor? { nil }

    private func call(_ x: Tensor, mask: Tensor?, wantsState: Bool) -> (output: Tensor, state: [Tensor]) {
        computingWithState(on: x) { compute(of: x, mask: mask, wantsState: wantsState) }
    }

    private func compute(
        of x: Tensor, mask: Tensor?, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        let (first, firstState) = forward.read(x, mask: mask, reversed: false, wantsState: wantsState)
        let (second, secondState) = backward.read(x, mask: mask, reversed: true, wantsState: wantsState)
        let output =
            switch merge {
            case .concatenate: Tensor.concatenate([first, second], axis: -1)
            case .sum: first + second
            case .multiply: first * second
            case .average: 0.5 * (first + second)
            }
        return (output.withSequenceMask(first.sequenceMask), firstState + secondState)
    }
}
