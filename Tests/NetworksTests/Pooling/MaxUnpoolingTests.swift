import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct MaxUnpoolingTests {
        private let image = Tensor([[1, 2, 8, 5], [3, 4, 6, 7]]).reshaped(to: [1, 2, 4, 1])

        @Test func numbersGoBackToTheMaxima() throws {
            let layer = MaxUnpooling2D(2) { Lambda { 10 * $0 } }
            #expect(layer(image).ints == [0, 0, 80, 0, 0, 40, 0, 0])
            #expect(layer.outputShape == [2, 4, 1])
            #expect(MaxUnpooling2D([1, 2]) {}(image).ints == [0, 2, 8, 0, 0, 4, 0, 7])
        }

        /// Through the maxima, and through the layers: d/dx Σ (3 max x)² = 18 max x.
        @Test func gradientsGoThroughTheMaxima() {
            let x = image.tracked()
            let y = MaxUnpooling2D(2) { Lambda { 3 * $0 } }(x)
            #expect(grad(y.squared().sum(), of: x).ints == [0, 0, 144, 0, 0, 72, 0, 0])
        }

        @Test func layersKeepTheShape() {
            #expect(
                text {
                    _ = try Sequential("net", input: [8, 8, 3]) { MaxUnpooling2D(2) { Conv2D(5, kernel: 1) } }
                }.hasSuffix(
                    "output [4, 4, 5] must equal the pooled input [4, 4, 3] to be unpooled; "
                        + "give its last layer 3 filters"
                ))
            #expect(
                text {
                    _ = try Sequential("net", input: [8, 8, 3]) { MaxUnpooling2D(2) { Conv2D(3, kernel: 3) } }
                }.hasSuffix(
                    "output [2, 2, 3] must equal the pooled input [4, 4, 3] to be unpooled; "
                        + "use padding: .same and stride 1"
                ))
            #expect(
                text { _ = try Sequential("net", input: [1, 8, 3]) { MaxUnpooling2D(2) {} } }.contains(
                    "2×2 window is larger than its 1×8 input"))
        }
    }
}
