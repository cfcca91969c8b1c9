/// The result of a gradient check: for every element of every input, the derivative computed by automatic
/// differentiation, and the one measured by central differences.
public struct GradientReport: Sendable, CustomStringConvertible {
    /// The comparison for one element.
    public struct Entry: Sendable {
        /// The index of the input, from 0.
        public let input: Int
        /// The name of the input: its index, or that of a network's parameter.
        public let name: String
        /// The index of the element in it.
        public let index: [Int]
        /// The element's value.
        public let value: Double
        /// The derivative by automatic differentiation.
        public let computed: Double
        /// The derivative by central differences: (f(x + h) − f(x − h)) / 2h with h = step · max(1, |x|).
        public let measured: Double
        /// |computed − measured| / max(1, |computed|, |measured|).
        public let error: Double
        /// Whether the error is within the tolerance.
        public let agrees: Bool
    }

    /// All comparisons, in the order of the inputs and of their elements.
    public let entries: [Entry]
    /// The largest error that counts as agreement.
    public let tolerance: Double

    /// Whether all derivatives agree.
    public var passed: Bool { entries.allSatisfy(\.agrees) }
    /// The comparison with the largest error, or one whose error is NaN; nil if there are none.
    public var worst: Entry? { entries.max { $0.error < $1.error || $1.error.isNaN } }

    /// A table of the derivatives that disagree, or else of all, with at most twenty rows.
    public var description: String {
        let wrong = entries.filter { !$0.agrees }
        let largest = entries.map(\.error).max() ?? 0
        var lines = [
            wrong.isEmpty
                ? "All \(entries.count) derivatives agree (largest error \(format(largest, "%.1e")))"
                : "\(wrong.count) of \(entries.count) derivatives disagree (error above \(format(tolerance, "%.0e")))"
        ]
        let shown = (wrong.isEmpty ? entries : wrong).prefix(20)
        let rows =
            [["input", "index", "value", "computed", "measured", "error"]]
            + shown.map {
                [
                    $0.name, "\($0.index)", format($0.value, "%.6g"), format($0.computed, "%.8g"),
                    format($0.measured, "%.8g"),
                    format($0.error, "%.1e"),
                ]
            }
        let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            lines.append(
                zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  "))
        }
        let hidden = (wrong.isEmpty ? entries : wrong).count - shown.count
        if hidden > 0 { lines.append("… and \(hidden) more") }
        return lines.joined(separator: "\n")
    }
}

/// Compares the derivatives of a function of several tensors with central differences, in double precision (PyTorch's
/// `gradcheck`).
///
/// ```swift
/// let report = gradCheck(at: [Tensor([1.0, 2]), Tensor([3.0, 4])]) { x in x[0] * x[1] }
/// print(report.passed)  // true
/// ```
/// If the result has several elements, their sum with the weights cos 1, cos 2, … is differentiated, so that every
/// element counts. At a kink (relu at 0) a function has no derivative, and the two may disagree. The parameters of a
/// network are checked by `gradCheck(network) { … }`.
///
/// - Parameters:
///   - inputs: The points, which are converted to float64.
///   - step: The distance by which an element x is moved, times max(1, |x|).
///   - tolerance: The largest error that counts as agreement.
///   - f: The function.
public func gradCheck(
    at inputs: [Tensor], step: Double = 1e-5, tolerance: Double = 1e-7, _ f: ([Tensor]) throws -> Tensor
) rethrows -> GradientReport {
    try gradCheck(at: inputs, names: inputs.indices.map(String.init), step: step, tolerance: tolerance, f)
}

/// The same for inputs that have names.
package func gradCheck(
    at inputs: [Tensor], names: [String], step: Double, tolerance: Double, _ f: ([Tensor]) throws -> Tensor
) rethrows -> GradientReport {
    let points = inputs.map { $0.detached().converted(to: .float64) }
    let leaves = points.map { $0.tracked() }
    // Recorded also where gradients are not wanted: the check needs them.
    let output = try recording(true) { try f(leaves) }
    let weights = cos(Tensor.arange(1, Double(output.count) + 0.5, dtype: .float64)).reshaped(to: output.shape)
    let combine = { (y: Tensor) in output.rank == 0 ? y : (y * weights).sum() }
    let result = recording(true) { combine(output) }
    let gradients = gradOfFunction(result, of: leaves)
    let reached = result.node?.leaves ?? []

    var entries: [GradientReport.Entry] = []
    for (input, point) in points.enumerated() {
        let values = point.doubles, computed = gradients[input].doubles
        for place in values.indices {
            let h = step * max(1, abs(values[place]))
            func moved(by distance: Double) throws -> Double {
                var shifted = values
                shifted[place] += distance
                // Tracked, so that a function may itself ask for gradients.
                var arguments = leaves
                arguments[input] = Tensor(shifted, shape: point.shape, dtype: .float64).tracked()
                return combine(try f(arguments)).item()
            }
            let measured = (try moved(by: h) - moved(by: -h)) / (2 * h)
            let error = abs(computed[place] - measured) / max(1, abs(computed[place]), abs(measured))
            if error > tolerance, let leaf = leaves[input].node, !reached.contains(leaf.sequence) {
                raiseUnreached(names[input])
            }
            entries.append(
                .init(
                    input: input, name: names[input], index: point.shape.index(of: place), value: values[place],
                    computed: computed[place],
                    measured: measured, error: error, agrees: error <= tolerance))
        }
    }
    return GradientReport(entries: entries, tolerance: tolerance)
}

/// Ends a check in which the result follows an input, but its graph does not: every gradient would be 0.
private func raiseUnreached(_ name: String) -> Never {
    Failure.raise(
        ValueError(
            operation: "gradCheck", message: "the result changes with input \(name), but its graph does not lead there",
            hint: "compute it from the tensors that the closure receives: a value that is assigned to a parameter, "
                + "detached() or read as numbers leaves the graph; check a network's parameters by "
                + "gradCheck(network) { loss }"))
}

extension Node {
    /// The sequence numbers of the tracked inputs that the result was computed from.
    fileprivate var leaves: Set<UInt64> {
        var known: Set<UInt64> = [sequence], found: Set<UInt64> = []
        var waiting = [self]
        while let node = waiting.popLast() {
            if node is LeafNode { found.insert(node.sequence) }
            node.forEachOperand { operand in
                if let operand, known.insert(operand.sequence).inserted { waiting.append(operand) }
            }
        }
        return found
    }
}

/// The same for a function of one tensor.
///
/// ```swift
/// print(gradCheck(at: Tensor([0.5, -1])) { x in tanh(x).squared().sum() })
/// ```
public func gradCheck(
    at input: Tensor, step: Double = 1e-5, tolerance: Double = 1e-7, _ f: (Tensor) throws -> Tensor
) rethrows -> GradientReport {
    try gradCheck(at: [input], step: step, tolerance: tolerance) { try f($0[0]) }
}

extension Shape {
    /// The index along each axis of an element at a position in row-major order.
    func index(of place: Int) -> [Int] {
        let strides = strides
        return (0..<rank).map { place / Swift.max(strides[$0], 1) % Swift.max(self[$0], 1) }
    }
}
