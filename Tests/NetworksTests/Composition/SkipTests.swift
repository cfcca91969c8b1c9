import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct SkipTests {
        /// A U-Net (Ronneberger et al. 2015) is made of skips within skips.
        @Test func uNet() throws {
            func pair(_ filters: Int) -> [Layer] {
                (0..<2).map { _ in Conv2D(filters, kernel: 3, padding: .same, activation: .relu) }
            }
            let network = try Sequential("unet", input: [8, 8, 1]) {
                pair(4)
                Skip {
                    MaxPooling2D(2)
                    pair(8)
                    Conv2DTranspose(4, kernel: 2, stride: 2)
                }
                pair(4)
                Conv2D(1, kernel: 1)
            }
            #expect(network.layers[2].outputShape == [8, 8, 8])
            #expect(network.outputShape == [8, 8, 1])
            #expect(network(.ones([2, 8, 8, 1])).shape == [2, 8, 8, 1])
        }

        @Test func theOutputComesFirst() throws {
            let network = try Sequential(input: [2]) { Skip { Lambda { $0 * 10 } } }
            #expect(network(Tensor([[1, 2]])).scalars == [10, 20, 1, 2])
        }

        /// One number for each channel weights maps of any size (Hu et al. 2018, eq. 4).
        @Test func channelsAreWeighted() throws {
            let network = try Sequential(input: [2, 1, 2]) {
                Skip(merge: .multiply) {
                    GlobalAveragePooling2D()
                    Reshape([1, 1, 2])
                }
            }
            #expect(network.outputShape == [2, 1, 2])
            #expect(network(Tensor([1, 2, 3, 4]).reshaped(to: [1, 2, 1, 2])).scalars == [2, 6, 6, 12])
            #expect(
                text {
                    _ = try Sequential("net", input: [8, 8, 3]) { Skip(merge: .multiply) { GlobalAveragePooling2D() } }
                }.contains("branches body → [3] and its input → [8, 8, 3] cannot be merged by .multiply"))
        }

        @Test func shapesThatCannotBeMerged() {
            #expect(
                text { _ = try Sequential("net", input: [8, 8, 3]) { Skip { MaxPooling2D(2) } } }.hasSuffix(
                    "branches body → [4, 4, 3] and its input → [8, 8, 3] cannot be merged by .concatenate; give both the same height and width, with padding: .same and equal strides"
                ))
        }
    }
}
