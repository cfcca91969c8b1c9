import Architectures
import Networks
import Tensors

extension Workload {
    /// Two layers of LSTM that foretell the next value of a series: 806,017 weights.
    static var lstm: Workload {
        Workload("lstm", "lstm-806017.b64.t60", 64, "sequences/s") {
            let network = try Sequential.lstmForecaster(input: [60, 1])
            return try training(
                network, Adam(learningRate: 1e-3), .meanSquaredError, .uniform([64, 60, 1]), .uniform([64, 1]))
        }
    }

    /// A network that foretells the next letter of a text, of an alphabet of 64.
    static var charrnn: Workload {
        Workload("charrnn", "charrnn-128.b128.t100", 128, "sequences/s") {
            let network = try Sequential(input: [100, 64]) {
                SimpleRNN(128, returnSequences: true)
                Dense(64)
            }
            let text = Tensor.oneHot(.integers([128, 100], in: 0..<64), classes: 64)
            return try training(
                network, RMSProp(learningRate: 1e-2, rho: 0.99), .crossEntropy, text, .integers([128, 100], in: 0..<64))
        }
    }

    static var sentiment: Workload {
        Workload("sentiment", "sentiment-lstm32.b32.t100", 32, "sequences/s") {
            let network = try Sequential(input: [100]) {
                Embedding(10000, 16)
                LSTM(32)
                Dense(1)
            }
            return try training(
                network, Adam(learningRate: 1e-3), .binaryCrossEntropy, .integers([32, 100], in: 0..<10000),
                .bernoulli([32, 1], p: 0.5))
        }
    }

    /// A network that gives each word of a sentence one of 20 tags.
    static var bilstm: Workload {
        Workload("bilstm", "bilstm-tagger64.b32.t50", 32, "sequences/s") {
            let network = try Sequential(input: [50]) {
                Embedding(5000, 64)
                Bidirectional(LSTM(64, returnSequences: true))
                Dense(20)
            }
            return try training(
                network, Adam(learningRate: 1e-3), .crossEntropy, .integers([32, 50], in: 0..<5000),
                .integers([32, 50], in: 0..<20))
        }
    }

    static var gru: Workload {
        Workload("gru", "gru-128.b64.t60", 64, "sequences/s") {
            let network = try Sequential(input: [60, 8]) {
                GRU(128)
                Dense(1)
            }
            return try training(
                network, Adam(learningRate: 1e-3), .meanSquaredError, .uniform([64, 60, 8]), .uniform([64, 1]))
        }
    }
}
