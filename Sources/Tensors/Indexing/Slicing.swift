/// A regular block of a tensor: in each dimension a first index, how many, and how far apart.
struct Block: Sendable {
    var starts: InlineArray<8, Int>
    var lengths: Shape
    var steps: InlineArray<8, Int>

    /// Strides and offset of the block's elements in a tensor of this shape.
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
    /// What a subscript takes of a tensor of this shape, and the shape of that: indexed dimensions are gone, new ones there.
    static func of(_ indices: [any TensorIndex], in shape: Shape) -> (block: Block, kept: Shape) {
        var slices = indices.map(\.slice)
        let named = slices.count { !$0.isFree }
        guard named <= shape.rank, slices.count(where: \.isEllipsis) <= 1 else {
            Failure.raise(
                ShapeError(
                    operation: "subscript", shapes: [shape],
                    message: "\(named) indices for the \(shape.rank) dimensions of \(shape)",
                    hint: "give at most one for each dimension, and one ellipsis"))
        }
        let place = slices.firstIndex(where: \.isEllipsis) ?? slices.endIndex
        let fill = Array(repeating: Slice.all, count: shape.rank - named)
        slices.replaceSubrange(place..<Swift.min(place + 1, slices.endIndex), with: fill)

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
    /// Whether it stands for no dimension of its own.
    fileprivate var isFree: Bool { if case .newAxis = kind { true } else { isEllipsis } }

    /// First index, how many, and how far apart, all within the dimension.
    fileprivate func resolved(axis: Int, of shape: Shape) -> (start: Int, count: Int, step: Int) {
        let length = shape[axis]
        func fail(_ what: String) -> Never {
            Failure.raise(
                ValueError(
                    operation: "subscript", message: "\(what) is outside of dimension \(axis) of \(shape)",
                    hint: "that dimension has indices 0..<\(length)"))
        }
        func counted(_ index: Int) -> Int { index < 0 ? index + length : index }
        switch kind {
        case .index(let index):
            guard index >= -length, index < length else { fail("index \(index)") }
            return (counted(index), 1, 1)
        case .range(let lower, let upper, let step):
            let (from, to) = (counted(lower ?? 0), counted(upper ?? length))
            guard from >= 0, from <= to, to <= length, step != 0 else {
                fail("range \(lower ?? 0)..<\(upper ?? length)\(step == 0 ? " with a step of 0" : "")")
            }
            return (
                step > 0 ? from : Swift.max(to - 1, 0), (to - from + Swift.abs(step) - 1) / Swift.abs(step), step
            )
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
    /// A part of the tensor: `t[0..<3, 1]` are the first three of dimension 0, at index 1 of dimension 1, with all of the others.
    ///
    /// A part can be assigned to, with a tensor that broadcasts to it. The tensor stays a value: copies made before keep their elements,
    /// and the assignment is part of the graph.
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

    /// The elements where a mask of truth values holds, in a row; or for integers, the parts at these indices of the first dimension.
    ///
    /// A mask covers the first dimensions. Assigned are a tensor that broadcasts to the part, or the part's elements.
    public subscript(_ places: Tensor) -> Tensor {
        get { places.dtype == .bool ? masked(places) : gathered(places) }
        set {
            let flat = places.dtype == .bool ? maskedRows(places).indices : places.detached()
            let covered = places.dtype == .bool ? places.rank : 1
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
                    hint: "it must have that shape or broadcast to it"))
        }
        let part = value.converted(to: dtype).broadcast(to: kept).reshaped(to: block.lengths)
        if node == nil && part.node == nil && ownsStorage() {
            return part.write(into: storage, at: block, of: shape)
        }
        let out = copied(shape: shape, strides: shape.strides)
        part.write(into: out, at: block, of: shape)
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

    /// The transpose of ``block(_:)``: zeros of a shape, with this tensor in the place of the block.
    func placed(at block: Block, in shape: Shape) -> Tensor {
        let out = Storage(count: shape.elementCount, dtype: dtype)
        out.address.initializeMemory(as: UInt8.self, repeating: 0, count: out.count * dtype.size)
        write(into: out, at: block, of: shape)
        return .recorded(out, shape, from: self) { dy, _, _ in dy.block(block) }
    }

    /// The tensor with an axis in reverse order.
    public func reversed(axis: Int) -> Tensor {
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        let axis = shape.axis(axis, in: "reversed")
        block.starts[axis] = Swift.max(shape[axis] - 1, 0)
        block.steps[axis] = -1
        return self.block(block)
    }
}
