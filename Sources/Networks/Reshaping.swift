public import Tensors

/// Makes a vector of each example.
public final class Flatten: Layer {
    /// A layer that forgets the shape.
    public override init(name: String? = nil) { super.init(name: name) }

    /// The number of elements.
    public override func outputShape(of input: Shape) throws -> Shape { [input.elementCount] }

    /// The same elements.
    public override func callAsFunction(_ x: Tensor) -> Tensor { x.flattened(from: 1) }
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
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        prepareForCall(with: x)
        return x.reshaped(to: [x.shape[0]] + Array(outputShape ?? Shape(dims)))
    }
}
