internal import CKernels

extension Recurrence {
    /// Multiplications that make another thread worthwhile: some 100 µs.
    fileprivate static let chunkWork = 4_000_000

    /// All steps in one kernel.
    func fused(_ operands: Operands) -> Tensor {
        let inputs = operands.list
        let isRecorded = isRecordingGraph && inputs.contains(where: \.isTracked)
        let run = KernelRun(self, operands, isRecorded: isRecorded)
        let output = run.forward()
        let shape: Shape = [run.batch, run.outputSteps, run.units]
        guard isRecorded else { return Tensor(storage: output, shape: shape) }
        return .recorded(output, shape, from: inputs, as: "recurrence") { dy, inputs, _, wanted in
            if isRecordingGraph { return composedGradients(dy, run.operands.replaced(by: inputs), wanted) }
            return run.backward(dy, wanted)
        }
    }

    /// The gradients as differentiable operations of the operands.
    private func composedGradients(_ dy: Tensor, _ operands: Operands, _ wanted: [Bool]) -> [Tensor?] {
        // Derivatives are taken at copies: an operand may itself depend on another one.
        let copies = operands.list.map { $0.copyInGraph() }
        let output = composed(operands.replaced(by: copies))
        let targets = zip(copies, wanted).filter(\.1).map(\.0)
        var gradients = grad(output, of: targets, along: dy, createGraph: true)[...]
        return wanted.map { $0 ? gradients.removeFirst() : nil }
    }
}

extension Tensor {
    /// The same tensor as a node of its own.
    fileprivate func copyInGraph() -> Tensor { .recorded(storage, shape, from: self, as: "copy") { dy, _, _ in dy } }
}

/// A recurrence over given operands, with what the backward pass needs of the forward pass.
private struct KernelRun: @unchecked Sendable {
    let recurrence: Recurrence
    let operands: Operands
    let (batch, steps, units): (Int, Int, Int)
    var outputSteps: Int { recurrence.outputSteps(steps) }
    /// Elements of all gates.
    private var width: Int { recurrence.cell.gates * units }
    private var kind: CKCell {
        switch recurrence.cell.kind {
        case .simple: .simple
        case .lstm: .LSTM
        case .gru, .gruResettingFirst: .GRU
        }
    }
    // h before each step, the gates' values, c after each step.
    private let (before, gates, cells): (Storage?, Storage?, Storage?)

    init(_ recurrence: Recurrence, _ operands: Operands, isRecorded: Bool) {
        self.recurrence = recurrence
        self.operands = operands.detached
        let (projected, recurrent) = (operands.projected.shape, operands.weights.recurrent.shape)
        (batch, steps, units) = (projected[0], projected[1], recurrent[0])
        let kind = recurrence.cell.kind, positions = batch * steps * units
        before = isRecorded ? Storage(count: positions, dtype: .float32) : nil
        gates = isRecorded ? Storage(count: kind == .simple ? positions : 4 * positions, dtype: .float32) : nil
        cells = isRecorded && kind == .lstm ? Storage(count: positions, dtype: .float32) : nil
    }

    func forward() -> Storage {
        let output = Storage(count: batch * outputSteps * units, dtype: .float32)
        let packed = pack(rows: units, columns: width, rowStride: width, columnStride: 1)
        withKernel(packed, output) { kernel, rows, scratch in
            ck_recurrence_forward(kernel, scratch, rows.lowerBound, rows.upperBound)
        }
        return output
    }

    /// The wanted gradients of the operands.
    func backward(_ dy: Tensor, _ wanted: [Bool]) -> [Tensor?] {
        let hasCell = recurrence.cell.states == 2
        let projected = Storage(count: batch * steps * width, dtype: .float32)
        let product = kind == .GRU ? Storage(count: projected.count, dtype: .float32) : projected
        let h = Storage(count: batch * units, dtype: .float32)
        let c = hasCell ? Storage(count: batch * units, dtype: .float32) : nil
        let packed = pack(rows: width, columns: units, rowStride: 1, columnStride: width)
        withExtendedLifetime(dy.storage) {
            withKernel(nil, nil) { kernel, rows, scratch in
                var gradient = CKRecurrenceGradient(
                    output: dy.storage.floats, weights: packed.floats, projected: projected.floats,
                    product: product.floats, h: h.floats, c: c?.floats)
                ck_recurrence_backward(kernel, &gradient, scratch, rows.lowerBound, rows.upperBound)
            }
        }
        let rows = { (storage: Storage, width: Int) in Tensor(storage: storage, shape: [batch * steps, width]) }
        var gradients: [Tensor?] = [Tensor(storage: projected, shape: operands.projected.shape)]
        gradients.append(
            wanted[1]
                ? matrixProduct(rows(before!, units), rows(product, width), transposeA: true, transposeB: false) : nil)
        for state in [h, c].compactMap({ $0 }) { gradients.append(Tensor(storage: state, shape: [batch, units])) }
        if operands.weights.bias != nil {
            gradients.append(wanted[gradients.count] ? rows(product, width).sum(axes: 0) : nil)
        }
        if operands.weights.peepholes != nil { gradients.append(wanted.last! ? peepholeGradient(projected) : nil) }
        return gradients
    }

    /// The sum of the gates' gradients times the cell that they saw: i and f the old one, o the new one.
    private func peepholeGradient(_ projected: Storage) -> Tensor {
        let sums = Tensor(storage: projected, shape: [batch, steps, 4, units]).unstacked(axis: 2)
        let new = Tensor(storage: cells!, shape: [batch, steps, units]), first = operands.state[1].expanded(at: 1)
        let old =
            recurrence.isReversed
            ? Tensor.concatenate([new.part(1..<steps, of: 1), first], axis: 1)
            : Tensor.concatenate([first, new.part(0..<steps - 1, of: 1)], axis: 1)
        return Tensor.stack([sums[0] * old, sums[1] * old, sums[3] * new]).sum(axes: 1, 2)
    }

    private func pack(rows: Int, columns: Int, rowStride: Int, columnStride: Int) -> Storage {
        let packed = Storage(count: ck_packed_columns_size(rows, columns), dtype: .float32)
        let weights = operands.weights.recurrent.storage
        ck_pack_columns(weights.floats, rows, columns, rowStride, columnStride, packed.floats)
        return packed
    }

    /// Runs the body on parts of the batch: each thread takes all steps of its part, and none waits for another before
    /// the end.
    private func withKernel(
        _ packed: Storage?, _ output: Storage?,
        _ body: (UnsafePointer<CKRecurrence>, Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let weights = operands.weights
        var kernel = CKRecurrence(
            cell: kind, activation: (recurrence.cell.simpleActivation ?? .none).kernel, steps: steps, units: units,
            isReversed: recurrence.isReversed ? 1 : 0, returnsSequences: recurrence.returnsSequences ? 1 : 0,
            returnsCell: recurrence.returnsCell ? 1 : 0, mask: recurrence.mask?.storage.bytes,
            projected: operands.projected.storage.floats, weights: packed?.floats, bias: weights.bias?.storage.floats,
            peepholes: weights.peepholes?.storage.floats, h: operands.state[0].storage.floats,
            c: operands.state.count > 1 ? operands.state[1].storage.floats : nil, output: output?.floats,
            before: before?.floats, gates: gates?.floats, cells: cells?.floats)
        let threads = ThreadPool.threadCount, work = max(1, steps * units * width)
        let share = max((batch + threads - 1) / threads, Recurrence.chunkWork / work, 1)
        withExtendedLifetime((self, packed, output)) {
            withUnsafePointer(to: &kernel) { kernel in
                nonisolated(unsafe) let kernel = kernel
                ThreadPool.forEach(count: batch, minimumPerChunk: share) { rows in
                    let bytes = rows.count * ck_recurrence_scratch(kernel) * MemoryLayout<Float>.size
                    let scratch = BufferPool.allocate(bytes)
                    defer { BufferPool.release(scratch, bytes: bytes) }
                    body(kernel, rows, scratch.assumingMemoryBound(to: Float.self))
                }
            }
        }
    }
}

extension Operands {
    /// The values alone: what is kept for the backward pass must not retain the graph.
    fileprivate var detached: Operands { replaced(by: list.map { $0.detached() }) }
}
