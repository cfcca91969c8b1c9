public import Tensors

/// Applies a layer to every step of a sequence, with the same weights: a convolution to each frame of a video.
///
/// ```swift
/// let frames = TimeDistributed(Conv2D(4, kernel: 3))
/// let y = frames(.normal([2, 10, 28, 28, 1]))                        // [2, 10, 26, 26, 4]
/// ```
public final class TimeDistributed: Container {
    private let layer: Layer

    /// The layer that every step `[steps, …]` goes through, with the same weights.
    public init(_ layer: Layer, name: String? = nil) {
        self.layer = layer
        super.init(name: name, layers: [layer])
    }

    /// Layers that every step goes through, one after the other.
    public convenience init(_ name: String? = nil, @LayerBuilder layers: () throws -> [Layer]) rethrows {
        self.init(Sequential(name: nil, layers: try layers()), name: name)
    }

    /// The number of steps, then the shape of the layer's output for one.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard input.rank > 1 else {
            throw shapeError(
                [input], "takes sequences of shape [steps, …], not \(input)",
                hint: "put Reshape([steps, -1]) or RepeatVector(steps) before it")
        }
        return try layer.prepare(input.removing(at: 0)).inserting(input[0], at: 0)
    }

    /// The outputs of all steps.
    public override func forward(_ x: Tensor) -> Tensor {
        // All steps of all examples are one batch.
        let steps = x.reshaped(to: [x.shape[0] * x.shape[1]] + Array(x.shape.dropFirst(2)))
        let y = layer(steps)
        return y.reshaped(to: Array(x.shape[..<2]) + Array(y.shape.dropFirst()))
    }
}
