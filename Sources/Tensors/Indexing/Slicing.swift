/// A regular block of a tensor: in each dimension a first index, a number of indices, and their distance.
struct Block: Sendable {
    var starts: InlineArray<8, Int>
    var lengths: Shape
    var steps: InlineArray<8, Int>

    /// The strides and the offset of the block's elements in a tensor of this shape.
    func layout(in shape: Shape) -> (strides: InlineArray<8, Int>, offset: Int) {
        let own = shape.strides
        var strides = InlineArray<8, Int>(repeating: 0)
        var offset = 0
        for axis in 0..<shape.rank {
            strides[axis] = own[axis] * steps[axis]
            offset += own[axis] * starts[axis]
        }
        return (strides, offset)
    }
}

extension Block {
    /// The block that a subscript takes of a tensor of this shape, and the result's shape, without indexed dimensions
    /// and with new ones.
    static func of(_ indices: [any TensorIndex], in shape: Shape) -> (block: Block, kept: Shape) {
        var slices = indices.map(\.slice)
        let named = slices.count { !$0.isFree }
        guard named <= shape.rank, slices.count(where: \.isEllipsis) <= 1 else {
            Failure.raise(
                ShapeError(
                    operation: "subscript", shapes: [shape],
                    message: "\(named) indices for the \(shape.rank) dimensions of \(shape)",
                    hint: "give at most one index for each dimension, and at most one ellipsis"))
        }
        let position = slices.firstIndex(where: \.isEllipsis) ?? slices.endIndex
        let fill = Array(repeating: Slice.all, count: shape.rank - named)
        slices.replaceSubrange(position..<Swift.min(position + 1, slices.endIndex), with: fill)

        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        var kept = Shape()
        var axis = 0
        for slice in slices {
            if case .newAxis = slice.kind {
                kept.append(1)
                continue
            }
            let part = slice.resolved(axis: axis, of: shape)
            block.starts[axis] = part.start
            block.lengths[axis] = part.count
            block.steps[axis] = part.step
            if case .index = slice.kind {} else { kept.append(part.count) }
            axis += 1
        }
        return (block, kept)
    }
}

extension Slice {
    fileprivate var isEllipsis: Bool { if case .ellipsis = kind { true } else { false } }
    /// Whether it takes none of the tensor's dimensions, or any number of them.
    fileprivate var isFree: Bool { if case .newAxis = kind { true } else { isEllipsis } }

    /// The first index, the number of indices and their distance, within the dimension.
    fileprivate func resolved(axis: Int, of shape: Shape) -> (start: Int, count: Int, step: Int) {
        let length = shape[axis]
        func fail(_ what: String) -> Never {
            Failure.raise(
                ValueError(
                    operation: "subscript", message: "\(what) is out of range for dimension \(axis) of \(shape)",
                    hint: length == 0
                        ? "that dimension is empty" : "its indices are 0..<\(length), or -\(length) to -1 from the end")
            )
        }
        func counted(_ index: Int) -> Int { index < 0 ? index + length : index }
        switch kind {
        case .index(let index):
            guard index >= -length, index < length else { fail("index \(index)") }
            return (counted(index), 1, 1)
        case .range(let lower, let upper, let step):
            let (from, to) = (counted(lower ?? 0), counted(upper ?? length))
            guard from >= 0, from <= length, to >= 0, to <= length, step != 0 else {
                fail("range \(lower ?? 0)..<\(upper ?? length)\(step == 0 ? " with a step of 0" : "")")
            }
            let size = Swift.abs(step)
            return (step > 0 ? from : Swift.max(to - 1, 0), Swift.max(to - from + size - 1, 0) / size, step)
        case .progression(let start, let count, let step):
            let (first, last) = (counted(start), counted(start) + (count - 1) * step)
            guard count == 0 || (0..<length).contains(first) && (0..<length).contains(last) else {
                fail("index \((0..<length).contains(first) ? last : start)")
            }
            return (count == 0 ? 0 : first, count, step)
        case .newAxis, .ellipsis: return (0, length, 1)
        }
    }
}

extension Tensor {
    /// A part of the tensor, by an index, a range or a ``Slice`` for each of the first dimensions: `t[0..<3, 1]` takes
    /// the first three of dimension 0 at index 1 of dimension 1, and all of the other dimensions.
    ///
    /// ```swift
    /// var x = Tensor.zeros([4, 3])
    /// x[0] = Tensor([1.0, 2, 3])       // the first row
    /// x[Slice.all, -1] = Tensor(9)     // the last column
    /// print(x[1...2, ..<(-1)].shape)   // [2, 2]
    /// ```
    /// A tensor that broadcasts to a part can be assigned to it. Copies made before keep their elements, and the
    /// assignment is recorded in the graph. To select by a list of indices or a mask, pass a tensor.
    public subscript(_ indices: any TensorIndex...) -> Tensor {
        get {
            let (block, kept) = Block.of(indices, in: shape)
            return self.block(block).reshaped(to: kept)
        }
        set {
            let (block, kept) = Block.of(indices, in: shape)
            replace(block, shape: kept, with: newValue)
        }
    }

    /// For a mask of truth values, the elements where it is true, as one dimension: see ``masked(_:)``. For integers,
    /// the slices at these indices of the first dimension: see ``gathered(_:axis:)``.
    ///
    /// ```swift
    /// var x = Tensor([-1.0, 2, -3])
    /// x[x .< 0] = Tensor(0)    // [0, 2, 0]
    /// ```
    /// A tensor that broadcasts to the part can be assigned to it.
    public subscript(_ indices: Tensor) -> Tensor {
        get { indices.dtype == .bool ? masked(indices) : gathered(indices) }
        set {
            let flat = indices.dtype == .bool ? maskedRows(indices).indices : indices.detached()
            let covered = indices.dtype == .bool ? indices.rank : 1
            let tail = Array(shape.dropFirst(covered))
            let rows = Shape([flat.count] + tail)
            let values = newValue.broadcast(to: Shape(Array(flat.shape) + tail)).reshaped(to: rows)
            let table = reshaped(to: Shape([shape.prefix(covered).reduce(1, *)] + tail))
            self = table.replacing(values, at: flat.reshaped(to: [flat.count])).reshaped(to: shape)
        }
    }

    mutating func replace(_ block: Block, shape kept: Shape, with value: Tensor) {
        guard value.shape.broadcast(with: kept) == kept else {
            Failure.raise(
                ShapeError(
                    operation: "subscript", shapes: [kept, value.shape],
                    message: "a tensor of shape \(value.shape) cannot be assigned to a part of shape \(kept)",
                    hint: "give it that shape, or one that broadcasts to it"))
        }
        let part = value.converted(to: dtype).broadcast(to: kept).reshaped(to: block.lengths)
        if node == nil && part.node == nil && ownsStorage() {
            return part.write(into: storage, at: block, of: shape)
        }
        let out = copied(shape: shape, strides: shape.strides)
        part.write(into: out, at: block, of: shape)
        let mask = mask
        defer { if let mask { self.mask = mask } }
        self = .recorded(
            out, shape, from: self, part, as: "subscript",
            pullbacks: { dy, _, part, _ in
                var rest = dy
                rest.replace(block, shape: part.shape, with: .zeros(like: part))
                return rest
            }, { dy, _, _, _ in dy.block(block) })
    }

    private func write(into out: Storage, at block: Block, of shape: Shape) {
        let (strides, offset) = block.layout(in: shape)
        withExtendedLifetime(storage) {
            Tensor.copy(
                block.lengths, from: storage.address, self.shape.strides, to: out.address + offset * dtype.size,
                strides, elementSize: dtype.size)
        }
    }

    /// The elements of a block.
    func block(_ block: Block) -> Tensor {
        if block.lengths == shape, (0..<rank).allSatisfy({ block.steps[$0] == 1 }) { return self }
        let (strides, offset) = block.layout(in: shape)
        let out = copied(shape: block.lengths, strides: strides, offset: offset)
        return .recorded(out, block.lengths, from: self, as: "subscript") { dy, x, _ in
            dy.placed(at: block, in: x.shape)
        }
    }

    /// The transpose of ``block(_:)``: zeros of the given shape, with this tensor at the block.
    func placed(at block: Block, in shape: Shape) -> Tensor {
        let out = Storage(count: shape.elementCount, dtype: dtype)
        out.address.initializeMemory(as: UInt8.self, repeating: 0, count: out.count * dtype.size)
        write(into: out, at: block, of: shape)
        return .recorded(out, shape, from: self) { dy, _, _ in dy.block(block) }
    }

    /// The tensor with one axis reversed.
    ///
    /// ```swift
    /// let y = Tensor([1, 2, 3]).reversed(axis: 0)  // [3, 2, 1]
    /// ```
    /// For several axes see ``flipped(_:)``.
    public func reversed(axis: Int) -> Tensor {
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        let axis = shape.axis(axis, in: "reversed")
        block.starts[axis] = Swift.max(shape[axis] - 1, 0)
        block.steps[axis] = -1
        return self.block(block)
    }
}
