internal import Tensors

/// How one of a layer's parameters begins, what it adds to the loss, and what it is held to.
///
/// Layers take the options of their main weights one by one (`initializer:`, `regularizer:`, `constraint:`), and those
/// of others as one value. A bias, a scale or an offset can also be left out: `bias: false`.
/// ```swift
/// let output = Dense(10, bias: WeightOptions(.constant(0.1), regularizer: .l2(1e-4)))
/// let hidden = Dense(64, activation: .relu, bias: false, initializer: .he, regularizer: .l2(1e-4))
/// let memory = LSTM(32, recurrent: WeightOptions(.glorotUniform, constraint: .maxNorm(2)))
/// ```
public struct WeightOptions: Sendable, ExpressibleByBooleanLiteral {
    /// Whether the layer has the parameter.
    public var isPresent = true
    /// The source of the first value; nil for the layer's own.
    public var initializer: Initializer?
    /// A penalty on the value, which training adds to the loss; nil for none.
    public var regularizer: Regularizer?
    /// What the value is brought back to after every step; nil to leave it free.
    public var constraint: Constraint?

    /// Options of a parameter.
    public init(
        _ initializer: Initializer? = nil, regularizer: Regularizer? = nil, constraint: Constraint? = nil
    ) {
        self.initializer = initializer
        self.regularizer = regularizer
        self.constraint = constraint
    }

    /// The layer's own options (`true`), or no such parameter (`false`).
    public init(isPresent: Bool) { self.isPresent = isPresent }

    /// The layer's own options (`true`), or no such parameter (`false`).
    public init(booleanLiteral isPresent: Bool) { self.init(isPresent: isPresent) }
}
