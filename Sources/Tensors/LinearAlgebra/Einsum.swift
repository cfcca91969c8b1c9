/// Sums of products in Einstein notation (`einsum` in NumPy and PyTorch): each letter names a dimension, and dimensions
/// missing on the right are summed. `ij,jk->ik` is cᵢₖ = Σⱼ aᵢⱼ bⱼₖ.
///
/// ```swift
/// let a = Tensor.normal([3, 3]), b = Tensor.normal([3, 4]), x = Tensor.normal([2, 5, 4])
/// einsum("ij,jk->ik", a, b)      // the matrix product, [3, 4]
/// einsum("bij->bji", x)          // transposed matrices, [2, 4, 5]
/// einsum("ii", a)                // the trace, []
/// einsum("...d,nd->...n", x, b)  // `...` are any dimensions: [2, 5, 3]
/// ```
/// Without `->` the result has the letters that occur once, in alphabetical order. For one matrix product use
/// ``Tensor/matmul(_:transposeA:transposeB:)``.
public func einsum(_ formula: String, _ operands: Tensor...) -> Tensor { einsum(formula, operands) }

/// Sums of products in Einstein notation, as ``einsum(_:_:)-(_,Tensor...)``, of a list of tensors.
public func einsum(_ formula: String, _ operands: [Tensor]) -> Tensor {
    let plan = EinsumFormula(formula, operands.map(\.shape))
    var terms = zip(operands, plan.inputs).map { EinsumTerm($0, $1, plan) }
    while terms.count > 1 {
        let (first, second) = (terms.removeFirst(), terms.removeFirst())
        let needed = Set(plan.output).union(terms.flatMap(\.letters))
        terms.insert(first.multiplied(by: second, keeping: needed), at: 0)
    }
    return terms[0].summed(to: plan.output)
}

/// A parsed formula: the letters of each operand and of the result.
private struct EinsumFormula {
    let text: String
    let inputs: [[Character]]
    let output: [Character]

    init(_ formula: String, _ shapes: [Shape]) {
        text = formula
        let sides = formula.filter { $0 != " " }.split(separator: "->", omittingEmptySubsequences: false)
        let parts = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
        guard sides.count <= 2, parts.count == shapes.count, !shapes.isEmpty else {
            EinsumFormula.fail(
                formula, shapes, "the formula has \(parts.count) operands, and \(shapes.count) were given")
        }
        let named = parts.map { $0.count { $0 != "." } }
        let hidden = zip(parts, zip(shapes, named)).map { $0.contains("...") ? $1.0.rank - $1.1 : 0 }
        // Digits stand for the dimensions that `...` does not name, aligned at the last.
        func expanded(_ part: Substring, _ count: Int) -> [Character] {
            Array(part.replacing("...", with: String((0..<Swift.max(0, count)).reversed().map { Character("\($0)") })))
        }
        inputs = zip(parts, hidden).map { expanded($0, $1) }
        for (letters, shape) in zip(inputs, shapes) where letters.count != shape.rank || letters.contains(".") {
            EinsumFormula.fail(
                formula, shapes, "\(shape) has \(shape.rank) dimensions, and the formula names \(letters.count)")
        }
        let known = inputs.flatMap { $0 }
        if sides.count == 2 {
            output = expanded(sides[1], hidden.max() ?? 0)
        } else {
            output = Set(known).sorted().filter { letter in letter.isNumber || known.count { $0 == letter } == 1 }
                .sorted { $0.isNumber && $1.isNumber ? $0 > $1 : $0 < $1 }
        }
        guard Set(output).count == output.count, Set(output).isSubset(of: known) else {
            EinsumFormula.fail(
                formula, shapes, "the result \(String(output)) repeats a letter or has one of no operand")
        }
        var lengths: [Character: Int] = [:]
        for (letters, shape) in zip(inputs, shapes) {
            for (letter, length) in zip(letters, shape) {
                guard lengths[letter] == nil || lengths[letter] == length else {
                    EinsumFormula.fail(
                        formula, shapes, "\(letter) is \(lengths[letter]!) in one place and \(length) in another")
                }
                lengths[letter] = length
            }
        }
    }

    static func fail(_ formula: String, _ shapes: [Shape], _ reason: String) -> Never {
        Failure.raise(
            ShapeError(
                operation: "einsum", shapes: shapes,
                message: "\"\(formula)\" does not fit \(shapes.map(\.description).joined(separator: ", ")): \(reason)",
                hint: "give one letter for each dimension, as in \"ij,jk->ik\""))
    }
}

/// A tensor whose dimensions have letters, each once.
private struct EinsumTerm {
    var tensor: Tensor
    var letters: [Character]

    /// Letters that occur twice name a diagonal.
    init(_ tensor: Tensor, _ letters: [Character], _ formula: EinsumFormula) {
        (self.tensor, self.letters) = (tensor, letters)
        while let second = self.letters.indices.first(where: { self.letters[..<$0].contains(self.letters[$0]) }) {
            let letter = self.letters[second], first = self.letters.firstIndex(of: letter)!
            let rest = self.letters.indices.filter { $0 != first && $0 != second }
            self.tensor = self.tensor.transposed(rest + [first, second]).diagonal()
            self.letters = rest.map { self.letters[$0] } + [letter]
        }
    }

    private init(tensor: Tensor, letters: [Character]) { (self.tensor, self.letters) = (tensor, letters) }

    /// The dimensions of these letters, in this order; all others are summed.
    func summed(to kept: [Character]) -> Tensor {
        let reduced = reduced(to: Set(kept))
        return reduced.tensor.transposed(kept.map { letter in reduced.letters.firstIndex(of: letter)! })
    }

    private func reduced(to kept: Set<Character>) -> EinsumTerm {
        let axes = letters.indices.filter { !kept.contains(letters[$0]) }
        return axes.isEmpty ? self : EinsumTerm(tensor: tensor.sum(axes: axes), letters: letters.filter(kept.contains))
    }

    /// The product with another term, as a batch of matrix products: letters of both are the batch if they stay, and
    /// are contracted otherwise.
    func multiplied(by other: EinsumTerm, keeping kept: Set<Character>) -> EinsumTerm {
        let a = reduced(to: kept.union(other.letters)), b = other.reduced(to: kept.union(letters))
        let shared = a.letters.filter(b.letters.contains)
        let batch = shared.filter(kept.contains), contracted = shared.filter { !kept.contains($0) }
        let rows = a.letters.filter { !shared.contains($0) }, columns = b.letters.filter { !shared.contains($0) }
        let sizes = { (term: EinsumTerm, letters: [Character]) in
            letters.map { letter in term.tensor.shape[term.letters.firstIndex(of: letter)!] }
        }
        let length = { (sizes: [Int]) in sizes.reduce(1, *) }
        let (batchSizes, rowSizes, columnSizes) = (sizes(a, batch), sizes(a, rows), sizes(b, columns))
        let inner = length(sizes(a, contracted))
        let left = a.summed(to: batch + rows + contracted).reshaped(
            to: Shape([length(batchSizes), length(rowSizes), inner]))
        let right = b.summed(to: batch + contracted + columns).reshaped(
            to: Shape([length(batchSizes), inner, length(columnSizes)]))
        let product = left.matmul(right).reshaped(to: Shape(batchSizes + rowSizes + columnSizes))
        return EinsumTerm(tensor: product, letters: batch + rows + columns)
    }
}
