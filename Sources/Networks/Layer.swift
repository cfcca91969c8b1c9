public import Tensors

/// A part of a network: something that makes an output from an input, perhaps with weights that are learnt. Also a whole network.
///
/// A layer of one's own declares its weights, gives them shapes in ``build(_:)`` and computes in ``callAsFunction(_:)``:
/// ```swift
/// final class Bilinear: Layer {
///     @Parameter(.he) var w;  @Parameter(.zeros) var b;  let units: Int
///     init(_ units: Int) { self.units = units }
///     override func build(_ input: Shape) { $w[input[0], units]; $b[units] }
///     override func callAsFunction(_ x: Tensor) -> Tensor { x.matmul(w) + b }
/// }
/// ```
/// Shapes in `build` and ``outputShape(of:)`` are those of one example; tensors have a batch axis before it.
open class Layer: CustomStringConvertible {
    /// The shape of one example that the layer was built for; nil before that.
    public private(set) var inputShape: Shape?
    /// The line of the network's listing that this layer stands in.
    package internal(set) var location: SourceLocation?
    /// A penalty on the output, which training adds to the loss; nil for none. See ``penalized(_:)``.
    final var activityRegularizer: Regularizer?
    /// The name that the user gave.
    let givenName: String?
    /// The name that a container gave.
    var assignedName: String?
    /// Made once: a network without a name of its own is asked for it at every step.
    private lazy var nameOfClass = typeName.snakeCased
    private var knownOutputShape: Shape?
    private var knownComponents: [Component]?

    /// A layer, perhaps with a name of its own; otherwise its container names it after its class: `conv2d`, `conv2d_1`.
    public init(name: String? = nil) { self.givenName = name }

    /// The name, unique within the container: `conv2d_1`.
    public final var name: String { givenName ?? assignedName ?? nameOfClass }

    /// The class's name: `Conv2D`.
    public final var typeName: String { "\(type(of: self))" }

    /// Gives the parameters their shapes, knowing that of one example. Called once.
    open func build(_ input: Shape) throws {}

    /// The shape of the output for one example of this shape.
    ///
    /// The same function serves building, the summary and errors. A layer that does not say is tried out on an example of zeros.
    open func outputShape(of input: Shape) throws -> Shape {
        try buildOnce(input)
        let output = withoutGradients { self(.zeros(input.inserting(1, at: 0))) }.shape
        guard output.rank > 0, output[0] == 1 else {
            throw shapeError(
                [input, output], "made \(output) of a batch of one example of shape \(input)",
                hint: "keep the batch as the first axis, as in x.reshaped(to: [-1, …])")
        }
        return output.removing(at: 0)
    }

    /// The activation function that the output comes from, where that is known. Losses look at it: some take what comes before.
    var outputActivation: ActivationFunction? { nil }

    /// The output for a batch of inputs.
    open func callAsFunction(_ x: Tensor) -> Tensor {
        Failure.raise(
            ValueError(
                operation: typeName, message: "this layer does not say what it computes",
                hint: "write `override func callAsFunction(_ x: Tensor) -> Tensor` in its class"))
    }

    /// Builds the layer for examples of this shape, unless that was done, and answers with its output's shape.
    ///
    /// Networks do this for their layers. A layer of one's own that contains others can do it for them in its `build`.
    @discardableResult
    public final func prepare(_ input: Shape) throws -> Shape {
        if let inputShape, let knownOutputShape {
            guard input == inputShape else {
                throw shapeError(
                    [inputShape, input],
                    "was built for examples of shape \(inputShape) and cannot be built again for \(input)",
                    hint: "make a new \(typeName) for it")
            }
            return knownOutputShape
        }
        let output = try outputShape(of: input)
        try buildOnce(input)
        knownOutputShape = output
        return output
    }

    /// The shape of the output for one example; nil before the layer is built.
    public final var outputShape: Shape? { knownOutputShape }

    /// Builds a layer that is called before any network built it, as in `Dense(10)(x)`.
    final func prepareForCall(with x: Tensor) {
        guard inputShape == nil else { return }
        do {
            guard x.rank > 0 else {
                throw shapeError(
                    [x.shape], "takes a batch of examples, not a single number",
                    hint: "give it a tensor of rank 2 or more")
            }
            try prepare(x.shape.removing(at: 0))
        } catch { Failure.raise(error) }
    }

    private func buildOnce(_ input: Shape) throws {
        guard inputShape == nil else { return }
        try build(input)
        inputShape = input
    }

    /// What the layer is made of, in the order of its declaration. Found once, when the layer is built.
    var components: [Component] {
        if let knownComponents { return knownComponents }
        let found = findComponents()
        if inputShape != nil { knownComponents = found }
        return found
    }

    func findComponents() -> [Component] {
        var levels: [Mirror] = []
        var mirror: Mirror? = Mirror(reflecting: self)
        while let level = mirror, level.subjectType != Layer.self {
            levels.append(level)
            mirror = level.superclassMirror
        }
        return levels.reversed().flatMap { level in
            level.children.flatMap { Component.find(in: $0.value, named: String(($0.label ?? "").drop { $0 == "_" })) }
        }
    }

    /// The name, its shapes and its number of parameters, and the same for the layers within.
    public var description: String { outline(name: name, indentation: "") }

    private func outline(name: String, indentation: String) -> String {
        let shapes = if let inputShape, let outputShape { "\(inputShape) → \(outputShape)" } else { "not built" }
        let count = parameterCount.groupedByThousands
        let line = "\(indentation)\(name) (\(typeName)): \(shapes), \(count) parameters"
        return ([line] + children.map { $0.layer.outline(name: $0.name, indentation: indentation + "  ") }).joined(
            separator: "\n")
    }
}

/// A part of a layer, with the name it has there.
enum Component {
    case parameter(String, Parameter)
    case child(String, Layer)

    static func find(in value: Any, named name: String) -> [Component] {
        switch value {
        case let parameter as Parameter: [.parameter(name, parameter)]
        case let layer as Layer: [.child(layer.givenName ?? name, layer)]
        case let layers as [Layer]:
            layers.enumerated().map { .child($1.givenName ?? $1.assignedName ?? "\(name)_\($0)", $1) }
        default: []
        }
    }
}

extension Layer {
    /// The layers directly within, with their names there.
    final var children: [(name: String, layer: Layer)] {
        components.compactMap { if case .child(let name, let layer) = $0 { (name, layer) } else { nil } }
    }

    /// All parameters with their paths (`conv2d.kernel`, `residual_1.conv2d.bias`), each once. What is saved under these keys.
    public final var namedParameters: [(key: String, parameter: Parameter)] {
        var seen: Set<ObjectIdentifier> = []
        var found: [(key: String, parameter: Parameter)] = []
        func visit(_ layer: Layer, _ prefix: String) {
            for component in layer.components {
                switch component {
                case .child(let name, let child): visit(child, prefix + name + ".")
                case .parameter(let name, let parameter):
                    if parameter.isShaped, seen.insert(ObjectIdentifier(parameter)).inserted {
                        found.append((prefix + name, parameter))
                    }
                }
            }
        }
        visit(self, "")
        return found
    }

    /// All parameters, each once.
    public final var parameters: [Parameter] { namedParameters.map(\.parameter) }

    /// The number of all weights.
    public final var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.elementCount } }

    /// Keeps all parameters within as they are: optimizers pass them by, and nothing is recorded for their sake. A base that was learnt on
    /// other data is frozen while a new head learns.
    /// ```swift
    /// try base.load(from: "digits.safetensors")
    /// base.freeze()
    /// let classifier = try Sequential(input: [28, 28, 1]) { base; Dense(26) }
    /// ```
    public final func freeze() { forEachParameter { $0.isTrainable = false } }

    /// Lets all parameters within learn again, save those that never do, such as moving averages.
    public final func unfreeze() { forEachParameter { $0.unfreeze() } }

    /// Visits all parameters, those without a shape as well.
    private func forEachParameter(_ body: (Parameter) -> Void) {
        for component in components {
            switch component {
            case .parameter(_, let parameter): body(parameter)
            case .child(_, let child): child.forEachParameter(body)
            }
        }
    }

    /// An error about shapes that this layer was given.
    final func shapeError(_ shapes: [Shape], _ message: String, hint: String) -> ShapeError {
        ShapeError(
            operation: LayerPath.current.isEmpty ? name : "", shapes: shapes, message: message, hint: hint,
            location: location)
    }
}
