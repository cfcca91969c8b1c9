internal import CKernels

/// The three products of a convolution on Float32 storage.
extension ConvolutionGeometry {
    /// Multiplications that are worth a chunk of their own: some 100 µs.
    private static let chunkWork = 2_000_000
    /// Pieces that an operation is cut into where its shape allows.
    private static let pieces = 16
    /// Transformed filters have a gradient four times as large as they: beyond this it no longer stays in a cache.
    private static let largestWinogradGradient = 256 * 256

    /// activation(x ∗ filter + bias)
    func forward(_ x: Storage, _ filter: Storage, bias: Storage?, activation: FusedActivation) -> Storage {
        let y = Storage(count: yShape.elementCount, dtype: .float32)
        withExtendedLifetime((x, filter, bias)) {
            if let winograd = Winograd(self) {
                winograd.run(x, filter, bias: bias, activation, into: y, isKeepingFilters: !isRecordingGraph)
            } else {
                let padded = PaddedImages(forward: self).pad(
                    x, images: images, rows: rows, columns: columns, channels: channels)
                let patches = Patches(self)
                let packed = patches.pack(filter, inner: outChannels, outer: 1, bias: bias)
                patches.run(padded, packed, activation, into: y)
            }
        }
        return y
    }

    /// The gradient for the input, given that of the result. As a transposed convolution: activation(gradient + bias).
    func inputGradient(
        _ dy: Storage, _ filter: Storage, bias: Storage? = nil, activation: FusedActivation = .none
    ) -> Storage {
        let dx = Storage(count: xShape.elementCount, dtype: .float32)
        withExtendedLifetime((dy, filter, bias)) {
            if let winograd = Winograd(inputGradient: self) {
                return winograd.run(dy, filter, bias: bias, activation, into: dx)
            }
            let padded = PaddedImages(backward: self).pad(
                dy, images: images, rows: outRows, columns: outColumns, channels: outChannels)
            for row in 0..<stride.rows {
                for column in 0..<stride.columns {
                    guard let patches = Patches(inputGradient: self, phase: (row, column)) else { continue }
                    let packed = patches.pack(filter, inner: 1, outer: outChannels, bias: bias)
                    patches.run(padded, packed, activation, into: dx)
                }
            }
        }
        return dx
    }

    /// The gradients for the filters and, if wanted, for the bias.
    func filterGradient(_ x: Storage, _ dy: Storage, withBias: Bool) -> (filter: Storage, bias: Storage?) {
        let filter = Storage(count: filterShape.elementCount, dtype: .float32)
        let bias = withBias ? Storage(count: outChannels, dtype: .float32) : nil
        withExtendedLifetime((x, dy)) {
            if let winograd = Winograd(self), channels * outChannels <= Self.largestWinogradGradient {
                return winograd.filterGradient(x, dy, into: filter, bias)
            }
            let padded = PaddedImages(forward: self).pad(
                x, images: images, rows: rows, columns: columns, channels: channels)
            let patches = Patches(self)
            let (size, blocks, panels) = (ck_packed_size(patchSize, outChannels), patches.blocks, patches.panels)
            // Each part sums a fixed share of the pixels, and the parts are added in order: any number of threads gives the same bits.
            let parts = max(1, min(blocks, Self.pieces / panels, 4_000_000 / size))
            let partial = Storage(count: parts * size, dtype: .float32)
            let work = blocks * Int(CKPatchBlock) * patchSize * 16 / parts
            patches.withKernel { kernel in
                nonisolated(unsafe) let kernel = kernel
                ThreadPool.forEach(count: parts * panels, minimumPerChunk: max(1, Self.chunkWork / max(1, work))) {
                    for item in $0 {
                        let (part, panel) = (item / panels, item % panels)
                        ck_patches_weight_gradient(
                            kernel, padded.floats, dy.floats, panel,
                            partial.floats + part * size + panel * 16 * (patchSize + 1), part * blocks / parts,
                            (part + 1) * blocks / parts)
                    }
                }
            }
            ThreadPool.forEach(count: panels, minimumPerChunk: max(1, 50_000 / (parts * patchSize * 16))) {
                ck_unpack_gradient(
                    partial.floats, parts, patchSize, outChannels, filter.floats, bias?.floats, $0.lowerBound,
                    $0.upperBound)
            }
        }
        return (filter, bias)
    }
}

extension Patches {
    /// The weights in the order in which the kernel reads them.
    fileprivate func pack(_ weights: Storage, inner: Int, outer: Int, bias: Storage?) -> Storage {
        let packed = Storage(count: ck_packed_size(size, channels), dtype: .float32)
        ThreadPool.forEach(count: panels, minimumPerChunk: max(1, 50_000 / (16 * (size + 1)))) {
            ck_pack_weights(
                weights.floats, taps, taps.count, tapLength, inner, outer, bias?.floats, channels, packed.floats,
                $0.lowerBound, $0.upperBound)
        }
        return packed
    }

    /// Computes all pixels: in blocks, and where there are few of those, in groups of panels.
    fileprivate func run(_ x: Storage, _ packed: Storage, _ activation: FusedActivation, into y: Storage) {
        let groups = min(panels, max(1, 16 / max(1, blocks)))
        let work = Int(CKPatchBlock) * (size + 1) * channels / groups
        withKernel { kernel in
            nonisolated(unsafe) let kernel = kernel
            ThreadPool.forEach(count: blocks * groups, minimumPerChunk: max(1, 2_000_000 / work)) {
                for item in $0 {
                    let (group, block) = (item / blocks, item % blocks)
                    ck_patches_forward(
                        kernel, x.floats, packed.floats, activation.kernel, y.floats, block, group * panels / groups,
                        (group + 1) * panels / groups)
                }
            }
        }
    }
}
