/// The computation of a recurrent layer on a batch of sequences.
///
/// What the inputs contribute to the gates is computed in advance, for all steps at once. In Float32 one kernel then
/// takes all steps, and another propagates their gradients; cells that the kernels do not know, and second derivatives,
/// are composed of operations.
package struct Recurrence: Sendable {
    /// The equations of a step.
    package let cell: RecurrentCell
    /// Whether the steps are taken from last to first.
    package let isReversed: Bool
    /// Whether the result has h of every step, or only of the last one taken.
    package let returnsSequences: Bool
    /// Whether an LSTM's last c follows in the result, as another step.
    package let returnsCell: Bool
    /// `[batch, steps]`, false where the state stays as it is.
    package let mask: Tensor?

    /// A recurrence over sequences.
    package init(_ cell: RecurrentCell, isReversed: Bool, returnsSequences: Bool, returnsCell: Bool, mask: Tensor?) {
        self.cell = cell
        self.isReversed = isReversed
        self.returnsSequences = returnsSequences
        self.returnsCell = returnsCell
        self.mask = mask?.converted(to: .bool)
    }

    /// Takes all steps.
    ///
    /// - Parameters:
    ///   - projected: What the inputs contribute to the gates, `[batch, steps, gates · units]`, with at least one step.
    ///   - state: h, and c if the cell has it, before the first step, `[batch, units]` each.
    ///   - weights: The weights.
    /// - Returns: `[batch, steps or 1 (and 1 for c), units]`.
    package func callAsFunction(_ projected: Tensor, state: [Tensor], weights: RecurrentWeights) -> Tensor {
        let operands = Operands(projected: projected, state: state, weights: weights)
        let isSingle = operands.list.allSatisfy { $0.dtype == .float32 }
        guard cell.isFused, isSingle, projected.count > 0, weights.stateMask == nil else { return composed(operands) }
        return fused(operands)
    }

    /// The number of steps in the result.
    func outputSteps(_ steps: Int) -> Int { (returnsSequences ? steps : 1) + (returnsCell ? 1 : 0) }

    /// The same, composed of differentiable operations.
    func composed(_ operands: Operands) -> Tensor {
        let steps = operands.projected.unstacked(axis: 1), masks = mask?.unstacked(axis: 1)
        var state = operands.state
        var outputs: [Tensor] = []
        for t in isReversed ? Array(steps.indices.reversed()) : Array(steps.indices) {
            let next = cell.step(steps[t], state, operands.weights)
            state = masks.map { masks in Recurrence.select(masks[t], next, state) } ?? next
            if returnsSequences { outputs.append(state[0]) }
        }
        if !returnsSequences { outputs = [state[0]] }
        if isReversed { outputs.reverse() }
        return Tensor.stack(outputs + (returnsCell ? [state[1]] : []), axis: 1)
    }

    /// The next state of the sequences where the mask, `[batch]`, is true, and the old one of the others.
    package static func select(_ mask: Tensor, _ next: [Tensor], _ state: [Tensor]) -> [Tensor] {
        zip(next, state).map { next, old in
            .select(mask.reshaped(to: [mask.count] + Array(repeating: 1, count: old.rank - 1)), next, old)
        }
    }
}

/// What a recurrence is differentiated with respect to.
struct Operands {
    let projected: Tensor
    let state: [Tensor]
    let weights: RecurrentWeights

    init(projected: Tensor, state: [Tensor], weights: RecurrentWeights) {
        self.projected = projected
        self.state = state
        self.weights = weights
    }

    var list: [Tensor] {
        [projected, weights.recurrent] + state + [weights.bias, weights.peepholes].compactMap { $0 }
    }

    /// The same operands with other values.
    func replaced(by list: [Tensor]) -> Operands {
        var rest = list.dropFirst(2 + state.count)
        let bias = weights.bias.map { _ in rest.removeFirst() }
        let peepholes = weights.peepholes.map { _ in rest.removeFirst() }
        return Operands(
            projected: list[0], state: Array(list[2..<2 + state.count]),
            weights: RecurrentWeights(
                recurrent: list[1], bias: bias, peepholes: peepholes, stateMask: weights.stateMask))
    }
}
