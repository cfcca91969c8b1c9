public import Tensors

/// How the outputs of branches become one.
public enum Merge: Sendable {
    /// Side by side along the last axis: the channels of all.
    case concatenate
    /// Element by element, their sum.
    case add
    /// Element by element, the first less all others.
    case subtract
    /// Element by element, their product.
    case multiply
    /// Element by element, their mean.
    case average
    /// Element by element, the largest.
    case maximum
    /// Element by element, the smallest.
    case minimum

    /// The outputs as one. There must be at least one.
    public func callAsFunction(_ outputs: [Tensor]) -> Tensor {
        guard let first = outputs.first else {
            Failure.raise(
                ValueError(
                    operation: "Merge", message: "there is nothing to merge by .\(self)",
                    hint: "give it the output of one branch at least"))
        }
        let rest = outputs.dropFirst()
        switch self {
        case .concatenate: return .concatenate(outputs, axis: -1)
        case .add: return rest.reduce(first, +)
        case .subtract: return rest.reduce(first, -)
        case .multiply: return rest.reduce(first, *)
        case .average: return rest.reduce(first, +) / Double(outputs.count)
        case .maximum: return rest.reduce(first, Tensors.maximum)
        case .minimum: return rest.reduce(first, Tensors.minimum)
        }
    }

    /// The merged shape of branches. They must agree in all lengths, but for the last when they are concatenated; when
    /// they are not, a length of 1 stretches: one number for each channel, `[1, 1, channels]`, goes with maps of any
    /// size.
    func shape(of branches: [(name: String, shape: Shape)], in layer: Layer) throws -> Shape {
        guard let first = branches.first else {
            throw layer.shapeError([], "has no branches", hint: "write layers between its braces")
        }
        var result = first.shape
        for (name, shape) in branches.dropFirst() {
            let merged = shape.rank == result.rank ? merged(result, shape) : nil
            guard let merged else {
                throw layer.shapeError(
                    [first.shape, shape],
                    "branches \(first.name) → \(first.shape) and \(name) → \(shape) cannot be merged by .\(self)",
                    hint: self == .concatenate
                        ? "give both the same height and width, with padding: .same and equal strides"
                        : "make their shapes equal, or give one of them lengths of 1 there: Reshape([1, 1, channels])")
            }
            result = merged
        }
        return result
    }

    /// The merged shape of two branches of one rank, or nil.
    private func merged(_ a: Shape, _ b: Shape) -> Shape? {
        guard self == .concatenate else { return a.broadcast(with: b) }
        guard let last = a.last, a.dropLast().elementsEqual(b.dropLast()) else { return nil }
        return Shape(a.dropLast() + [last + (b.last ?? 0)])
    }
}
