internal import CKernels

/// The operations of a convolution in Float32.
extension ConvolutionGeometry {
    /// Multiplications that make a chunk worthwhile: some 100 µs.
    private static let chunkWork = 2_000_000
    /// Parts that an operation is divided into where its shape allows.
    private static let pieces = 16
    /// The gradient of transformed filters is four times as large as they are: beyond this size it no longer stays in a
    /// cache.
    private static let largestWinogradGradient = 256 * 256

    /// activation(sums over patches + bias): images ∗ filter for the output, the transposed convolution for the input.
    func sums(
        _ role: ConvolutionRole, of images: Storage, _ filter: Storage, bias: Storage? = nil,
        _ activation: FusedActivation = .none, keeping kept: TransformedFilter? = nil
    ) -> Storage {
        let y = Storage(count: shape(of: role).elementCount, dtype: .float32)
        withExtendedLifetime((images, filter, bias)) {
            if let winograd = Winograd(role, self) {
                return winograd.run(images, filter, bias: bias, activation, into: y, keeping: kept)
            }
            let padded = PaddedImages(for: role, self).pad(images)
            for patches in Patches.all(role, self) {
                patches.run(padded, patches.pack(filter, bias: bias), activation, into: y)
            }
        }
        return y
    }

    /// The gradients of the filters and, if wanted, of the bias.
    func filterGradient(_ x: Storage, _ dy: Storage, withBias: Bool) -> (filter: Storage, bias: Storage?) {
        let filter = Storage(count: shape(of: .filter).elementCount, dtype: .float32)
        let bias = withBias ? Storage(count: outChannels, dtype: .float32) : nil
        withExtendedLifetime((x, dy)) {
            if let winograd = Winograd(.output, self), channels * outChannels <= Self.largestWinogradGradient {
                return winograd.filterGradient(x, dy, into: filter, bias)
            }
            let padded = PaddedImages(forward: self).pad(x), patches = Patches(self)
            let (size, blocks, panels) = (ck_packed_size(patchSize, outChannels), patches.blocks, patches.panels)
            // Each part sums a fixed share of the pixels, and the parts are added in order, so that any number of
            // threads gives the same bits.
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
    fileprivate func pack(_ weights: Storage, bias: Storage?) -> Storage {
        let packed = Storage(count: ck_packed_size(size, channels), dtype: .float32)
        ThreadPool.forEach(count: panels, minimumPerChunk: max(1, 50_000 / (16 * (size + 1)))) {
            ck_pack_weights(
                weights.floats, taps, taps.count, tapLength, inner, outer, bias?.floats, channels, packed.floats,
                $0.lowerBound, $0.upperBound)
        }
        return packed
    }

    /// Computes all pixels in blocks, and where those are few, also in groups of panels.
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
