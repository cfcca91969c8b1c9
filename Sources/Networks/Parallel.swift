public import Tensors

/// How the outputs of branches become one.
public enum Merge: Sendable {
    /// Side by side along the last axis: the channels of all.
    case concatenate
    /// Element by element, their sum.
    case add
    /// Element by element, their product.
    case multiply
    /// Element by element, the largest.
    case maximum
}

/// Layers that all get the same input; their outputs are merged. GoogLeNet's inception block is one.
public final class Parallel: Container {
    /// How outputs are merged.
    public let merge: Merge

    /// Branches, each a layer (a ``Sequential`` for several).
    public init(
        _ name: String? = nil, merge: Merge = .concatenate, @LayerBuilder branches: () throws -> [Layer]
    ) rethrows {
        let branches = try branches()
        self.merge = merge
        super.init(name: name, layers: branches)
    }

    /// The merged shape. Branches must agree in all lengths, but for the last when they are concatenated.
    public override func outputShape(of input: Shape) throws -> Shape {
        try checkNames(of: self)
        let shapes = try layers.map { try prepare($0, for: input) }
        guard var result = shapes.first else {
            throw shapeError([input], "has no branches", hint: "write layers between its braces")
        }
        for (layer, shape) in zip(layers, shapes).dropFirst() {
            let fits =
                merge == .concatenate
                ? shape.rank == result.rank && shape.rank > 0 && shape.dropLast().elementsEqual(result.dropLast())
                : shape == result
            guard fits else {
                throw shapeError(
                    [shapes[0], shape],
                    "branches \(layers[0].name) → \(shapes[0]) and \(layer.name) → \(shape) cannot be merged by .\(merge)",
                    hint: merge == .concatenate
                        ? "give both the same height and width, with padding: .same and equal strides"
                        : "make their shapes equal")
            }
            if merge == .concatenate { result[result.rank - 1] += shape[shape.rank - 1] }
        }
        return result
    }

    /// The merged outputs of all branches.
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        prepareForCall(with: x)
        let outputs = layers.map { output(of: $0, for: x) }
        let rest = outputs.dropFirst()
        switch merge {
        case .concatenate: return .concatenate(outputs, axis: -1)
        case .add: return rest.reduce(outputs[0], +)
        case .multiply: return rest.reduce(outputs[0], *)
        case .maximum: return rest.reduce(outputs[0], maximum)
        }
    }
}
