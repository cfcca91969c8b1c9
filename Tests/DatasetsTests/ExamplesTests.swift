import Datasets
import Tensors
import Testing

@Suite struct ExamplesTests {
    private let examples = Examples(
        inputs: Tensor((0..<10).map { Double($0) }, shape: [5, 2]), targets: Tensor([0, 1, 2, 3, 4]),
        classNames: ["a", "b"])

    @Test func parts() {
        #expect(examples.count == 5)
        #expect(examples[1..<3].inputs.ints == [2, 3, 4, 5])
        #expect(examples[...1].targets.ints == [0, 1])
        #expect(examples[3...].targets.ints == [3, 4])
        let (first, rest) = examples.split(at: 0.6)
        #expect(first.targets.ints == [0, 1, 2])
        #expect(rest.targets.ints == [3, 4])
        #expect(rest.classNames == ["a", "b"])
    }

    @Test func batchesInOrder() {
        let batches = examples.batches(2)
        #expect(batches.count == 3)
        #expect(batches.map(\.targets.ints) == [[0, 1], [2, 3], [4]])
        #expect(batches.map(\.inputs.shape) == [[2, 2], [2, 2], [1, 2]])
    }

    @Test func shuffledBatchesKeepRowsTogether() {
        let many = Examples(inputs: Tensor((0..<200).map(Double.init), shape: [100, 2]), targets: .arange(100))
        var orders: [[Int]] = []
        for _ in 0..<2 {
            var seen: [Int] = []
            for (inputs, targets) in many.batches(7, shuffled: true) {
                #expect(inputs[0..., 0].ints == targets.ints.map { 2 * $0 })
                seen += targets.ints
            }
            #expect(seen.sorted() == Array(0..<100))
            orders.append(seen)
        }
        #expect(orders[0] != orders[1] && orders[0] != Array(0..<100))
        #expect(many.shuffled().targets.ints.sorted() == Array(0..<100))
    }
}
