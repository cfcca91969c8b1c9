public import Tensors

/// The base class of layers and networks: maps a batch to an output, with optional trainable parameters.
///
/// A custom layer declares its parameters, gives them shapes in ``build(_:)-(Shape)`` and computes its output in
/// ``forward(_:)-(Tensor)``:
/// ```swift
/// final class Affine: Layer {
///     @Parameter(.he) var w
///     @Parameter(.zeros) var b
///     let units: Int
///     init(_ units: Int) { self.units = units }
///     override func build(_ input: Shape) { $w.initialize([input[0], units]); $b.initialize([units]) }
///     override func forward(_ x: Tensor) -> Tensor { x.matmul(w) + b }
/// }
/// let network = try Sequential(input: [4]) { Affine(8); Activation(.tanh); Affine(1) }
/// ```
/// Shapes in `build` and ``outputShape(of:)`` are those of one example; tensors have a batch axis before them.
///
/// A layer may contain others: those in its properties, in optionals, arrays, dictionaries, tuples and structures of
/// any depth are found, named after where they stand, built by their first call, trained, counted and saved. A layer of
/// several inputs or outputs overrides ``forward(_:)-([Tensor])``; see also ``Network``.
open class Layer: CustomStringConvertible, LayerScope {
    /// The shapes of one example's inputs that the layer was built for; nil before that.
    public private(set) final var inputShapes: [Shape]?
    /// The shapes of its outputs; nil before the layer is built.
    public private(set) final var outputShapes: [Shape]?
    /// A penalty on the output, which training adds to the loss, divided by the number of examples; nil for none.
    public final var activityRegularizer: Regularizer?
    /// The line of the network's listing that this layer stands in.
    package internal(set) final var location: SourceLocation?
    /// The name that the user gave.
    final let givenName: String?
    /// The name that the layer around this one gave.
    final var assignedName: String?
    /// Made once: a network without a name of its own is asked for it at every step.
    private lazy final var nameOfClass = typeName.snakeCased
    /// What the layer is made of, once it is built.
    final var knownComponents: [Component]?
    /// What ``build(_:)-(Shape)`` initialized.
    private final var initialized: [Parameter] = []
    /// The outputs' shapes when the layer was tried out; empty if a call will show them.
    private final var triedShapes: [Shape]?

    /// A layer, optionally with a name; by default its container names it after its class: `conv2d`, `conv2d_1`.
    public init(name: String? = nil) { self.givenName = name }

    /// The name, unique within the layer around this one: `conv2d_1`.
    public final var name: String { givenName ?? assignedName ?? nameOfClass }

    /// The class's name: `Conv2D`.
    public final var typeName: String { "\(type(of: self))" }

    /// The shape of one example that the layer was built for (of its first input, if it has several); nil before that.
    public final var inputShape: Shape? { inputShapes?.first }

    /// The shape of the output for one example (of the first, if there are several); nil before the layer is built.
    public final var outputShape: Shape? { outputShapes?.first }

    // MARK: What a layer says of itself

    /// Initializes the parameters, given the shape of one example: `$w.initialize([input[0], units])`. Called once.
    open func build(_ input: Shape) throws {}

    /// Initializes the parameters of a layer with several inputs, given the shape of one example of each. Called once.
    open func build(_ inputs: [Shape]) throws { if inputs.count == 1 { try build(inputs[0]) } }

    /// The output for a batch of inputs. This is what a custom layer overrides; ``callAsFunction(_:)-(Tensor)`` is what
    /// calls it.
    open func forward(_ x: Tensor) -> Tensor {
        single(Self.$fallback.withValue(ObjectIdentifier(self)) { forward([x]) })
    }

    /// The outputs for batches of several inputs: what a custom layer with more than one input or output overrides.
    ///
    /// ```swift
    /// final class Sampling: Layer {
    ///     override func forward(_ inputs: [Tensor]) -> [Tensor] {
    ///         let (mean, logVariance) = (inputs[0], inputs[1])
    ///         return [mean + exp(0.5 * logVariance) * .normal(mean.shape)]
    ///     }
    /// }
    /// ```
    open func forward(_ inputs: [Tensor]) -> [Tensor] {
        // Neither form is overridden when one default leads to the other.
        guard Self.fallback != ObjectIdentifier(self) else {
            Failure.raise(
                valueError(
                    "\(typeName) does not say what it computes",
                    hint: "write `override func forward(_ x: Tensor) -> Tensor` in its class"))
        }
        guard inputs.count == 1 else {
            Failure.raise(
                valueError(
                    "\(typeName) takes 1 input, got \(inputs.count)",
                    hint: "override forward(_ inputs: [Tensor]) -> [Tensor] in its class if it should take several"))
        }
        return [forward(inputs[0])]
    }

    @TaskLocal private static var fallback: ObjectIdentifier?

    /// The shape of the output for one example of this shape.
    ///
    /// The same function serves building, the summary and errors. By default the layer is tried out on an example of
    /// zeros.
    open func outputShape(of input: Shape) throws -> Shape { try tryOut([input])[0] }

    /// The shapes of all outputs for one example of these shapes. By default the layer is tried out on an example of
    /// zeros.
    open func outputShapes(of inputs: [Shape]) throws -> [Shape] {
        guard inputs.count == 1 else { return try tryOut(inputs) }
        let output = try outputShape(of: inputs[0])
        return triedShapes ?? [output]
    }

    private func tryOut(_ inputs: [Shape]) throws -> [Shape] {
        try buildOnce(inputs)
        guard Self.called != ObjectIdentifier(self) else {
            triedShapes = []
            return inputs
        }
        let examples = inputs.map { Tensor.zeros($0.inserting(1, at: 0)) }
        let shapes = try withoutGradients { inference { forward(examples) } }.map { example in
            let output = example.shape
            guard output.rank > 0, output[0] == 1 else {
                throw shapeError(
                    inputs + [output], "made \(output) of a batch of one example of shape \(Self.listed(inputs))",
                    hint: "keep the batch as the first axis, as in x.reshaped(to: [-1, …])")
            }
            return output.removing(at: 0)
        }
        guard !shapes.isEmpty else { throw shapeError(inputs, "has no output", hint: "return one tensor at least") }
        triedShapes = shapes
        return shapes
    }

    /// The activation function that the output comes from, where that is known. Losses look at it: some take what comes
    /// before.
    var outputActivation: ActivationFunction? { nil }

    // MARK: Building

    /// Builds the layer for examples of this shape, unless that was done.
    ///
    /// Networks do this for their layers, and a layer is built by its first call otherwise.
    /// - Returns: The shape of its output.
    @discardableResult
    public final func prepare(_ input: Shape) throws -> Shape { try prepare([input])[0] }

    /// Builds a layer of several inputs for examples of these shapes, unless that was done: `try critic.prepare([28,
    /// 28, 1], [10])`.
    ///
    /// - Returns: The shapes of its outputs.
    @discardableResult
    public final func prepare(_ first: Shape, _ second: Shape, _ others: Shape...) throws -> [Shape] {
        try prepare([first, second] + others)
    }

    final func prepare(_ inputs: [Shape]) throws -> [Shape] {
        try LayerPath.within(self) {
            do {
                if let inputShapes, let outputShapes {
                    guard inputs == inputShapes else { throw rebuilt(for: inputs, known: inputShapes) }
                    return outputShapes
                }
                try checkNames()
                triedShapes = nil
                let outputs = try outputShapes(of: inputs)
                try buildOnce(inputs)
                if triedShapes != [] { outputShapes = outputs }
                return outputs
            } catch var error as any OperationError {
                if error.location == nil { error.location = location }
                throw error
            }
        }
    }

    private func rebuilt(for inputs: [Shape], known: [Shape]) -> any Error {
        shapeError(
            known + inputs,
            "was built for examples of shape \(Self.listed(known)) and cannot be built again for \(Self.listed(inputs))",
            hint: "make a new \(typeName) for it")
    }

    private static func listed(_ shapes: [Shape]) -> String { shapes.map { "\($0)" }.joined(separator: " and ") }

    /// What the layer is made of: by default, what its properties hold.
    func findComponents() -> [Component] { componentsOfProperties() }

    private func buildOnce(_ inputs: [Shape]) throws {
        guard inputShapes == nil else { return }
        initialized = []
        try build(inputs)
        for parameter in initialized where !owns(parameter) {
            throw ValueError(
                operation: typeName,
                message: "a parameter of shape \(parameter.shape) that build initializes is in none of its properties",
                hint:
                    "keep it in a property, an array or a dictionary of \(typeName), so that it can be trained and saved"
            )
        }
        initialized = []
        inputShapes = inputs
    }

    /// Notes a parameter that was given its shape while this layer is built.
    final func noteInitialized(_ parameter: Parameter) { if inputShapes == nil { initialized.append(parameter) } }

    /// Builds a layer that is called before any network built it, as in `Dense(10)(x)`.
    private func buildForCall(_ inputs: [Tensor]) {
        do {
            for x in inputs where x.rank == 0 {
                throw shapeError(
                    [x.shape], "takes a batch of examples, not a single number",
                    hint: "give it a tensor of rank 2 or more")
            }
            _ = try Self.$called.withValue(ObjectIdentifier(self)) {
                try prepare(inputs.map { $0.shape.removing(at: 0) })
            }
        } catch { Failure.raise(error) }
    }

    /// The layer that is built for a call, whose own outputs will show their shapes: it is not tried out before.
    @TaskLocal private static var called: ObjectIdentifier?

    /// The first call of a layer that no network built: it shows the shapes of outputs, and whether the layer has a
    /// home.
    private func firstCallEnded(_ outputs: [Tensor]) {
        if outputShapes == nil { outputShapes = outputs.map { $0.rank > 0 ? $0.shape.removing(at: 0) : [] } }
        guard let outer = LayerPath.layer as? Layer, parameterCount > 0, !outer.contains(self) else { return }
        Failure.raise(
            ValueError(
                operation: typeName,
                message:
                    "\(outer.typeName) calls a \(typeName) that is in none of its properties: nothing would train or save it",
                hint: "keep it in a property, an array or a dictionary of \(outer.typeName), made when that is made"))
    }

    // MARK: Calling

    /// The output for a batch of inputs: builds the layer at its first call, computes ``forward(_:)-(Tensor)``, and
    /// does for every layer alike what training, errors and pictures need.
    public final func callAsFunction(_ x: Tensor) -> Tensor { computing(on: x) { forward(x) } }

    /// The output of a layer that takes several inputs: `discriminator(images, labels)`.
    public final func callAsFunction(_ first: Tensor, _ second: Tensor, _ others: Tensor...) -> Tensor {
        single(outputs(of: [first, second] + others))
    }

    /// All outputs for one or more inputs: `let code = encoder.outputs(of: images)`, where `code[0]` is the mean and
    /// `code[1]` the logarithm of the variance.
    public final func outputs(of inputs: Tensor...) -> [Tensor] { outputs(of: inputs) }

    final func outputs(of inputs: [Tensor]) -> [Tensor] {
        let isFirst = inputShapes == nil
        if isFirst { buildForCall(inputs) }
        let outputs = LayerPath.within(self) {
            let mask = inputs.contains { $0.sequenceMask != nil } ? outputMask(of: inputs) : nil
            return forward(inputs).map { finished($0, mask: mask) }
        }
        if isFirst { firstCallEnded(outputs) }
        return outputs
    }

    /// An output for a batch: what every form of a call with one output has in common.
    final func computing(on x: Tensor, and others: Tensor..., body: () -> Tensor) -> Tensor {
        let isFirst = inputShapes == nil
        if isFirst { buildForCall([x] + others) }
        let output = LayerPath.within(self) {
            finished(body(), mask: x.sequenceMask == nil ? nil : outputMask(of: [x]))
        }
        if isFirst { firstCallEnded([output]) }
        return output
    }

    /// Something other than an output that a layer computes, under its name and once it is built.
    final func inspecting<R>(_ inputs: Tensor..., body: () -> R) -> R {
        if inputShapes == nil { buildForCall(inputs) }
        return LayerPath.within(self, body)
    }

    /// The steps of an output that are not padding, as far as masked inputs tell: those that none of them masks. It
    /// holds for outputs that have no mask already, and as many steps.
    func outputMask(of inputs: [Tensor]) -> Tensor? {
        let masks = inputs.compactMap(\.sequenceMask)
        guard masks.count > 1 else { return masks.first }
        return masks.dropFirst().reduce(masks[0]) { $0.shape == $1.shape ? $0 .& $1 : $0 }
    }

    /// What happens to every output: what is padding in a sequence stays so unless the layer knows better, the output
    /// is penalised, and recorded for who asked for it.
    final func finished(_ output: Tensor, mask: Tensor?) -> Tensor {
        guard mask != nil || activityRegularizer != nil || OutputRecorder.isWanted else { return output }
        var output = output
        if let mask, output.sequenceMask == nil { output = output.withSequenceMask(mask) }
        if let activityRegularizer, output.count > 0 {
            addLoss(activityRegularizer(output) / Double(max(output.shape.first ?? 1, 1)))
        }
        OutputRecorder.current?.record(output)
        return output
    }

    final func single(_ outputs: [Tensor]) -> Tensor {
        guard outputs.count == 1 else {
            Failure.raise(
                valueError(
                    "\(typeName) has \(outputs.count) outputs where one is expected",
                    hint: "ask for all of them with outputs(of:)"))
        }
        return outputs[0]
    }

    /// An error about shapes that this layer was given.
    final func shapeError(_ shapes: [Shape], _ message: String, hint: String) -> ShapeError {
        ShapeError(
            operation: LayerPath.current.isEmpty ? name : "", shapes: shapes, message: message, hint: hint,
            location: location)
    }

    /// An error about values that this layer was given.
    final func valueError(_ message: String, hint: String) -> ValueError {
        ValueError(
            operation: LayerPath.current.isEmpty ? name : "", message: message, hint: hint, location: location)
    }

    /// The error about a size that must be at least 1.
    final func atLeastOne(_ name: String, _ value: Int) -> ValueError {
        valueError("\(name) must be at least 1, got \(value)", hint: "write \(typeName) with \(name) of 1 or more")
    }

    // MARK: Description

    /// The name, its shapes and its number of parameters, and the same for the layers within.
    public var description: String { outline(name: name, indentation: "") }

    private func outline(name: String, indentation: String) -> String {
        let shapes =
            if let inputShapes, let outputShapes {
                [inputShapes, outputShapes].map { $0.map { "\($0)" }.joined(separator: ", ") }.joined(separator: " → ")
            } else { "not built" }
        let count = parameterCount.groupedByThousands
        let line = "\(indentation)\(name) (\(typeName)): \(shapes), \(count) parameters"
        return ([line] + children.map { $0.layer.outline(name: $0.name, indentation: indentation + "  ") }).joined(
            separator: "\n")
    }
}
