internal import CKernels

/// A sum over patches, ready for its kernel: a convolution, or a phase of its input gradient.
struct Patches {
    /// Where the weights of each tap begin; the taps of a segment follow each other.
    let taps: [Int]
    /// Elements of a tap.
    let tapLength: Int
    /// The distances between the weights of neighboring elements of a tap, and between those of neighboring output
    /// channels.
    let (inner, outer): (Int, Int)
    private var offsets: [Int]
    private var firstRow: [Int32]
    private var lastRow: [Int32]
    private var layout: CKPatches

    var blocks: Int {
        (Int(layout.images) * Int(layout.rows) * Int(layout.columns) + blockLength - 1) / blockLength
    }
    private var blockLength: Int { Int(CKPatchBlock) }
    var channels: Int { Int(layout.channels) }
    /// Panels of 16 output channels.
    var panels: Int { (channels + 15) / 16 }
    /// Elements of a patch.
    var size: Int { taps.count * tapLength }

    func withKernel<R>(_ body: (UnsafePointer<CKPatches>) -> R) -> R {
        offsets.withUnsafeBufferPointer { offsets in
            firstRow.withUnsafeBufferPointer { firstRow in
                lastRow.withUnsafeBufferPointer { lastRow in
                    var layout = layout
                    layout.offsets = offsets.baseAddress
                    layout.firstRow = firstRow.baseAddress
                    layout.lastRow = lastRow.baseAddress
                    return body(&layout)
                }
            }
        }
    }

    /// A tap that begins `row` rows and `column` columns after a pixel, with its weights.
    private struct Tap {
        var row: Int
        var column: Int
        var weights: Int
    }

    /// `step` leads from one pixel of the grid to the next in the padded input; a row of the grid needs a tap only
    /// where it meets one of the `inputRows` rows that are not padding.
    private init(
        _ rows: [[Tap]], tapLength: Int, weights: (inner: Int, outer: Int),
        grid: (images: Int, rows: Int, columns: Int, channels: Int),
        input: PaddedImages, inputRows: Int, step: (rows: Int, columns: Int), y: (row: Int, column: Int, start: Int)
    ) {
        self.taps = rows.flatMap { $0.map(\.weights) }
        self.tapLength = tapLength
        (inner, outer) = weights
        let line = input.columns * tapLength
        // Neighbors in the input make one long segment.
        let isJoined = rows.allSatisfy { row in zip(row, row.dropFirst()).allSatisfy { $1.column == $0.column + 1 } }
        let segments = rows.flatMap { isJoined ? Array($0.prefix(1)) : $0 }
        offsets = segments.map { $0.row * line + $0.column * tapLength }
        // Row r of the grid reads row r · step + tap.row.
        firstRow = segments.map { Int32(clamping: ceilDivide(input.top - $0.row, step.rows)) }
        lastRow = segments.map { Int32(clamping: floorDivide(input.top + inputRows - 1 - $0.row, step.rows)) }
        layout = CKPatches(
            images: Int32(grid.images), rows: Int32(grid.rows), columns: Int32(grid.columns),
            channels: Int32(grid.channels), xImage: input.rows * line, xRow: step.rows * line,
            xColumn: step.columns * tapLength, yImage: 0, yRow: y.row, yColumn: y.column, yStart: y.start,
            segments: Int32(segments.count), length: Int32(isJoined ? (rows.first?.count ?? 0) * tapLength : tapLength),
            offsets: nil, firstRow: nil, lastRow: nil)
    }

    /// The patches of a role that is an image: one for a convolution, one for each phase of the stride for its input
    /// gradient.
    static func all(_ role: ConvolutionRole, _ g: ConvolutionGeometry) -> [Patches] {
        if role == .output { return [Patches(g)] }
        return (0..<g.stride.rows).flatMap { row in
            (0..<g.stride.columns).compactMap { Patches(inputGradient: g, phase: (row, $0)) }
        }
    }

    /// The patches of a convolution.
    init(_ g: ConvolutionGeometry) {
        let rows = (0..<g.filterRows).map { i in
            (0..<g.filterColumns).map { j in
                Tap(
                    row: i * g.dilation.rows, column: j * g.dilation.columns,
                    weights: (i * g.filterColumns + j) * g.channels * g.outChannels)
            }
        }
        self.init(
            rows, tapLength: g.channels, weights: (g.outChannels, 1),
            grid: (g.images, g.outRows, g.outColumns, g.outChannels), input: PaddedImages(forward: g),
            inputRows: g.rows, step: g.stride,
            y: (g.outColumns * g.outChannels, g.outChannels, 0))
        layout.yImage = g.outRows * g.outColumns * g.outChannels
    }

    /// The rows `phase.row`, `phase.row + stride`, … of a convolution's input gradient, and columns likewise: they meet
    /// the same taps of the filters, so that within a phase the gradient is a convolution of stride 1 over dy.
    private init?(inputGradient g: ConvolutionGeometry, phase: (row: Int, column: Int)) {
        let height = (g.rows - phase.row + g.stride.rows - 1) / g.stride.rows
        let width = (g.columns - phase.column + g.stride.columns - 1) / g.stride.columns
        guard height > 0, width > 0 else { return nil }
        let padded = PaddedImages(backward: g)
        let rows = (0..<g.filterRows).reversed().compactMap { i -> [Tap]? in
            let row = phase.row + g.top - i * g.dilation.rows
            guard row % g.stride.rows == 0 else { return nil }
            return (0..<g.filterColumns).reversed().compactMap { j -> Tap? in
                let column = phase.column + g.left - j * g.dilation.columns
                guard column % g.stride.columns == 0 else { return nil }
                return Tap(
                    row: padded.top + row / g.stride.rows, column: padded.left + column / g.stride.columns,
                    weights: (i * g.filterColumns + j) * g.channels * g.outChannels)
            }
        }
        self.init(
            rows.filter { !$0.isEmpty }, tapLength: g.outChannels, weights: (1, g.outChannels),
            grid: (g.images, height, width, g.channels), input: padded, inputRows: g.outRows, step: (1, 1),
            y: (
                g.stride.rows * g.columns * g.channels, g.stride.columns * g.channels,
                (phase.row * g.columns + phase.column) * g.channels
            ))
        layout.yImage = g.rows * g.columns * g.channels
    }
}

/// The size of images together with the zeros around them that their patches reach into.
struct PaddedImages {
    var (rows, columns): (Int, Int)
    var (top, left): (Int, Int)
    /// The images without the zeros.
    private let shape: Shape

    /// Padded inputs for the output, and padded outputs for the input.
    init(for role: ConvolutionRole, _ g: ConvolutionGeometry) {
        self = role == .output ? PaddedImages(forward: g) : PaddedImages(backward: g)
    }

    /// For a convolution, and for the gradient of its filters.
    init(forward g: ConvolutionGeometry) {
        shape = g.shape(of: .input)
        (top, left) = (g.top, g.left)
        rows = max(g.top + g.rows, (g.outRows - 1) * g.stride.rows + (g.filterRows - 1) * g.dilation.rows + 1)
        columns = max(
            g.left + g.columns, (g.outColumns - 1) * g.stride.columns + (g.filterColumns - 1) * g.dilation.columns + 1)
    }

    /// For the gradient of its input, which slides over dy.
    init(backward g: ConvolutionGeometry) {
        shape = g.shape(of: .output)
        func reach(
            _ size: Int, _ out: Int, _ filter: Int, _ dilation: Int, _ stride: Int, _ before: Int
        ) -> (
            Int, Int
        ) {
            let lead = max(0, -floorDivide(before - (filter - 1) * dilation, stride))
            return (lead, max(out, floorDivide(size - 1 + before, stride) + 1) + lead)
        }
        (top, rows) = reach(g.rows, g.outRows, g.filterRows, g.dilation.rows, g.stride.rows, g.top)
        (left, columns) = reach(g.columns, g.outColumns, g.filterColumns, g.dilation.columns, g.stride.columns, g.left)
    }

    /// The images with their padding: themselves if there is none.
    func pad(_ x: Storage) -> Storage {
        let (images, rows, columns, channels) = (shape[0], shape[1], shape[2], shape[3])
        if (self.rows, self.columns) == (rows, columns) { return x }
        let size = self.rows * self.columns * channels
        let padded = Storage(count: images * size, dtype: .float32)
        ThreadPool.forEach(count: images, minimumPerChunk: max(1, 100_000 / size)) { images in
            for image in images {
                ck_pad_image(
                    x.floats + image * rows * columns * channels, rows, columns, channels, top, left, self.rows,
                    self.columns, padded.floats + image * size)
            }
        }
        return padded
    }
}

/// a / b rounded down, for positive b.
private func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
/// a / b rounded up, for positive b.
private func ceilDivide(_ a: Int, _ b: Int) -> Int { -floorDivide(-a, b) }
