extension UnsafeMutableRawPointer {
    var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
    var doubles: UnsafeMutablePointer<Double> { assumingMemoryBound(to: Double.self) }
    var longs: UnsafeMutablePointer<Int64> { assumingMemoryBound(to: Int64.self) }
    var bytes: UnsafeMutablePointer<UInt8> { assumingMemoryBound(to: UInt8.self) }
}

/// How two operands of different shapes are traversed: dimensions in which both advance alike are merged, and the
/// innermost one is a run in which each operand advances by one element or repeats one.
private struct Broadcast {
    var lengths: [Int] = []
    var stridesA: [Int] = []
    var stridesB: [Int] = []

    init(_ a: Shape, _ b: Shape, to shape: Shape) {
        let (ownA, ownB) = (a.strides, b.strides)
        for axis in 0..<shape.rank where shape[axis] != 1 {
            let (i, j) = (axis - (shape.rank - a.rank), axis - (shape.rank - b.rank))
            let strideA = i < 0 || a[i] == 1 ? 0 : ownA[i]
            let strideB = j < 0 || b[j] == 1 ? 0 : ownB[j]
            if let last = lengths.indices.last, stridesA[last] == strideA * shape[axis],
                stridesB[last] == strideB * shape[axis]
            {
                lengths[last] *= shape[axis]
                (stridesA[last], stridesB[last]) = (strideA, strideB)
            } else {
                lengths.append(shape[axis])
                stridesA.append(strideA)
                stridesB.append(strideB)
            }
        }
    }

    /// Calls the body with the position of each run in both operands.
    func forEachRun(_ body: (_ a: Int, _ b: Int) -> Void) {
        var index = [Int](repeating: 0, count: lengths.count)
        var (a, b) = (0, 0)
        while true {
            body(a, b)
            var axis = lengths.count - 2
            while axis >= 0 {
                index[axis] += 1
                a += stridesA[axis]
                b += stridesB[axis]
                if index[axis] < lengths[axis] { break }
                a -= stridesA[axis] * lengths[axis]
                b -= stridesB[axis] * lengths[axis]
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}

extension Tensor {
    /// A loop over two operands and a result; a step is 1 for a vector and 0 for one value used throughout.
    typealias PairLoop = (
        _ count: Int, _ a: UnsafeMutableRawPointer, _ stepA: Int, _ b: UnsafeMutableRawPointer, _ stepB: Int,
        _ out: UnsafeMutableRawPointer
    ) -> Void

    /// Runs a loop on two operands of one type, broadcast to a common shape.
    @inline(__always)
    static func broadcasting(
        _ a: Tensor, _ b: Tensor, _ name: StaticString, resultType: DType, _ loop: PairLoop
    ) -> (Storage, Shape) {
        let same = a.shape == b.shape
        guard same || a.rank == 0 || b.rank == 0 else { return broadcastingRuns(a, b, name, resultType, loop) }
        let shape = a.rank == 0 ? b.shape : a.shape
        let out = Storage(count: shape.elementCount, dtype: resultType)
        loop(
            out.count, a.storage.address, same || a.rank > 0 ? 1 : 0, b.storage.address, same || b.rank > 0 ? 1 : 0,
            out.address)
        extendLifetime(a.storage)
        extendLifetime(b.storage)
        return (out, shape)
    }

    private static func broadcastingRuns(
        _ a: Tensor, _ b: Tensor, _ name: StaticString, _ resultType: DType, _ loop: PairLoop
    ) -> (Storage, Shape) {
        guard let shape = a.shape.broadcast(with: b.shape) else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: [a.shape, b.shape],
                    message: "shapes \(a.shape) and \(b.shape) do not broadcast",
                    hint: "aligned at the last dimension, lengths must be equal or 1: " + remedy(a.shape, b.shape)))
        }
        if shape != a.shape && shape != b.shape { noteStretch(a.shape, b.shape, to: shape, name) }
        let out = Storage(count: shape.elementCount, dtype: resultType)
        guard out.count > 0 else { return (out, shape) }
        let plan = Broadcast(a.shape, b.shape, to: shape)
        let run = plan.lengths.last ?? 1
        if run < 32 && plan.lengths.count > 1 {
            // Runs too short to be worth a call each: the operands are expanded first.
            let (a, b) = (a.detached().broadcast(to: shape), b.detached().broadcast(to: shape))
            withExtendedLifetime((a.storage, b.storage)) {
                loop(out.count, a.storage.address, 1, b.storage.address, 1, out.address)
            }
            return (out, shape)
        }
        let (stepA, stepB) = (plan.stridesA.last ?? 1, plan.stridesB.last ?? 1)
        var to = out.address
        withExtendedLifetime((a.storage, b.storage)) {
            plan.forEachRun { i, j in
                loop(run, a.storage.address + i * a.dtype.size, stepA, b.storage.address + j * b.dtype.size, stepB, to)
                to += run * resultType.size
            }
        }
        return (out, shape)
    }

    /// How two shapes that do not broadcast might: a row of numbers for each row of a table needs an axis at its end.
    private static func remedy(_ a: Shape, _ b: Shape) -> String {
        let (larger, smaller) = a.rank > b.rank ? (a, b) : (b, a)
        guard larger.rank == smaller.rank + 1, smaller.rank > 0, larger.starts(with: smaller) else {
            return "reshape one of them"
        }
        return "write .expanded(at: \(smaller.rank)) behind the one of shape \(smaller)"
    }

    /// Notes that a column `[n, 1]` and a vector `[n]` made a table `[n, n]`, where n pairs were probably meant. A row
    /// `[1, n]`, as `expanded(at: 0)` makes it, says that the table is wanted.
    @inline(never)
    private static func noteStretch(_ a: Shape, _ b: Shape, to result: Shape, _ name: StaticString) {
        let (column, vector) = a.rank > b.rank ? (a, b) : (b, a)
        guard column.rank == vector.rank + 1, column[vector.rank] == 1, column.starts(with: vector) else { return }
        let isOperator = "\(name)".allSatisfy { !$0.isLetter }
        Notes.post(
            "stretch",
            (isOperator ? "\(a) \(name) \(b)" : "\(name) of \(a) and \(b)")
                + " stretches both operands and makes \(result)",
            hint: "to pair their elements, write .expanded(at: \(vector.rank)) behind the one of shape \(vector); "
                + "for all pairs, .expanded(at: 0)")
    }

    /// The tensor repeated along dimensions of length 1, and along new leading ones, to the given shape. This is
    /// NumPy's `broadcast_to`. Operators broadcast their operands themselves; to repeat dimensions of other lengths see
    /// ``tiled(_:)``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]).broadcast(to: [2, 2]))  // [[1. 2.] [1. 2.]]
    /// ```
    public func broadcast(to shape: Shape) -> Tensor {
        if shape == self.shape { return self }
        guard self.shape.broadcast(with: shape) == shape else {
            Failure.raise(
                ShapeError(
                    operation: "broadcast", shapes: [self.shape, shape],
                    message: "\(self.shape) does not broadcast to \(shape)",
                    hint: "aligned at the last dimension, lengths must be equal or 1"))
        }
        let own = self.shape.strides
        var strides = InlineArray<8, Int>(repeating: 0)
        let lead = shape.rank - rank
        for axis in 0..<rank where self.shape[axis] != 1 { strides[lead + axis] = own[axis] }
        return .recorded(copied(shape: shape, strides: strides), shape, from: self) { dy, _, _ in dy }
    }

    /// The sum over the dimensions in which `shape` was broadcast to this tensor's shape.
    package func summed(to shape: Shape) -> Tensor {
        if shape == self.shape { return self }
        let lead = rank - shape.rank
        let axes = (0..<rank).filter { $0 < lead || (shape[$0 - lead] == 1 && self.shape[$0] != 1) }
        return sum(axes: axes, keepDims: true).reshaped(to: shape)
    }
}
