import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct EmbeddingTests {
        @Test func gradientsReachTheWordsThatWereRead() throws {
            let network = try Sequential(input: [3]) { Embedding(5, 2) }
            let vectors = network.parameters[0].value
            let gradient = grad(network(Tensor([[4, 1, 4], [4, 0, 1]])).sum(), of: vectors)
            #expect(gradient.scalars == [1, 1, 2, 2, 0, 0, 0, 0, 3, 3])
        }

        @Test func vectorsBeginSmall() {
            Random.seed(1)
            let embedding = Embedding(1000, 16)
            _ = embedding(Tensor([0, 1, 2] as [Int32]).expanded(at: 0))
            #expect(embedding.embeddings.shape == [1000, 16])
            #expect(abs(embedding.embeddings).max().item() <= 0.05)
        }

        @Test func wordsComeAsAnyNumbers() throws {
            let network = try Sequential(input: [2]) { Embedding(4, 3) }
            let rows = network(Tensor([[3, 0]])), integers = network(Tensor([3, 0] as [Int32], shape: [1, 2]))
            #expect(rows.scalars == integers.scalars)
        }
    }
}
