import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Recurrent layers against PyTorch and Keras (Tests/Fixtures/recurrent_layers.py): in double precision step by
    /// step, in single precision by the kernels that take all steps.
    @Suite struct RecurrentLayerTests {
        static let mask = Tensor([1, 0, 1, 1, 1, 1, 0, 0] as [Int32], shape: [2, 4])

        static let layers: LayerTable = [
            "simple": .init(SimpleRNN(2, returnSequences: true)),
            "simple relu": .init(SimpleRNN(2, activation: .relu, returnSequences: true)),
            "simple sigmoid, last": .init(SimpleRNN(2, activation: .sigmoid)),
            "simple linear": .init(SimpleRNN(2, activation: .linear, bias: false, returnSequences: true)),
            "simple softplus": .init(SimpleRNN(2, activation: .softplus, returnSequences: true)),
            "lstm": .init(LSTM(3, returnSequences: true)),
            "lstm wide": .init(LSTM(17, returnSequences: true)),
            "lstm last": .init(LSTM(3)),
            "lstm backwards": .init(LSTM(3, returnSequences: true, goBackwards: true)),
            "lstm backwards last": .init(LSTM(3, goBackwards: true)),
            "lstm states": .init(LSTM(3, returnSequences: true)) { layer, inputs in
                let (output, state) = layer.outputAndState(of: inputs[0], initialState: [inputs[1], inputs[2]])
                return output + state[0].expanded(at: 1) + 2 * state[1].expanded(at: 1)
            },
            "lstm lengths": .init(LSTM(3, returnSequences: true)) { $0($1[0], lengths: [4, 2, 1]) },
            "lstm lengths reversed": .init(LSTM(3, goBackwards: true)) { $0($1[0], lengths: [4, 2, 1]) },
            "lstm mask": .init(LSTM(3, returnSequences: true)) { $0($1[0], mask: mask) },
            "lstm peepholes": .init(LSTM(3, peepholes: true, returnSequences: true)),
            "lstm peepholes backwards": .init(
                LSTM(3, peepholes: true, returnSequences: true, goBackwards: true)),
            "lstm softsign": .init(LSTM(3, activation: softsign, returnSequences: true)),
            "gru": .init(GRU(3, returnSequences: true)),
            "gru wide": .init(GRU(17, returnSequences: true)),
            "gru last": .init(GRU(3)),
            "gru backwards": .init(GRU(3, returnSequences: true, goBackwards: true)),
            "gru mask": .init(GRU(3, returnSequences: true)) { $0($1[0], mask: mask) },
            "gru resetting first": .init(GRU(3, resetAfter: false, returnSequences: true)),
            "gru without bias": .init(GRU(3, bias: false, returnSequences: true)),
            "bidirectional": .init(Bidirectional(LSTM(2, returnSequences: true))),
            "bidirectional sum": .init(Bidirectional(LSTM(2, returnSequences: true), merge: .sum)),
            "bidirectional last": .init(Bidirectional(LSTM(2))),
            "conv lstm": .init(ConvLSTM2D(2, kernel: 3, padding: .same, returnSequences: true)),
            "conv lstm peepholes, last": .init(ConvLSTM2D(2, kernel: 3, padding: .same, peepholes: true)),
        ]
        private static let softsign = ActivationFunction("softsign") { $0.softsign() }

        @Test(arguments: try layers.fixtures("recurrent_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }
    }
}
