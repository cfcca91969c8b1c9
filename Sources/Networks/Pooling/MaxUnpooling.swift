public import Tensors

/// Layers between max pooling and unpooling, which puts every element back to the position where its window had its
/// maximum, among zeros. SegNet is made of such layers within one another (Badrinarayanan et al. 2017, figure 3):
/// ```swift
/// MaxUnpooling2D(2) { Conv2D(64, kernel: 3, padding: .same, activation: .relu) }
/// ```
public final class MaxUnpooling2D: Container {
    private let window: Window
    private let body: Sequential

    /// Layers for maps `[height, width, channels]` that are smaller by the size of the windows, which do not overlap.
    public init(
        _ size: any WindowSize = 2, name: String? = nil, @LayerBuilder layers: () throws -> [Layer]
    ) rethrows {
        window = Window(size, rank: 2, stride: size, padding: .valid, noun: "window")
        body = Sequential(name: "body", layers: try layers())
        super.init(name: name, layers: [body])
    }

    /// The input's shape. The layers must keep that of the smaller maps.
    public override func outputShape(of input: Shape) throws -> Shape {
        let pooled = try window.outputShape(of: input, in: self)
        let output = try body.prepare(pooled)
        guard output == pooled else {
            throw shapeError(
                [pooled, output], "output \(output) must equal the pooled input \(pooled) to be unpooled",
                hint: pooled.dropLast().elementsEqual(output.dropLast())
                    ? "give its last layer \(pooled[2]) filters" : "use padding: .same and stride 1")
        }
        return input
    }

    /// The layers' output for the pooled input, unpooled.
    public override func forward(_ x: Tensor) -> Tensor {
        let pooled = x.pooled(.max, window, as: "maxPool2d")
        return body(pooled).maxUnpool2d(like: x, window: (window.size[0], window.size[1]))
    }
}
