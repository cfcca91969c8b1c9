import Tensors
import Testing

/// A mask belongs to a tensor and not to its elements.
@Suite struct SequenceMaskTests {
    private let steps = Tensor.sequenceMask(lengths: [3, 1], steps: 3)

    @Test func otherTensorsWithTheSameElementsHaveNone() {
        let kept = Tensor.ones([2, 3, 4]), x = kept.withSequenceMask(steps)
        #expect(x.storage === kept.storage)
        #expect(x.sequenceMask?.ints == [1, 1, 1, 1, 0, 0] && kept.sequenceMask == nil)
        #expect(x.withSequenceMask(nil).sequenceMask == nil && x.sequenceMask != nil)
        #expect((2 * x).sequenceMask == nil)
    }

    @Test func sequencesKeepTheirMask() {
        let x = Tensor.ones([2, 3, 4]).withSequenceMask(steps)
        #expect(!x.isTracked && x.tracked().isTracked)
        #expect(x.tracked().sequenceMask != nil && x.tracked().detached().sequenceMask != nil)
        #expect(x.reshaped(to: [2, 3, 2, 2]).sequenceMask != nil)
        #expect(x.reshaped(to: [6, 4]).sequenceMask == nil)
        #expect(x.reshaped(to: [6, 4]).reshaped(to: [2, 3, 4]).sequenceMask != nil)
        var changed = x.tracked()
        changed[0] = Tensor(5)
        #expect(changed.sequenceMask != nil && changed.isTracked)
    }

    @Test func gradientsFlowThroughMaskedTensors() {
        let w = Tensor.ones([2, 3, 4]).tracked()
        let masked = (3 * w).withSequenceMask(steps)
        #expect(masked.isTracked && masked.sequenceMask != nil)
        #expect(grad(masked.squared(), of: w).scalars.allSatisfy { $0 == 18 })
        #expect(grad(w.withSequenceMask(steps) * 2, of: w).scalars.allSatisfy { $0 == 2 })
        let leaf = w.withSequenceMask(steps)
        #expect(grad(leaf * leaf, of: leaf).scalars.allSatisfy { $0 == 2 })
        #expect(grad(Tensor.concatenate([masked, masked]), of: w).scalars.allSatisfy { $0 == 6 })
    }
}
