import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Attention, against Keras (Tests/Fixtures/attention_layers.py).
    @Suite struct AttentionLayerTests {
        static let layers: LayerTable = [
            "attention": .init(Attention()) { $0($1[0], $1[1]) },
            "attention with keys": .init(Attention(scale: .learned)) { $0($1[0], $1[1], key: $1[2]) },
            "attention with a mask": .init(Attention()) { $0($1[0], $1[1], mask: $1[2]) },
            "causal attention to itself": .init(Attention(causal: true)),
            "additive attention": .init(AdditiveAttention()) { $0($1[0], $1[1], key: $1[2]) },
            "multi-head attention": .init(MultiHeadAttention(heads: 2, size: 3)) { $0($1[0], $1[1]) },
            "multi-head attention to itself": .init(
                MultiHeadAttention(heads: 2, size: 3, valueSize: 2, outputs: 5, causal: true)),
            "multi-head attention with a mask": .init(MultiHeadAttention(heads: 2, size: 3, bias: false)) {
                $0($1[0], $1[1], key: $1[2], mask: $1[3])
            },
        ]

        @Test(arguments: try layers.fixtures("attention_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }

        @Test func weightsAddUpToOne() {
            Random.seed(4)
            let attention = MultiHeadAttention(heads: 2, size: 4, causal: true)
            let x = Tensor.normal([3, 5, 6])
            let weights = attention.weights(query: x, key: x)
            #expect(weights.shape == [3, 2, 5, 5])
            #expect(weights.sum(axes: -1).isClose(to: .ones([3, 2, 5]), absolute: 1e-6))
            // The first step sees itself alone.
            #expect(weights[0..., 0..., 0, 0].scalars.allSatisfy { $0 == 1 })
        }

        @Test func scaledByTheRootOfTheSize() {
            Random.seed(5)
            let q = Tensor.normal([1, 2, 16]), v = Tensor.normal([1, 3, 16])
            let scaled = Attention(scale: .rootOfSize)(q, v), plain = Attention()(q / 4, v, key: v)
            #expect(scaled.isClose(to: plain, relative: 1e-5, absolute: 1e-6))
        }

        @Test func dropoutLeavesWeightsOutInTraining() {
            Random.seed(6)
            let attention = Attention(dropout: 0.5), x = Tensor.normal([1, 8, 4])
            #expect(attention(x).isClose(to: Attention()(x)))
            #expect(!training { attention(x) }.isClose(to: Attention()(x)))
        }

        @Test func aNetworkOfAttention() throws {
            let network = try Sequential(input: [7, 12]) {
                Residual { MultiHeadAttention(heads: 3, size: 4) }
                LayerNormalization()
                Dense(2)
            }
            // Keras: (12·12 + 12) · 3 + 12·12 + 12, 2·12, 12·2 + 2
            #expect(network.layers.map(\.parameterCount) == [624, 24, 26])
            #expect(network(.ones([2, 7, 12])).shape == [2, 7, 2])
        }

        @Test func imagesAreNoSequences() {
            #expect(
                text { _ = try Sequential("net", input: [8, 8, 3]) { Attention() } }.hasSuffix(
                    "Attention takes sequences of shape [steps, features], not [8, 8, 3]; put Reshape([steps, features]) before it"
                ))
        }
    }
}
