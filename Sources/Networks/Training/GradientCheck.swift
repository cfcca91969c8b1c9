public import Tensors

/// Compares the derivatives of a loss with respect to a network's trainable parameters with central differences, in
/// double precision. The network is as it was afterwards, its moving averages included.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(3, activation: .tanh); Dense(1) }
/// let (x, y) = (Tensor.normal([5, 2]), Tensor.normal([5, 1]))
/// print(gradCheck(network) { (network(x) - y).squared().mean() })  // All 13 derivatives agree
/// ```
/// The loss must not be random: leave out dropout and noise, which rest outside of training, or seed them in the
/// closure. It is computed twice for each weight; take a small network. Functions of tensors are checked by
/// `gradCheck(at:)`.
///
/// - Parameters:
///   - network: The network, which must be built.
///   - step: The distance by which a weight w is moved, times max(1, |w|).
///   - tolerance: The largest error that counts as agreement.
///   - loss: Computes the loss with the network.
public func gradCheck(
    _ network: Layer, step: Double = 1e-5, tolerance: Double = 1e-7, _ loss: () throws -> Tensor
) rethrows -> GradientReport {
    let named = network.namedParameters
    let learned = named.filter(\.parameter.isTrainable)
    guard !learned.isEmpty else {
        Failure.raise(
            ValueError(
                operation: "gradCheck", message: "\(network.name) has no trainable parameters",
                hint: named.isEmpty
                    ? "build it first: give it an input: shape, or call it once" : "unfreeze() those to be checked"))
    }
    let others = named.filter { !$0.parameter.isTrainable }.map { ($0.parameter, $0.parameter.value) }
    return try gradCheck(
        at: learned.map(\.parameter.value), names: learned.map(\.key), step: step, tolerance: tolerance
    ) { values in
        try Parameter.substituting(zip(learned.map(\.parameter), values) + others) { try loss() }
    }
}
