import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct ReshapingTests {
        @Test func thereAndBack() throws {
            let network = try Sequential(input: [4, 3, 2]) {
                Flatten()
                Reshape([6, -1])
            }
            #expect(network.layers[0].outputShape == [24])
            #expect(network.outputShape == [6, 4])
            let x = Tensor.uniform([2, 4, 3, 2])
            #expect(network(x).shape == [2, 6, 4])
            #expect(network(x).scalars == x.scalars)
        }

        @Test func elementsMustBeAsMany() {
            #expect(
                text { _ = try Reshape([5, -1]).outputShape(of: [24]) }.hasSuffix(
                    "[24] has 24 elements and cannot be reshaped to [5, -1]; make the product of the new lengths 24"))
        }

        @Test(arguments: [[1, 1], [0, 1], [1], [1, 2, 3]]) func permutationsNameEachAxisOnce(_ axes: [Int]) {
            #expect(
                text { _ = try Permute(axes).outputShape(of: [4, 5]) }.hasSuffix(
                    "name each of 1 to 2 once; the batch stays the first"))
        }

        @Test func onlyVectorsAreRepeated() {
            #expect(
                text { _ = try RepeatVector(3).outputShape(of: [4, 5]) }.hasSuffix(
                    "RepeatVector takes a vector for each example, not [4, 5]; put Flatten() before it"))
            #expect(
                text { _ = try RepeatVector(0).outputShape(of: [4]) }.hasSuffix(
                    "count must be at least 1, got 0; write RepeatVector with count of 1 or more"))
        }

        @Test func everyStepHasTheSameWeights() throws {
            let network = try Sequential(input: [5, 8, 8, 1]) {
                TimeDistributed(Conv2D(3, kernel: 3, activation: .relu))
                TimeDistributed(Flatten())
            }
            #expect(network.outputShape == [5, 108])
            #expect(network.parameterCount == 30)
            let x = Tensor.uniform([2, 5, 8, 8, 1])
            let convolution = network["time_distributed.conv2d"]
            #expect(network(x)[1, 4].isClose(to: convolution(x[1, 4].expanded(at: 0)).flattened()))
            #expect(
                text { _ = try TimeDistributed(Dense(2)).outputShape(of: [4]) }.hasSuffix(
                    "put Reshape([steps, -1]) or RepeatVector(steps) before it"))
        }
    }
}
