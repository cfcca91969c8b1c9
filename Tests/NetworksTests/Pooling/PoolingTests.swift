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
    }
}
