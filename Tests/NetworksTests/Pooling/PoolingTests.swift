import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct PoolingTests {
        private let image = Tensor((0..<16).map(Double.init), shape: [1, 4, 4, 1])

        @Test func windows() {
            #expect(MaxPooling2D(2)(image).doubles == [5, 7, 13, 15])
            #expect(AveragePooling2D(2)(image).doubles == [2.5, 4.5, 10.5, 12.5])
            #expect(GlobalAveragePooling2D()(image).doubles == [7.5])
        }

        @Test func overlappingWindows() throws {
            let layer = MaxPooling2D(3, stride: 1)
            #expect(try layer.outputShape(of: [4, 4, 1]) == [2, 2, 1])
            #expect(layer(image).doubles == [10, 11, 14, 15])
        }

        /// The mean of a sentence is that of its words, as in Keras; of none it is 0.
        @Test func paddingHasNoPartInAMean() throws {
            let network = try Sequential(input: [4]) {
                Embedding(5, 3, maskZero: true)
                GlobalAveragePooling1D()
            }
            let words = Tensor([1, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0] as [Int32], shape: [3, 4])
            let vectors = network.parameters[0].value
            let expected = [(vectors[1] + vectors[2]) / 2, vectors[3], .zeros([3])]
            #expect(network(words).isClose(to: .stack(expected), absolute: 1e-7))
        }
    }
}
