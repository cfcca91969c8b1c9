public import Tensors

/// Makes a vector of each example.
public final class Flatten: Layer {
    /// A layer that forgets the shape.
    public override init(name: String? = nil) { super.init(name: name) }

    /// The number of elements.
    public override func outputShape(of input: Shape) throws -> Shape { [input.elementCount] }

    /// The same elements.
    public override func forward(_ x: Tensor) -> Tensor { x.flattened(from: 1) }
}

/// Gives each example another shape with as many elements.
public final class Reshape: Layer {
    private let dims: [Int]

    /// The new shape of one example; one length may be -1 and follows from the others.
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
                [input], "\(input) has \(input.elementCount) elements and cannot become \(dims)",
                hint: "make the product of the new lengths \(input.elementCount)")
        }
        return Shape(output)
    }

    /// The same elements.
    public override func forward(_ x: Tensor) -> Tensor {
        return x.reshaped(to: [x.shape[0]] + Array(outputShape ?? Shape(dims)))
    }
}

/// Puts the axes of each example into another order: `Permute([2, 1])` makes columns of rows. Axes count from 1, as in Keras: the
/// batch is 0.
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
                [input], "\(axes) is no order of the axes of \(input)",
                hint: "name each of 1 to \(input.rank) once; the batch stays the first")
        }
        return Shape(axes.map { input[$0 - 1] })
    }

    /// The same elements in their new places.
    public override func forward(_ x: Tensor) -> Tensor {
        return x.transposed([0] + axes)
    }
}

/// Makes a sequence of a vector by saying it again and again: what stands between an encoder and a decoder.
public final class RepeatVector: Layer {
    private let count: Int

    /// A layer that makes sequences of this length.
    public init(_ count: Int, name: String? = nil) {
        self.count = count
        super.init(name: name)
    }

    /// `[count, length]`
    public override func outputShape(of input: Shape) throws -> Shape {
        guard input.rank == 1, count > 0 else {
            throw shapeError(
                [input], "\(input) cannot be repeated \(count) times",
                hint: count > 0 ? "RepeatVector takes a vector: put Flatten() before it" : "use 1 or more")
        }
        return [count, input[0]]
    }

    /// The vector at every step.
    public override func forward(_ x: Tensor) -> Tensor {
        return x.expanded(at: 1).broadcast(to: [x.shape[0], count, x.shape[1]])
    }
}
