public import Tensors

/// Layers with a shortcut past them: their output is merged with their input. A U-Net is made of skips within skips,
/// whose layers go down and up again:
/// ```swift
/// Skip { MaxPooling2D(2);  Conv2D(64, kernel: 3, padding: .same, activation: .relu);  UpSampling2D(2) }
/// ```
public final class Skip: Container {
    /// How output and input are merged.
    public let merge: Merge
    private let body: Sequential

    /// Layers whose output is merged with their input: concatenated, the output first, unless another way is chosen.
    public init(_ name: String? = nil, merge: Merge = .concatenate, @LayerBuilder layers: () throws -> [Layer]) rethrows
    {
        let body = Sequential(name: "body", layers: try layers())
        self.merge = merge
        self.body = body
        super.init(name: name, layers: [body])
    }

    /// The merged shape. The layers must keep the lengths, but for the last when they are concatenated.
    public override func outputShape(of input: Shape) throws -> Shape {
        try merge.shape(of: [(body.name, try body.prepare(input)), ("its input", input)], in: self)
    }

    /// The layers' output, merged with their input.
    public override func forward(_ x: Tensor) -> Tensor {
        return merge([body(x), x])
    }
}
