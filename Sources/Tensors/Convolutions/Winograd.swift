internal import CKernels

/// A convolution with 3×3 filters at stride 1, or its input gradient, which is one too: computed on transformed tiles,
/// with a quarter of the multiplications (Lavin and Gray 2016; see winograd.h).
struct Winograd {
    private var layout: CKWinograd
    /// Where the filters begin, and the distances between their taps, input channels and output channels.
    private var filters: (start: Int, tap: Int, inner: Int, outer: Int)

    /// Fewer channels than this are not worth the transforms.
    private static let fewestChannels = 16
    /// Multiplications that make a chunk worthwhile: some 100 µs.
    private static let chunkWork = 2_000_000
    /// Floats of transformed inputs that stay in a core's second-level cache.
    private static let cachedFloats = 80_000

    /// For a role that is an image; nil where the transforms do not pay, or the filters are of another kind.
    init?(_ role: ConvolutionRole, _ g: ConvolutionGeometry) {
        let tap = g.channels * g.outChannels
        if role == .output {
            self.init(
                g, x: (g.rows, g.columns, g.channels), y: (g.outRows, g.outColumns, g.outChannels),
                before: (g.top, g.left), filters: (0, tap, g.outChannels, 1))
        } else {
            // dy is convolved with the mirrored filters, whose input and output channels are exchanged.
            self.init(
                g, x: (g.outRows, g.outColumns, g.outChannels), y: (g.rows, g.columns, g.channels),
                before: (2 - g.top, 2 - g.left), filters: (8 * tap, -tap, 1, g.outChannels))
        }
    }

    private init?(
        _ g: ConvolutionGeometry, x: (rows: Int, columns: Int, channels: Int),
        y: (rows: Int, columns: Int, channels: Int),
        before: (rows: Int, columns: Int), filters: (Int, Int, Int, Int)
    ) {
        guard g.filterRows == 3, g.filterColumns == 3, g.stride == (1, 1), g.dilation == (1, 1),
            min(x.channels, y.channels) >= Self.fewestChannels, x.channels % 8 == 0, y.channels % 8 == 0
        else { return nil }
        self.filters = filters
        layout = CKWinograd(
            images: Int32(g.images), rows: Int32(x.rows), columns: Int32(x.columns), channels: Int32(x.channels),
            outRows: Int32(y.rows), outColumns: Int32(y.columns), outChannels: Int32(y.channels),
            top: Int32(before.rows),
            left: Int32(before.columns))
    }

    private var channels: Int { Int(layout.channels) }
    private var outChannels: Int { Int(layout.outChannels) }
    private var panels: Int { (outChannels + 15) / 16 }
    private var points: Int { Int(CKWinogradPoints) }

    /// Tiles are processed in blocks, of full groups of six where possible.
    private struct Blocks {
        let tiles: Int
        let count: Int
        private let groups: Int

        init(tiles: Int, atMost length: Int) {
            self.tiles = tiles
            groups = (tiles + 5) / 6
            count = (groups + length / 6 - 1) / (length / 6)
        }

        /// The tiles of a block.
        subscript(block: Int) -> Range<Int> {
            6 * (block * groups / count)..<min(tiles, 6 * ((block + 1) * groups / count))
        }

        /// Tiles of the longest block.
        var length: Int { min(tiles, 6 * ((groups + count - 1) / count)) }
    }

    private func blocks(channels: Int) -> Blocks {
        let length = Self.cachedFloats / (points * channels) / 6 * 6
        return withUnsafePointer(to: layout) {
            Blocks(tiles: ck_winograd_tiles($0), atMost: min(max(length, 24), Int(CKWinogradTiles)))
        }
    }

    /// Floats of a panel of transformed filters.
    private var panelSize: Int { ck_winograd_panel(channels) }

    /// Writes some panels of the filters in the order in which the kernel reads them.
    private func transformFilters(
        _ filter: Storage, _ panels: Range<Int>, into transformed: UnsafeMutablePointer<Float>
    ) {
        ck_winograd_filters(
            filter.floats + filters.start, filters.tap, filters.inner, filters.outer, channels, outChannels,
            transformed,
            panels.lowerBound, panels.upperBound)
    }

    /// All of the filters in the order in which the kernel reads them.
    private func transformed(_ filter: Storage) -> Storage {
        let transformed = Storage(count: panels * panelSize, dtype: .float32)
        ThreadPool.forEach(count: panels, minimumPerChunk: max(1, 1000 / channels)) {
            transformFilters(filter, $0, into: transformed.floats + $0.lowerBound * panelSize)
        }
        return transformed
    }

    /// activation(x ∗ filter + bias). Transformed filters may be kept for the next call.
    func run(
        _ x: Storage, _ filter: Storage, bias: Storage?, _ activation: FusedActivation, into y: Storage,
        keeping kept: TransformedFilter?
    ) {
        let blocks = blocks(channels: channels), work = blocks.length * points * channels
        let size = points * ck_winograd_stride(blocks.length, channels)
        func transform(_ block: Range<Int>, _ channels: Range<Int>, into inputs: UnsafeMutablePointer<Float>) {
            withUnsafePointer(to: layout) {
                ck_winograd_inputs(
                    $0, x.floats, block.lowerBound, block.count, channels.lowerBound, channels.upperBound, inputs)
            }
        }
        func multiply(
            _ block: Range<Int>, _ inputs: UnsafePointer<Float>, _ panels: Range<Int>, _ filters: UnsafePointer<Float>
        ) {
            withUnsafePointer(to: layout) {
                ck_winograd_outputs(
                    $0, inputs, filters, bias?.floats, activation.kernel, y.floats, block.lowerBound, block.count,
                    panels.lowerBound, panels.upperBound)
            }
        }
        if blocks.tiles >= outChannels {
            let filters = kept?.value(for: filter, channels) { transformed(filter) } ?? transformed(filter)
            ThreadPool.forEach(count: blocks.count, minimumPerChunk: max(1, Self.chunkWork / (work * outChannels))) {
                range in
                withScratch(size) { inputs in
                    for block in range {
                        transform(blocks[block], 0..<channels, into: inputs)
                        multiply(blocks[block], inputs, 0..<panels, filters.floats)
                    }
                }
            }
        } else {
            // A few tiles of many channels: the filters are too large to be read by every thread. Each thread
            // transforms its own, which stay in its cache: that is faster than reading four times as much from memory.
            let inputs = Storage(count: size * blocks.count, dtype: .float32), pieces = channels / 8
            ThreadPool.forEach(count: blocks.count * pieces, minimumPerChunk: max(1, 50_000 * pieces / work)) {
                for item in $0 {
                    let (block, piece) = (item / pieces, item % pieces)
                    transform(blocks[block], 8 * piece..<8 * (piece + 1), into: inputs.floats + block * size)
                }
            }
            let panelWork = blocks.count * work * 16
            ThreadPool.forEach(count: panels, minimumPerChunk: max(1, Self.chunkWork / panelWork)) { range in
                withScratch(panelSize) { filters in
                    for panel in range {
                        transformFilters(filter, panel..<panel + 1, into: filters)
                        for block in 0..<blocks.count {
                            multiply(blocks[block], inputs.floats + block * size, panel..<panel + 1, filters)
                        }
                    }
                }
            }
        }
    }

    /// The gradients of the filters and of the bias, given that of the result.
    func filterGradient(_ x: Storage, _ dy: Storage, into filter: Storage, _ bias: Storage?) {
        let blocks = blocks(channels: channels + outChannels)
        let (size, width) = (panels * 16 * points * channels, panels * 16)
        // Each part sums a fixed share of the tiles, and the parts are added in order, so that any number of threads
        // gives the same bits.
        let parts = min(blocks.count, 4)
        let partial = Storage(count: parts * (size + width), dtype: .float32)
        let inputs = points * ck_winograd_stride(blocks.length, channels)
        let gradients = points * ck_winograd_stride(blocks.length, width)
        ThreadPool.forEach(count: parts) { range in
            withScratch(inputs + gradients) { scratch in
                for part in range {
                    let gradient = partial.floats + part * size, sums = partial.floats + parts * size + part * width
                    gradient.update(repeating: 0, count: size)
                    sums.update(repeating: 0, count: width)
                    for block in part * blocks.count / parts..<(part + 1) * blocks.count / parts {
                        let tiles = blocks[block]
                        withUnsafePointer(to: layout) {
                            ck_winograd_inputs($0, x.floats, tiles.lowerBound, tiles.count, 0, channels, scratch)
                            ck_winograd_gradient(
                                $0, scratch, dy.floats, tiles.lowerBound, tiles.count, scratch + inputs, gradient, sums)
                        }
                    }
                }
            }
        }
        ThreadPool.forEach(count: panels, minimumPerChunk: max(1, 2000 / (channels * parts))) {
            ck_winograd_filter_gradient(
                partial.floats, parts, channels, outChannels, filter.floats, $0.lowerBound, $0.upperBound)
        }
        guard let bias else { return }
        for channel in 0..<outChannels {
            bias.floats[channel] = (0..<parts).reduce(0) { $0 + partial.floats[parts * size + $1 * width + channel] }
        }
    }
}

/// The filters of a layer as Winograd's kernel reads them, which the layer keeps from one call to the next while it
/// does not train.
///
/// It holds on to the filters that they were made of. So an optimizer finds their memory shared and writes new weights
/// elsewhere, where they are recognized as others.
package final class TransformedFilter {
    private var kept: (filter: Storage, channels: Int, value: Storage)?

    /// Nothing is kept yet.
    package init() {}

    /// The transformed filters, kept if nothing is recorded: in training the filters change at every step.
    fileprivate func value(for filter: Storage, _ channels: Int, _ transform: () -> Storage) -> Storage {
        if isRecordingGraph {
            kept = nil
            return transform()
        }
        if let kept, kept.filter === filter, kept.channels == channels { return kept.value }
        let value = transform()
        kept = (filter, channels, value)
        return value
    }
}

/// Calls the body with scratch memory for `count` floats.
private func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let bytes = count * MemoryLayout<Float>.stride
    let scratch = BufferPool.allocate(bytes)
    body(scratch.assumingMemoryBound(to: Float.self))
    BufferPool.release(scratch, bytes: bytes)
}
