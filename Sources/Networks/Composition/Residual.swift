public import Tensors

/// Layers with a shortcut past them: the output is activation(x + layers(x)) (He et al. 2016, eq. 1).
///
/// ```swift
/// let block = Residual(activation: .relu) {
///     Conv2D(16, kernel: 3, padding: .same, activation: .relu)
///     Conv2D(16, kernel: 3, padding: .same)
/// }
/// let y = block(.normal([8, 28, 28, 16]))                            // [8, 28, 28, 16]
/// ```
/// To concatenate instead of adding: ``Skip``; for several branches: ``Parallel``.
public final class Residual: Container {
    private let body: Sequential
    private let shortcut: Layer?
    private let activation: ActivationFunction

    /// Layers whose output is added to their input. If they change its shape, a shortcut must do the same: a 1×1
    /// convolution with the same stride (eq. 2). The activation comes after the sum.
    public init(
        _ name: String? = nil, shortcut: Layer? = nil, activation: ActivationFunction = .linear,
        @LayerBuilder layers: () throws -> [Layer]
    ) rethrows {
        let body = Sequential(name: "body", layers: try layers())
        self.body = body
        self.shortcut = shortcut
        self.activation = activation
        super.init(name: name, layers: [body] + (shortcut.map { [$0] } ?? []))
    }

    /// The shape of the layers' output, which must be the input's (or the shortcut's).
    public override func outputShape(of input: Shape) throws -> Shape {
        let output = try body.prepare(input)
        let passed = try shortcut.map { try $0.prepare(input) } ?? input
        guard output == passed else {
            throw shapeError(
                [passed, output],
                "output \(output) must equal \(shortcut == nil ? "its input" : "the shortcut's output") \(passed) to be added",
                hint: passed.last == output.last
                    ? "use padding: .same and stride 1, or shortcut: Conv2D(…, kernel: 1, stride: …)"
                    : "give its last layer \(passed.last ?? 1) filters, or use shortcut: Conv2D(\(output.last ?? 1), kernel: 1)"
            )
        }
        return output
    }

    /// The sum, activated.
    public override func forward(_ x: Tensor) -> Tensor {
        let passed = shortcut.map { $0(x) } ?? x
        return activation(passed + body(x))
    }
}
