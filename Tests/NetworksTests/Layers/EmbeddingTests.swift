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

        @Test(arguments: [
            ([3.0, 4], "Embedding takes word indices from 0 to 3, got 4; make the vocabulary larger: Embedding(5, 2)"),
            ([0.0, -1], "Embedding takes word indices from 0 to 3, got -1; number the words from 0"),
            ([0.5, 1], "Embedding takes word indices, got float32 with fractions; words are whole numbers"),
        ])
        func whatIsNoWord(_ words: [Double], message: String) async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [words = words as [Double]] in
                _ = Embedding(4, 2)(Tensor(words).expanded(at: 0))
            }
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.contains(message), "\(text)")
        }

        @Test func wordZeroIsPadding() throws {
            Random.seed(2)
            let words = Tensor([3, 1, 0, 2, 0, 0] as [Int32], shape: [2, 3])
            let embedding = Embedding(4, 5, maskZero: true), attention = Attention()
            let x = embedding(words)
            #expect(x.sequenceMask?.scalars == [1, 1, 0, 1, 0, 0])
            let weights = attention.weights(query: x, key: x)
            #expect(weights[0..., 0..., 2][0].scalars == [0, 0, 0])
            // The second example has one word, and all look there.
            #expect(attention(x)[1].isClose(to: x[1, 0].broadcast(to: [3, 5])))
            #expect(Embedding(4, 5)(words).sequenceMask == nil)
        }

        @Test func aTensorThatALayerKeepsGetsNoMask() throws {
            let kept = Tensor.ones([2, 3, 5])
            let network = try Sequential(input: [3]) {
                Embedding(4, 5, maskZero: true)
                Lambda { x in x.shape[0] == 2 ? kept : x }
            }
            #expect(network(Tensor([3, 1, 0, 2, 0, 0] as [Int32], shape: [2, 3])).sequenceMask != nil)
            #expect(kept.sequenceMask == nil)
        }
    }
}
