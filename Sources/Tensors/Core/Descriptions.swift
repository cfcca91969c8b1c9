// How values of the library read in a cell's output and in texts: without the names of modules and of private parts.

extension Slice: CustomStringConvertible {
    /// The part of the dimension: `3`, `1..<4`, `all`.
    public var description: String {
        switch kind {
        case .index(let index): return "\(index)"
        case .range(let lower, let upper, let step):
            if lower == nil, upper == nil { return step == 1 ? "all" : step == -1 ? "reversed" : "every(\(step))" }
            let range = "\(lower.map { "\($0)" } ?? "")..<\(upper.map { "\($0)" } ?? "")"
            return step == 1 ? range : "every(\(step), of: \(range))"
        case .progression(let start, let count, let step): return "\(count) indices from \(start) in steps of \(step)"
        case .newAxis: return "newAxis"
        case .ellipsis: return "ellipsis"
        }
    }
}

extension Random.Position: CustomStringConvertible {
    /// The seed of the sequence, and how far it has been drawn.
    public var description: String { "position \(next) in the random numbers of seed \(key)" }
}

extension TensorRandomGenerator: CustomStringConvertible {
    /// What the generator draws on.
    public var description: String { "random numbers of the sequence that Random.seed(_:) starts" }
}

extension NestedArray: CustomStringConvertible {
    /// The shape, as far as it has been read.
    public var description: String { "nested array of shape \(Shape(shape))" }
}

extension Tensor.Literal: CustomStringConvertible {
    /// The literal as it is written.
    public var description: String {
        switch self {
        case .number(let value): "\(value)"
        case .rows(let rows): "\(rows)"
        }
    }
}

extension GradientReport.Entry: CustomStringConvertible {
    /// The two derivatives, and whether they agree.
    public var description: String {
        "input \(input), element \(index): computed \(computed), measured \(measured)"
            + (agrees ? "" : ", which disagree")
    }
}

extension ComputationGraph.Vertex: CustomStringConvertible {
    /// The operation, its shape and its operands.
    public var description: String {
        let number = value.map { " = \($0)" } ?? ""
        let from = operands.isEmpty ? "" : " of \(operands.map { "\($0)" }.joined(separator: ", "))"
        return "\(title)\(from): \(shape) \(dtype)\(number)"
    }
}
