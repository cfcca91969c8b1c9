public import Tensors

/// Reshapes each example to a vector: `[height, width, channels]` → `[height · width · channels]`, in row-major order.
///
/// ```swift
/// let layer = Flatten()
/// let y = layer(.normal([8, 7, 7, 16]))                              // [8, 784]
/// ```
/// As in Keras. Between convolutions and ``Dense``; ``GlobalAveragePooling2D`` leaves fewer elements, and allows images
/// of any size.
public final class Flatten: Layer {
    /// A layer that flattens each example.
    public override init(name: String? = nil) { super.init(name: name) }

    /// The number of elements.
    public override func outputShape(of input: Shape) throws -> Shape { [input.elementCount] }

    /// The same elements.
    public override func forward(_ x: Tensor) -> Tensor { x.flattened(from: 1) }
}

/// Changes the shape of each example, whose elements keep their order: `[24]` → `[2, 3, 4]`.
///
/// ```swift
/// let layer = Reshape([7, 7, -1])
/// let y = layer(.normal([8, 784]))                                   // [8, 7, 7, 16]
/// ```
/// As in Keras. To reorder axes take ``Permute``, to make vectors ``Flatten``.
public final class Reshape: Layer {
    private let dims: [Int]

    /// The new shape of one example. One length may be -1: it is computed from the others.
    public init(_ dims: [Int], name: String? = nil) {
        self.dims = dims
        super.init(name: name)
    }

    /// The new shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        let known = dims.filter { $0 != -1 }.reduce(1, *)
        let missing = known > 0 ? input.elementCount / known : 0
        let output = dims.map { $0 == -1 ? missing : $0 }
        guard dims.count(where: { $0 == -1 }) <= 1, output.allSatisfy({ $0 >= 0 }),
            output.reduce(1, *) == input.elementCount
        else {
            throw shapeError(
                [input], "\(input) has \(input.elementCount) elements and cannot be reshaped to \(dims)",
                hint: "make the product of the new lengths \(input.elementCount)")
        }
        return Shape(output)
    }

    /// The same elements.
    public override func forward(_ x: Tensor) -> Tensor {
        return x.reshaped(to: [x.shape[0]] + Array(outputShape ?? Shape(dims)))
    }
}

/// Permutes the axes of each example: with `[2, 1]`, y[j, i] = x[i, j]. Axes are counted from 1, as in Keras; 0 is the
/// batch.
///
/// ```swift
/// let layer = Permute([2, 1])
/// let y = layer(.normal([8, 20, 5]))                                 // [8, 5, 20]
/// ```
/// To change the shape without reordering elements take ``Reshape``.
public final class Permute: Layer {
    private let axes: [Int]

    /// The new order of the axes of one example, counted from 1.
    public init(_ axes: [Int], name: String? = nil) {
        self.axes = axes
        super.init(name: name)
    }

    /// The lengths in their new order.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard axes.sorted() == Array(1...max(1, input.rank)) else {
            throw shapeError(
                [input], "\(axes) is not a permutation of the axes of \(input)",
                hint: "name each of 1 to \(input.rank) once; the batch stays the first")
        }
        return Shape(axes.map { input[$0 - 1] })
    }

    /// Steps that are no longer the first axis have no mask.
    override func outputMask(of inputs: [Tensor]) -> Tensor? { axes.first == 1 ? super.outputMask(of: inputs) : nil }

    /// The same elements with their axes permuted.
    public override func forward(_ x: Tensor) -> Tensor {
        return x.transposed([0] + axes)
    }
}

/// Repeats a vector at every step of a sequence: y[t, f] = x[f], `[features]` → `[count, features]`.
///
/// ```swift
/// let layer = RepeatVector(10)
/// let y = layer(.normal([8, 32]))                                    // [8, 10, 32]
/// ```
/// As in Keras. Between an encoder and a recurrent decoder, which then sees the code at every step. To repeat each step
/// of a sequence take ``UpSampling1D``.
public final class RepeatVector: Layer {
    private let count: Int

    /// A layer that returns sequences of `count` steps.
    public init(_ count: Int, name: String? = nil) {
        self.count = count
        super.init(name: name)
    }

    /// `[count, features]`.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard count > 0 else { throw atLeastOne("count", count) }
        guard input.rank == 1 else {
            throw shapeError(
                [input], "RepeatVector takes a vector for each example, not \(input)", hint: "put Flatten() before it")
        }
        return [count, input[0]]
    }

    /// The vector at every step.
    public override func forward(_ x: Tensor) -> Tensor {
        return x.expanded(at: 1).broadcast(to: [x.shape[0], count, x.shape[1]])
    }
}
