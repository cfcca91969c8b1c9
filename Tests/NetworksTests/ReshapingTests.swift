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
                    "[24] has 24 elements and cannot become [5, -1]; make the product of the new lengths 24"))
        }
    }
}
