import Networks
import Tensors

extension Workload {
    static var lstm: Workload {
        Workload("lstm", "lstm-806017.b64.t60", 64, "sequences/s") {
            let network = try Sequential(input: [60, 1]) {
                LSTM(256, returnSequences: true)
                Dropout(0.4)
                LSTM(256)
                Dropout(0.4)
                Dense(64, activation: .relu)
                Dense(1)
            }
            return try training(
                network, Adam(learningRate: 1e-3), .meanSquaredError, .uniform([64, 60, 1]), .uniform([64, 1]))
        }
    }

    static var charrnn: Workload {
        let batch = 128, steps = 100, letters = 64
        return Workload("charrnn", "charrnn-128.b128.t100", Double(batch), "sequences/s") {
            let network = try Sequential(input: [steps, letters]) {
                SimpleRNN(128, returnSequences: true)
                Dense(letters)
            }
            let text = Tensor.oneHot(.integers([batch, steps], in: 0..<letters), classes: letters)
            return try training(
                network, RMSProp(learningRate: 1e-2, rho: 0.99), .crossEntropy, text,
                .integers([batch, steps], in: 0..<letters))
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
