import Networks
import Tensors
import Testing

extension NetworksTests {
    /// Networks of the literature have the published numbers of weights, and compute at full size.
    @Suite struct ArchitectureTests {
        @Test func alexNet() throws { try check(Architectures.alexNet(), [6, 6, 256], weights: 60_965_224) }
        @Test func vgg16() throws { try check(Architectures.vgg16(), [7, 7, 512], weights: 138_357_544) }
        @Test func googLeNet() throws { try check(Architectures.googLeNet(), [7, 7, 1024], weights: 6_998_552) }
        @Test func resNet18() throws {
            try check(
                Architectures.resNet(blocks: [2, 2, 2, 2], bottleneck: false), [7, 7, 512], weights: 11_689_512)
        }
        @Test func resNet50() throws {
            try check(
                Architectures.resNet(blocks: [3, 4, 6, 3], bottleneck: true), [7, 7, 2048], weights: 25_557_032)
        }

        /// The last maps' shape and the number of trained weights; and the answer to one image: probabilities.
        private func check(_ network: Sequential, _ maps: Shape, weights: Int) throws {
            #expect(network.layers.compactMap(\.outputShape).last { $0.rank == 3 } == maps)
            #expect(
                network.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount } == weights)
            Random.seed(1)
            let answer = withoutGradients { network(.normal((network.inputShape ?? []).inserting(1, at: 0))) }
            #expect(answer.shape == [1, 1000])
            #expect(answer.isFinite().all())
            #expect(Swift.abs(answer.sum().item() - 1) < 1e-4)
        }
    }
}
