/// The equations of a step of a recurrent layer.
package struct RecurrentCell: Sendable {
    /// The kinds of gates.
    package enum Kind: Sendable {
        /// h' = φ(p + h · R) (Elman 1990).
        case simple
        /// Input, forget and output gates around a cell that carries its value on (Hochreiter and Schmidhuber 1997;
        /// Gers et al. 2000).
        case lstm
        /// Update and reset gates, with the reset after the product with the state: the variant of cuDNN, Keras and
        /// PyTorch.
        case gru
        /// Update and reset gates, with the reset before that product (Cho et al. 2014).
        case gruResettingFirst
    }

    /// The kind of gates.
    package let kind: Kind
    private let activation: @Sendable (Tensor) -> Tensor
    private let recurrentActivation: @Sendable (Tensor) -> Tensor
    /// The activation of a simple cell, if kernels have it.
    let simpleActivation: FusedActivation?
    /// Whether there are kernels for these equations.
    let isFused: Bool

    /// A cell. `fused` and `recurrentFused` are its activations in kernels, nil for those that kernels do not have.
    package init(
        _ kind: Kind, activation: @escaping @Sendable (Tensor) -> Tensor, fused: FusedActivation?,
        recurrentActivation: @escaping @Sendable (Tensor) -> Tensor, recurrentFused: FusedActivation?
    ) {
        self.kind = kind
        self.activation = activation
        self.recurrentActivation = recurrentActivation
        simpleActivation = kind == .simple ? fused : nil
        isFused =
            switch kind {
            case .simple: fused != nil
            case .lstm, .gru: fused == .tanh && recurrentFused == .sigmoid
            case .gruResettingFirst: false
            }
    }

    /// The number of gates: elements of the products for each unit.
    package var gates: Int {
        switch kind {
        case .simple: 1
        case .lstm: 4
        case .gru, .gruResettingFirst: 3
        }
    }

    /// The number of tensors in the state: h, and c for an LSTM.
    package var states: Int { kind == .lstm ? 2 : 1 }

    /// The state after a step. `projected` is what the input contributes to the gates, `[batch, gates · units]`, its
    /// bias included.
    package func step(_ projected: Tensor, _ state: [Tensor], _ weights: RecurrentWeights) -> [Tensor] {
        let h = state[0], recurrent = weights.recurrent
        let seen = weights.stateMask.map { h * $0 } ?? h
        switch kind {
        case .simple: return [activation(projected + seen.matmul(recurrent))]
        case .lstm: return lstm(sums: projected + seen.matmul(recurrent), cell: state[1], peepholes: weights.peepholes)
        case .gru:
            let product = seen.matmul(recurrent)
            let (p, u) = (parts(projected), parts(weights.bias.map { product + $0 } ?? product))
            let update = recurrentActivation(p[0] + u[0]), reset = recurrentActivation(p[1] + u[1])
            return [mixed(h, activation(p[2] + reset * u[2]), update)]
        case .gruResettingFirst:
            let p = parts(projected), r = parts(recurrent)
            let update = recurrentActivation(p[0] + seen.matmul(r[0])),
                reset = recurrentActivation(p[1] + seen.matmul(r[1]))
            return [mixed(h, activation(p[2] + (reset * seen).matmul(r[2])), update)]
        }
    }

    /// An LSTM's h and c after a step, from the sums of its gates i, f, g and o (side by side in the last axis).
    /// Peepholes, `[3, …]`, let the gates see the cell (Gers and Schmidhuber 2000).
    package func lstm(sums: Tensor, cell: Tensor, peepholes: Tensor?) -> [Tensor] {
        let z = parts(sums)
        let seen = { (gate: Int, c: Tensor) in peepholes.map { $0[gate] * c } }
        let peep = { (z: Tensor, seen: Tensor?) in seen.map { z + $0 } ?? z }
        let input = recurrentActivation(peep(z[0], seen(0, cell)))
        let forget = recurrentActivation(peep(z[1], seen(1, cell)))
        let next = forget * cell + input * activation(z[2])
        let output = recurrentActivation(peep(z[3], seen(2, next)))
        return [output * activation(next), next]
    }

    private func parts(_ sums: Tensor) -> [Tensor] { sums.split(into: gates, axis: -1) }

    private func mixed(_ old: Tensor, _ candidate: Tensor, _ update: Tensor) -> Tensor {
        update * old + (1 - update) * candidate
    }
}

/// The weights that a step multiplies its state with.
package struct RecurrentWeights: Sendable {
    /// `[units, gates · units]`
    package var recurrent: Tensor
    /// The bias of that product, `[gates · units]`: only where a reset gate comes after it.
    package var bias: Tensor?
    /// The cell's weights in the gates i, f and o of an LSTM, `[3, units]`.
    package var peepholes: Tensor?
    /// The factors of h in that product, `[batch, units]`: zeros where units are dropped.
    package var stateMask: Tensor?

    /// The weights of a step.
    package init(recurrent: Tensor, bias: Tensor? = nil, peepholes: Tensor? = nil, stateMask: Tensor? = nil) {
        self.recurrent = recurrent
        self.bias = bias
        self.peepholes = peepholes
        self.stateMask = stateMask
    }
}
