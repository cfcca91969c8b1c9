public import Tensors

/// A recurrent layer twice: one reads sequences from their beginning, the other from their end (Schuster and Paliwal 1997).
///
/// ```swift
/// Bidirectional(LSTM(64, returnSequences: true))
/// ```
/// The output of a step knows what comes before it and what comes after it.
public final class Bidirectional: Layer {
    /// How both outputs become one.
    public enum Merge: Sendable {
        /// One after the other: twice as many features.
        case concatenate
        /// Their sum, product or mean.
        case sum, multiply, average
    }

    /// The layer that reads from the beginning.
    public let forward: Recurrent
    /// The layer that reads from the end.
    public let backward: Recurrent
    private let merge: Merge

    /// A recurrent layer for both directions. The expression is evaluated twice, once for each of them.
    public convenience init(
        _ layer: @autoclosure () -> Recurrent, merge: Merge = .concatenate, name: String? = nil
    ) {
        self.init(forward: layer(), backward: layer(), merge: merge, name: name)
    }

    /// Two recurrent layers, which may be different ones. Neither goes backwards by itself.
    public init(forward: Recurrent, backward: Recurrent, merge: Merge = .concatenate, name: String? = nil) {
        func fail(_ message: String, _ hint: String) -> Never {
            Failure.raise(ValueError(operation: "Bidirectional", message: message, hint: hint))
        }
        if forward === backward {
            fail("both directions are the same layer", "make the layer in the call, as in Bidirectional(LSTM(64))")
        }
        if forward.returnsSequences != backward.returnsSequences {
            fail("one direction returns sequences and the other one does not", "give both the same returnSequences:")
        }
        if forward.goesBackwards || backward.goesBackwards {
            fail("a direction goes backwards by itself", "leave goBackwards: out: Bidirectional sees to it")
        }
        self.forward = forward
        self.backward = backward
        self.merge = merge
        super.init(name: name)
    }

    /// The shape of one layer's output; with `.concatenate`, of both side by side.
    public override func outputShape(of input: Shape) throws -> Shape {
        let (first, second) = (try forward.prepare(input), try backward.prepare(input))
        guard merge == .concatenate ? first.dropLast() == second.dropLast() : first == second else {
            throw shapeError(
                [first, second], "the directions' outputs \(first) and \(second) cannot be merged",
                hint: "give both as many units")
        }
        guard merge == .concatenate else { return first }
        var output = first
        output[first.rank - 1] += second[second.rank - 1]
        return output
    }

    /// Both outputs, merged.
    public override func forward(_ x: Tensor) -> Tensor { compute(of: x, mask: nil, wantsState: false).output }

    /// Both outputs for sequences of which a mask, `[batch, steps]`, leaves out some steps.
    public func callAsFunction(_ x: Tensor, mask: Tensor?) -> Tensor {
        call(x, mask: mask, wantsState: false).output
    }

    /// Both outputs for sequences of different lengths: the second reads each from its own end.
    public func callAsFunction(_ x: Tensor, lengths: [Int]) -> Tensor {
        self(x, mask: forward.sequenceMask(lengths: lengths, of: x))
    }

    /// The output, and the last states of the first layer and of the second.
    public func outputAndState(of x: Tensor, mask: Tensor? = nil) -> (output: Tensor, state: [Tensor]) {
        call(x, mask: mask, wantsState: true)
    }

    private func call(_ x: Tensor, mask: Tensor?, wantsState: Bool) -> (output: Tensor, state: [Tensor]) {
        var state: [Tensor] = []
        let output = computing(on: x) {
            let result = compute(of: x, mask: mask, wantsState: wantsState)
            state = result.state
            return result.output
        }
        return (output, state)
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
        return (output, firstState + secondState)
    }
}
