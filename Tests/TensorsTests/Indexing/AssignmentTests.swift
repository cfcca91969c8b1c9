import Tensors
import Testing

/// Assigning to parts of a tensor: it stays a value.
@Suite struct AssignmentTests {
    @Test func copiesKeepTheirElements() {
        var x = Tensor([1, 2, 3] as [Float])
        let copy = x
        x[1] = Tensor(9)
        #expect(x.scalars == [1, 9, 3] && copy.scalars == [1, 2, 3])
        let address = x.storage.address
        x[0] = Tensor(7)
        #expect(x.storage.address == address, "nobody else has the elements: they are changed in place")
        x[0..<2] = x[1..<3]
        #expect(x.scalars == [9, 3, 3])
    }

    @Test func typesStay() {
        var labels = Tensor([1, 2, 3] as [Int64])
        labels[0] = Tensor(5.9)
        #expect(labels.dtype == .int64 && labels.ints == [5, 2, 3])
        labels[labels .> 2] = Tensor([-1] as [Int])
        #expect(labels.dtype == .int64 && labels.ints == [-1, 2, -1])
    }

    @Test func partsTogether() {
        var x = Tensor.zeros([3, 4])
        x[Slice.all, stride(from: 3, through: 0, by: -3)] = Tensor([[1, 2]])
        #expect(x[0].scalars == [2, 0, 0, 1])
        x[1] += Tensor(10)
        #expect(x[1].scalars == [12, 10, 10, 11])
        x[Tensor([0, 0] as [Int32])] = Tensor([[1], [5]])
        #expect(x[0].scalars == [5, 5, 5, 5])
        x[0..<0] = Tensor(3)
    }

    @Test func noGradientsFlowWhereNoneAreRecorded() {
        var x = Tensor([1, 2] as [Float]).tracked()
        withoutGradients { x[0] = Tensor(5) }
        #expect(!x.isTracked && x.scalars == [5, 2])
    }

    @Test func memoryIsReadAndWrittenInPlace() {
        let x = Tensor.filled([2, 2], dtype: .int32) { $0.bindMemory(to: Int32.self).update(repeating: 3) }
        #expect(x.ints == [3, 3, 3, 3])
        #expect(x.withBytes { $0.count == 16 && $0.baseAddress == UnsafeRawPointer(x.storage.address) })
        #expect(Tensor.zeros([0]).withBytes { $0.count } == 0)
    }
}
