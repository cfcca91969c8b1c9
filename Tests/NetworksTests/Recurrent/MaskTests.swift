import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// What is padding stays so, in networks and where layers are called by hand.
    @Suite struct MaskTests {
        private let words = Tensor([1, 2, 0, 0, 3, 4, 2, 0] as [Int32], shape: [2, 4])
        private let kept = [1, 1, 0, 0, 1, 1, 1, 0]
        private let embedding = Embedding(5, 3, maskZero: true)
        private var x: Tensor { embedding(words) }
        private var mask: Tensor { words .!= 0 }
        /// The same sequences without a mask of their own.
        private var bare: Tensor { Tensor(x.doubles, shape: [2, 4, 3], dtype: .float32) }

        @Test func recurrentLayersPassItOn() {
            let layer = GRU(4, returnSequences: true)
            #expect(layer(x).sequenceMask?.ints == kept)
            #expect(layer.outputAndState(of: x).output.sequenceMask?.ints == kept)
            #expect(Bidirectional(LSTM(4, returnSequences: true))(x).sequenceMask?.ints == kept)
            #expect(
                Bidirectional(LSTM(4, returnSequences: true)).outputAndState(of: x).output.sequenceMask?.ints == kept)
            #expect(TimeDistributed(Dense(2))(x).sequenceMask?.ints == kept)
        }

        /// A mask, or lengths, given in the call is the output's too.
        @Test func masksOfACallAreTheOutputs() {
            let layer = GRU(4, returnSequences: true), both = Bidirectional(GRU(4, returnSequences: true))
            #expect(layer(bare).sequenceMask == nil)
            #expect(layer(bare, mask: mask).sequenceMask?.ints == kept)
            #expect(layer(bare, lengths: [2, 3]).sequenceMask?.ints == kept)
            #expect(layer.outputAndState(of: bare, lengths: [2, 3]).output.sequenceMask?.ints == kept)
            #expect(both(bare, lengths: [2, 3]).sequenceMask?.ints == kept)
            #expect(layer(bare, lengths: [2, 3]).doubles == layer(x).doubles)
            #expect(GRU(4)(bare, lengths: [2, 3]).sequenceMask == nil)
        }

        /// Steps in reverse have their mask in reverse.
        @Test func aReversedSequence() {
            let layer = GRU(4, returnSequences: true, goBackwards: true)
            #expect(layer(x).sequenceMask?.ints == [0, 0, 1, 1, 0, 1, 1, 1])
        }

        /// An encoder's padding gets no attention, however the decoder asks.
        @Test func attentionLooksPastPadding() {
            let memory = GRU(3, returnSequences: true)(x), query = Tensor.normal([2, 4, 3])
            let weights = Attention().weights(query: memory[0..., 1..<2], key: memory)
            #expect(weights.reshaped(to: [2, 4])[0].scalars[2...] == [0, 0])
            #expect(weights.sum(axes: 2).isClose(to: .ones([2, 1]), absolute: 1e-6))
            // The output has the queries' steps: their mask, not the memory's, though it has as many.
            #expect(Attention()(query, memory).sequenceMask == nil)
            #expect(Attention()(query, memory, mask: mask).sequenceMask == nil)
            #expect(Attention()(x, query).sequenceMask?.ints == kept)
        }

        /// Padding counts for nothing, whatever stands there: neither forward nor backward.
        @Test(arguments: [Double.nan, .infinity, -1e38])
        func whatStandsInPadding(_ value: Double) {
            let clean = bare.masked(.!mask.expanded(at: 2), with: 0)
            let spoilt = bare.masked(.!mask.expanded(at: 2), with: value)
            let layers: [(String, Layer, (Layer, Tensor) -> Tensor)] = [
                ("GRU", GRU(3), { ($0 as! GRU)($1, mask: mask) }),
                ("LSTM", LSTM(3, returnSequences: true, goBackwards: true), { ($0 as! LSTM)($1, mask: mask) }),
                ("Bidirectional", Bidirectional(SimpleRNN(3)), { ($0 as! Bidirectional)($1, mask: mask) }),
                ("Attention", Attention(), { ($0 as! Attention)(clean, $1, mask: mask) }),
                (
                    "MultiHeadAttention", MultiHeadAttention(heads: 2, size: 2),
                    { ($0 as! MultiHeadAttention)(clean, $1, mask: mask) }
                ),
                ("AdditiveAttention", AdditiveAttention(), { ($0 as! AdditiveAttention)(clean, $1, mask: mask) }),
                ("GlobalAveragePooling1D", GlobalAveragePooling1D(), { $0($1.withSequenceMask(mask)) }),
                ("GlobalMaxPooling1D", GlobalMaxPooling1D(), { $0($1.withSequenceMask(mask)) }),
            ]
            for (name, layer, call) in layers {
                func run(_ x: Tensor) -> [Tensor] {
                    let x = x.tracked(), y = call(layer, x)
                    return [y] + grad(weighted(y), of: [x] + layer.parameters.map(\.value))
                }
                for (index, pair) in zip(run(spoilt), run(clean)).enumerated() {
                    #expect(distance(pair.0, pair.1) < 1e-6, "\(name), \(index)")
                }
            }
        }

        /// Scores of any size leave padding and the future out.
        @Test func scoresOfAnySize() {
            for scale in [1.0, 1e6, 1e18] {
                let query = Tensor([[[-scale, 0]]]), key = Tensor([[[scale, 0], [2 * scale, 0], [0, 1]]])
                let weights = Attention().weights(
                    query: query, key: key, mask: Tensor([true, true, false], shape: [1, 3]))
                #expect(weights.doubles[2] == 0, "\(scale)")
                #expect(abs(weights.sum().item() - 1) < 1e-6)
                let causal = Attention(causal: true).weights(
                    query: Tensor([[[-scale, 0], [-scale, 0]]]), key: Tensor([[[scale, 0], [0, 1]]]))
                #expect(causal.doubles[..<2] == [1, 0], "\(scale)")
            }
        }

        /// A step counts if it counts in all inputs.
        @Test func mergedSequences() throws {
            let other = embedding(Tensor([1, 0, 1, 1, 1, 1, 1, 1] as [Int32], shape: [2, 4]))
            #expect(Add()(x, other).sequenceMask?.ints == [1, 0, 0, 0, 1, 1, 1, 0])
            #expect(Add()(x, bare).sequenceMask?.ints == kept)
            #expect(Add()(bare, x).sequenceMask?.ints == kept)
            #expect(Add()(bare, bare).sequenceMask == nil)
            let a = Input([4, 3]), b = Input([4, 3])
            #expect(
                try Network(inputs: a, b, outputs: Concatenate()(a, b))(x, other).sequenceMask?.ints
                    == [1, 0, 0, 0, 1, 1, 1, 0])
        }

        /// Where steps become something else, no mask is left, though there are as many.
        @Test func axesThatAreNoLongerSteps() throws {
            let square = Embedding(5, 4, maskZero: true)(words)
            #expect(square.sequenceMask?.ints == kept)
            #expect(Permute([2, 1])(square).sequenceMask == nil)
            #expect(Sequential(name: nil, layers: [Permute([2, 1])])(square).sequenceMask == nil)
            #expect(Permute([1, 2])(square).sequenceMask?.ints == kept)
            let films = ConvLSTM2D(2, kernel: 1)(Tensor.normal([2, 4, 4, 3, 1]), mask: mask)
            #expect(films.shape == [2, 4, 3, 2] && films.sequenceMask == nil)
        }

        /// Means and maxima are those of the words alone.
        @Test func poolingOverWords() {
            let x = x, first = x[0, 0..<2], second = x[1, 0..<3]
            let means = Tensor.stack([first.mean(axes: 0), second.mean(axes: 0)])
            let maxima = Tensor.stack([first.max(axes: 0), second.max(axes: 0)])
            #expect(distance(GlobalAveragePooling1D()(x), means) < 1e-6)
            #expect(distance(GlobalMaxPooling1D()(x), maxima) < 1e-6)
            let padding = embedding(Tensor.zeros([1, 4], dtype: .int32))
            #expect(GlobalMaxPooling1D()(padding).doubles == [0, 0, 0])
            #expect(GlobalAveragePooling1D()(padding).doubles == [0, 0, 0])
        }
    }
}
