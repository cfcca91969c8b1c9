public import Tensors

/// Layers one after the other: the simplest kind of network.
/// ```swift
/// let lenet = try Sequential("lenet", input: [28, 28, 1]) {
///     Conv2D(6, kernel: 5, padding: .same, activation: .tanh);  AveragePooling2D(2)
///     Conv2D(16, kernel: 5, activation: .tanh);                 AveragePooling2D(2)
///     Flatten();  Dense(120, activation: .tanh);  Dense(84, activation: .tanh);  Dense(10)
/// }
/// ```
public final class Sequential: Container {
    /// A network for inputs of this shape (of one example). The shapes of all layers follow from it; if they do not
    /// fit, this throws a `ShapeError` that names the layer and its line.
    public init(
        _ name: String? = nil, input: Shape, file: String = #filePath, line: Int = #line,
        @LayerBuilder layers: () throws -> [Layer]
    ) throws {
        super.init(name: name, layers: try layers())
        location = SourceLocation(path: file, line: line)
        guard !self.layers.isEmpty else {
            throw valueError("a network needs at least one layer", hint: "write it between the braces: { Dense(10) }")
        }
        try prepare(input)
    }

    /// Layers for use within another network, which tells them their shapes.
    public init(_ name: String? = nil, @LayerBuilder layers: () throws -> [Layer]) rethrows {
        super.init(name: name, layers: try layers())
    }

    /// Layers that stand in an array. (The name is never left out: a default here makes the compiler's completion fail
    /// between the braces of the initialisers above.)
    public override init(name: String?, layers: [Layer]) { super.init(name: name, layers: layers) }

    /// The shape after the last layer.
    public override func outputShape(of input: Shape) throws -> Shape {
        try layers.reduce(input) { try $1.prepare($0) }
    }

    override var outputActivation: ActivationFunction? { layers.last?.outputActivation }

    /// The output of the last layer.
    public override func forward(_ x: Tensor) -> Tensor {
        if let inputShape { checkBatch(x, of: inputShape) }
        return layers.reduce(x) { $1($0) }
    }

    /// The last layer has said what is padding.
    override func outputMask(of inputs: [Tensor]) -> Tensor? { nil }
}
