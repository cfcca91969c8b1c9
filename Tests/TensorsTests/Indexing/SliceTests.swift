import Tensors
import TestSupport
import Testing

/// Ranges with negative bounds mean what they mean in NumPy.
@Suite struct SliceTests {
    struct Range: Decodable, Sendable {
        let start: Int, end: Int
        let taken: [Int]
    }
    struct Lengths: Decodable, Sendable {
        let length: Int
        /// NumPy's `start:end`.
        let ranges: [Range]
        /// NumPy's `start:end + 1`, or `start:` where the last index is -1.
        let closed: [Range]
    }

    /// Reads and assigns through an index, which takes these elements of 0, 1, …
    private func expect(_ index: any TensorIndex, takes taken: [Int], ofLength length: Int) {
        var x = Tensor.arange(length)
        #expect(x[index].ints == taken, "\(index)")
        x[index] = Tensor(-1)
        #expect(x.ints == (0..<length).map { taken.contains($0) ? -1 : $0 }, "\(index)")
        // The same along another dimension, in a graph.
        let rows = Tensor.zeros([2, length]).tracked()
        let gradient = grad(rows[Slice.all, index].sum(), of: rows)
        #expect(gradient[1].ints == (0..<length).map { taken.contains($0) ? 1 : 0 }, "\(index)")
    }

    @Test(arguments: try Fixture.load("slices") as [Lengths])
    func rangesTakeWhatTheyTakeInNumPy(_ fixture: Lengths) {
        let length = fixture.length
        for range in fixture.ranges {
            expect(Slice.from(range.start, upTo: range.end), takes: range.taken, ofLength: length)
            if range.start <= range.end { expect(range.start..<range.end, takes: range.taken, ofLength: length) }
            if range.start == 0 { expect(..<range.end, takes: range.taken, ofLength: length) }
            if range.end == length { expect(range.start..., takes: range.taken, ofLength: length) }
        }
        for range in fixture.closed {
            expect(Slice.from(range.start, through: range.end), takes: range.taken, ofLength: length)
            if range.start <= range.end { expect(range.start...range.end, takes: range.taken, ofLength: length) }
            if range.start == 0 { expect(...range.end, takes: range.taken, ofLength: length) }
        }
    }

    @Test func negativeBoundsAsTheyAreWritten() {
        let t = Tensor.arange(5)
        #expect(t[(-3)...(-1)].ints == [2, 3, 4])
        #expect(t[...(-1)].ints == [0, 1, 2, 3, 4])
        #expect(t[...(-2)].ints == [0, 1, 2, 3])
        #expect(t[Slice.from(0, through: -2)].ints == [0, 1, 2, 3])
        #expect(t[Slice.every(2, of: (-4)..<(-1))].ints == [1, 3])
    }
}
