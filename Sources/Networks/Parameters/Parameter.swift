internal import Synchronization
public import Tensors

/// A layer's weights: a tensor that training changes.
///
/// `@Parameter(.he) var w` declares it, `$w.initialize([input[0], units])` in the layer's `build` gives it a shape and
/// a first value, and `w` is its value.
@propertyWrapper
public final class Parameter {
    /// Where its first value comes from.
    public var initializer: Initializer
    /// A penalty on the value, which training adds to the loss; nil for none.
    public var regularizer: Regularizer?
    /// What the value is brought back to after every step; nil to let it go anywhere.
    public var constraint: Constraint?
    /// Whether optimizers may change it. May be switched at any time: see ``Layer/freeze()``.
    public var isTrainable: Bool {
        didSet { if let stored, isTrainable != oldValue { store(stored) } }
    }
    /// Whether the layer has this parameter: a bias can be left out.
    public private(set) var isPresent = true
    private let isTrainableByNature: Bool
    private var stored: Tensor?
    /// Whether there ever was a computation with another value in place of the stored one.
    private var wasSubstituted = false

    /// A parameter without a shape yet. One that is not trainable is saved with its network, but no optimizer moves it.
    public init(
        _ initializer: Initializer = .glorotUniform, isTrainable: Bool = true, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil
    ) {
        self.initializer = initializer
        self.regularizer = regularizer
        self.constraint = constraint
        self.isTrainable = isTrainable
        self.isTrainableByNature = isTrainable
    }

    /// Takes the options that a layer's initializer was given. Without an initializer among them the declared one
    /// stays.
    public func configure(_ options: WeightOptions) {
        isPresent = options.isPresent
        if let initializer = options.initializer { self.initializer = initializer }
        regularizer = options.regularizer
        constraint = options.constraint
    }

    /// Takes the options that a layer's initializer was given.
    public func configure(_ initializer: Initializer, regularizer: Regularizer? = nil, constraint: Constraint? = nil) {
        configure(WeightOptions(initializer, regularizer: regularizer, constraint: constraint))
    }

    /// Makes it trainable if it was declared so: moving averages stay out of the optimizers' reach.
    func unfreeze() { isTrainable = isTrainableByNature }

    /// The value.
    public var wrappedValue: Tensor {
        get { value }
        set { value = newValue }
    }

    /// The parameter itself: `$w`.
    public var projectedValue: Parameter { self }

    /// Gives the parameter its shape and its first value, in a layer's `build`: `$w.initialize([input[0], units])`.
    /// Does nothing for one that was left out.
    public func initialize(_ shape: Shape) {
        guard isPresent else { return }
        store(initializer.makeValue(shape))
        Self.made.wrappingAdd(1, ordering: .relaxed)
        (LayerPath.layer as? Layer)?.noteInitialized(self)
    }

    /// The former name of ``initialize(_:)``.
    @available(*, unavailable, renamed: "initialize(_:)")
    public func shape(to shape: Shape) { fatalError() }

    /// The form in which earlier versions gave a parameter its shape.
    @available(*, unavailable, message: "write $w.initialize([input[0], units])")
    public subscript(_ dims: Int...) -> Void { fatalError() }

    /// The value. Another one must have the same shape.
    ///
    /// What is assigned is copied: a parameter keeps numbers, not the formula that they came from. A decoder whose
    /// weights are those of its encoder, transposed, is a layer that computes with the encoder's parameter:
    /// ```swift
    /// final class TiedDecoder: Layer {
    ///     let encoder: Dense
    ///     @Parameter(.zeros) var bias
    ///     init(_ encoder: Dense) { self.encoder = encoder }
    ///     override func build(_ input: Shape) { $bias.initialize([encoder.kernel.shape[0]]) }
    ///     override func forward(_ x: Tensor) -> Tensor { x.matmul(encoder.kernel.transposed()) + bias }
    /// }
    /// let encoder = Dense(32, activation: .sigmoid)
    /// let autoencoder = try Sequential(input: [784]) { encoder; TiedDecoder(encoder) }
    /// print(autoencoder.parameterCount)  // 25904: the kernel counts once
    /// ```
    public var value: Tensor {
        get {
            if wasSubstituted, let substitute = Substitutes.current?.values[ObjectIdentifier(self)] {
                return substitute
            }
            guard let stored else {
                Failure.raise(
                    ValueError(
                        operation: "Parameter", message: "this parameter has no shape yet",
                        hint:
                            "give it one in the layer's build, as in $w.initialize([input[0], units]); a layer is built by its first call"
                    ))
            }
            return stored
        }
        set {
            guard stored == nil || shape == newValue.shape else {
                Failure.raise(
                    ShapeError(
                        operation: "Parameter", shapes: [shape, newValue.shape],
                        message: "a parameter of shape \(shape) cannot become \(newValue.shape)",
                        hint: "reshape the new value first"))
            }
            store(newValue)
        }
    }

    /// The value; nil if the parameter was left out.
    public var optionalValue: Tensor? { isPresent ? value : nil }

    /// The value's shape.
    public var shape: Shape { value.shape }

    /// Whether the parameter has a shape and a value.
    public var isShaped: Bool { stored != nil }

    /// Runs a computation in which parameters have these values, with their types and their places in a graph:
    /// derivatives with respect to them can be asked for.
    ///
    /// The values are known to this computation alone, and what it assigns to the parameters is forgotten with them: it
    /// may end, throw, or fail half-way, the parameters stay what they are.
    package static func substituting<R, E: Error>(
        _ values: some Sequence<(Parameter, Tensor)>, _ body: () throws(E) -> R
    ) throws(E) -> R {
        let substitutes = Substitutes(Substitutes.current?.values ?? [:])
        for (parameter, value) in values {
            substitutes.values[ObjectIdentifier(parameter)] = value
            parameter.wasSubstituted = true
        }
        return try Substitutes.$current.withValue(substitutes) { Result { () throws(E) in try body() } }.get()
    }

    /// Lends the value's memory to an optimizer: the old elements, and where the new ones belong. That is the same
    /// memory unless a graph or another tensor still needs the old ones. Until ``endChange(_:)`` the parameter must not
    /// be used.
    func beginChange() -> (old: Storage, new: Storage) {
        if value.dtype != .float32 { stored = value.converted(to: .float32) }
        return stored!.beginChange()
    }

    /// Takes the new elements.
    func endChange(_ new: Storage) {
        let moved = Tensor(storage: new, shape: shape)
        value = constraint.map { constraint in withoutGradients { constraint(moved) } } ?? moved
    }

    /// How many parameters have got their shape so far: as long as it stays, no network has gained any.
    static var madeCount: Int { made.load(ordering: .relaxed) }
    private static let made = Atomic<Int>(0)

    private func store(_ value: Tensor) {
        let value = isTrainable ? value.detached().tracked() : value.detached()
        let key = ObjectIdentifier(self)
        if wasSubstituted, let substitutes = Substitutes.current, substitutes.values[key] != nil {
            substitutes.values[key] = value
        } else {
            stored = value
        }
    }
}

/// The values that parameters have during a computation.
private final class Substitutes: @unchecked Sendable {
    // Bound to the task or thread: a computation that fails takes it along, and no other ever sees it.
    @TaskLocal static var current: Substitutes?
    var values: [ObjectIdentifier: Tensor]

    init(_ values: [ObjectIdentifier: Tensor]) { self.values = values }
}
