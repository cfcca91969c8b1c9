import Datasets
import Networks
import Tensors
import Testing

/// What errors about shapes advise, and that it works.
extension NetworksTests {
    @Suite struct RemedyTests {
        private func network(_ input: Shape, @LayerBuilder layers: () -> [Layer]) throws -> Sequential {
            try Sequential("net", input: input, layers: layers)
        }

        /// The advice, behind the semicolon.
        private func advice(_ network: Layer, _ inputs: Tensor, _ targets: Tensor, _ loss: Loss) -> String {
            let message = text {
                try network.fit(Examples(inputs: inputs, targets: targets), loss: loss, showsProgress: false)
            }
            return message.split(separator: "; ", maxSplits: 1).last.map(String.init) ?? message
        }

        private func trains(_ network: Layer, _ inputs: Tensor, _ targets: Tensor, _ loss: Loss) -> Bool {
            text { try network.fit(Examples(inputs: inputs, targets: targets), loss: loss, showsProgress: false) }
                == "no error"
        }

        private let labels = Tensor((0..<8).map { $0 % 2 })

        @Test func inputs() throws {
            let cnn = try network([32, 32, 3]) {
                Conv2D(2, kernel: 3)
                GlobalAveragePooling2D()
                Dense(2)
            }
            let first = Tensor.uniform([8, 3, 32, 32])
            #expect(
                advice(cnn, first, labels, .crossEntropy)
                    == "the axes are in another order: inputs.transposed(0, 2, 3, 1)")
            #expect(trains(cnn, first.transposed(0, 2, 3, 1), labels, .crossEntropy))

            let grey = try network([28, 28, 1]) {
                Conv2D(2, kernel: 3)
                GlobalAveragePooling2D()
                Dense(2)
            }
            let images = Tensor.uniform([8, 28, 28])
            #expect(advice(grey, images, labels, .crossEntropy) == "write inputs.expanded(at: 3)")
            #expect(trains(grey, images.expanded(at: 3), labels, .crossEntropy))

            let dense = try network([784]) { Dense(2) }
            #expect(
                advice(dense, images, labels, .crossEntropy)
                    == "write inputs.reshaped(to: [-1, 784]), or begin the network with input: [28, 28] and Flatten()")
            #expect(trains(dense, images.reshaped(to: [-1, 784]), labels, .crossEntropy))
            let flattening = try network([28, 28]) {
                Flatten()
                Dense(2)
            }
            #expect(trains(flattening, images, labels, .crossEntropy))

            let lstm = try network([20, 4]) {
                LSTM(3)
                Dense(2)
            }
            let series = Tensor.uniform([8, 20])
            #expect(
                advice(lstm, series, labels, .crossEntropy)
                    == "for one feature or channel write inputs.expanded(at: 2), and begin the network with input: [20, 1]"
            )
            let narrow = try network([20, 1]) {
                LSTM(3)
                Dense(2)
            }
            #expect(trains(narrow, series.expanded(at: 2), labels, .crossEntropy))
            #expect(
                advice(try network([2]) { Dense(2) }, .uniform([8, 3]), labels, .crossEntropy)
                    == "begin the network with input: [3]")
        }

        @Test func aCallOfTheNetwork() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = try Sequential("net", input: [784]) { Dense(2) }(.zeros([4, 28, 28, 1]))
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("write x.reshaped(to: [-1, 784]), or begin the network with Flatten()"))
        }

        @Test func targets() throws {
            let ten = try network([2]) { Dense(10) }
            let x = Tensor.uniform([8, 2])
            let column = labels.reshaped(to: [8, 1])
            #expect(
                advice(ten, x, column.converted(to: .float32), .crossEntropy)
                    == "class indices must be of an integer type: convert them with .reshaped(to: [8]).converted(to: .int32)"
            )
            #expect(
                trains(
                    ten, x, column.converted(to: .float32).reshaped(to: [8]).converted(to: .int32), .crossEntropy))
            #expect(advice(ten, x, column, .crossEntropy) == "give one index per output: targets.squeezed(axes: 1)")
            #expect(trains(ten, x, column.squeezed(axes: 1), .crossEntropy))
            #expect(
                advice(ten, x, labels.converted(to: .float32), .crossEntropy)
                    == "class indices must be of an integer type: convert them with .converted(to: .int32)")
            #expect(
                advice(ten, x, labels, .meanSquaredError)
                    == "for one of 10 classes take the loss .crossEntropy and no last activation, or the targets Tensor.oneHot(labels, classes: 10)"
            )
            #expect(trains(ten, x, .oneHot(labels, classes: 10), .meanSquaredError))
            #expect(
                advice(ten, x, labels, .binaryCrossEntropy)
                    == "for one of 10 classes take the loss .crossEntropy and no last activation")
            #expect(
                advice(try network([2]) { Dense(2) }, x, labels, .binaryCrossEntropy)
                    == "end the network with Dense(1), or for one of 2 classes take the loss .crossEntropy and no last activation"
            )
            #expect(trains(try network([2]) { Dense(1) }, x, labels, .binaryCrossEntropy))
            #expect(
                advice(try network([2]) { Dense(1) }, x, labels, .crossEntropy)
                    == "end the network with Dense(2), or take the loss .binaryCrossEntropy, or number the classes from 0"
            )
        }

        @Test func sequences() throws {
            let steps = try network([20, 1]) {
                LSTM(3, returnSequences: true)
                Dense(1)
            }
            let x = Tensor.uniform([8, 20, 1])
            let hint =
                "the outputs have 20 steps and the targets none: leave returnSequences: true out of the last recurrent layer, or give a target for each step"
            #expect(advice(steps, x, .uniform([8]), .meanSquaredError) == hint)
            #expect(advice(steps, x, .uniform([8, 1]), .meanSquaredError) == hint)
            let classes = try network([20, 1]) {
                LSTM(3, returnSequences: true)
                Dense(2)
            }
            #expect(advice(classes, x, labels, .crossEntropy) == hint)
            let last = try network([20, 1]) {
                LSTM(3)
                Dense(1)
            }
            #expect(trains(last, x, .uniform([8]), .meanSquaredError))
        }

        // MARK: Losses and activations

        @Test func lossesThatTakeOtherOutputs() throws {
            func advice(
                _ units: Int, _ last: ActivationFunction, _ loss: Loss, _ targets: Tensor? = nil
            ) throws -> String {
                self.advice(
                    try network([2]) { Dense(units, activation: last) }, .uniform([8, 2]), targets ?? labels, loss)
            }
            // Sigmoids are no distribution: fromLogits: false is no way out.
            #expect(
                try advice(10, .sigmoid, .crossEntropy)
                    == "remove it (predict(x).sigmoid() gives probabilities), or, if several labels can be right, take .binaryCrossEntropy"
            )
            #expect(
                try advice(10, .softmax, .crossEntropy)
                    == "remove it (predict(x).softmax() gives probabilities), or pass fromLogits: false to the loss")
            #expect(try advice(10, .softmax, .focal) == "remove it (predict(x).softmax() gives probabilities)")
            let probabilities = "end it with .softmax, or with no activation and the loss .crossEntropy"
            #expect(try advice(10, .sigmoid, .crossEntropy(fromLogits: false)) == probabilities)
            #expect(try advice(10, .linear, .crossEntropy(fromLogits: false)) == probabilities)
            #expect(try advice(10, .softmax, .crossEntropy(fromLogits: false)).hasPrefix("no error"))
            #expect(
                try advice(1, .tanh, .binaryCrossEntropy(fromLogits: false))
                    == "end it with .sigmoid, or with no activation and the loss .binaryCrossEntropy")
            #expect(try advice(1, .sigmoid, .binaryCrossEntropy(fromLogits: false)) == "no error")
            #expect(
                try advice(1, .softmax, .meanSquaredError).hasPrefix(
                    "end it with Dense(1) and the loss .binaryCrossEntropy"))
        }

        @Test func yesAndNoAreOneAndZero() throws {
            func message(_ targets: Tensor, _ loss: Loss = .binaryCrossEntropy) throws -> String {
                let network = try network([2]) { Dense(1) }
                return text {
                    try network.fit(
                        Examples(inputs: .uniform([4, 2]), targets: targets), loss: loss, showsProgress: false)
                }
            }
            #expect(
                try message(Tensor([-1.0, 1, 1, -1]))
                    == "ValueError in net: fit: training: targets go from -1 to 1, but .binaryCrossEntropy expects 0 for no and 1 for yes; write (targets + 1) / 2, or take the loss .hinge, which expects -1 and 1"
            )
            #expect(try message(Tensor([-1.0, 1, 1, -1]), .hinge) == "no error")
            #expect(try message((Tensor([-1.0, 1, 1, -1]) + 1) / 2) == "no error")
            #expect(
                try message(Tensor([0, 1, 2, 0])).hasSuffix(
                    "for 3 classes end the network with Dense(3) and take .crossEntropy"))
            #expect(try message(Tensor([0.1, 0.9, 0.5, 0])) == "no error")
            #expect(
                try message(Tensor([0.0, 1, 0, 1]) - 0.5, .binaryFocal).hasSuffix("for numbers take .meanSquaredError"))
        }

        @Test func outputsThatAreProbabilitiesAlready() {
            let p = Tensor([[0.2, 0.8], [0.5, 0.5]]), labels = Tensor([1, 0])
            let (_, notes) = Notes.collecting { Loss.crossEntropy(p, labels) }
            #expect(
                notes.map(\.description) == [
                    "the outputs of .crossEntropy look like probabilities, but it expects logits; leave softmax out: the loss does it"
                ])
            #expect(Notes.collecting { Loss.crossEntropy(p * 2, labels) }.notes.isEmpty)
            #expect(Notes.collecting { Loss.crossEntropy(fromLogits: false)(p, labels) }.notes.isEmpty)
            #expect(Notes.collecting { Tensor.zeros([4, 1]).softmax() }.notes.count == 1)
            #expect(Notes.collecting { Softmax()(.zeros([4, 1])) }.notes.isEmpty)
        }

        /// The library's own operations say nothing where a batch has as many examples as sequences have steps.
        @Test func layersAreSilent() {
            let x = Tensor.normal([3, 3, 4])
            let noted = Notes.collecting {
                _ = training { LSTM(3, returnSequences: true)(x) }
                _ = MultiHeadAttention(heads: 2, size: 2, causal: true)(x)
                _ = LocallyConnected1D(2, kernel: 3, padding: .same)(x)
                _ = Bidirectional(GRU(2))(x)
            }.notes
            #expect(noted.isEmpty, "\(noted)")
        }

        @Test func aNetworkNeedsLayers() {
            #expect(
                text { _ = try Sequential("net", input: [2]) {} }.contains(
                    "a network needs at least one layer; write it between the braces: { Dense(10) }"))
        }

        // MARK: Metrics

        @Test func metricsThatWouldMeanNothing() throws {
            let one = try network([2]) { Dense(1) }
            let digits = Examples(inputs: .uniform([20, 2]), targets: Tensor((0..<20).map { $0 % 10 }))
            func message(_ metrics: Metric..., data: Examples? = nil) -> String {
                text {
                    try one.fit(
                        data ?? digits, loss: .meanSquaredError, metrics: metrics, showsProgress: false)
                }
            }
            let refused =
                " needs decisions, but one output against labels from 0 to 9 makes none; end the network with Dense(10) and take the loss .crossEntropy, or measure .meanAbsoluteError"
            for (metric, name) in [
                (Metric.accuracy, "accuracy"), (.precision, "precision"), (.recall, "recall"), (.f1, "f1"),
                (.auc, "auc"), (.averagePrecision, "average_precision"), (.kappa, "kappa"),
            ] { #expect(message(metric) == "ValueError in net: fit: " + name + refused) }
            #expect(message(.topK(3)).contains("top_3_accuracy needs the outputs of several classes"))
            #expect(message(.meanAbsoluteError, .rSquared) == "no error")
            #expect(message(.meanAbsoluteError, .meanAbsoluteError).contains("two metrics are called"))
            let codes = Examples(inputs: .uniform([4, 2]), targets: Tensor([0.1, 0.9, 0.9, 0.1]))
            #expect(message(.accuracy, data: codes) == "no error")
            let signs = Examples(inputs: .uniform([4, 2]), targets: Tensor([-1.0, 1, 1, -1]))
            #expect(message(.accuracy, data: signs) == "no error")
            let numbers = Examples(inputs: .uniform([4, 2]), targets: Tensor([0.1, 0.7, 0.9, 0.2]))
            #expect(message(.accuracy, data: numbers).contains("one output against numbers from 0.1 to 0.9"))
        }

        /// y = x with the identity: every error is 0, unless a column meets a vector.
        @Test func customMetricsGetTargetsInTheOutputsShape() throws {
            let x = Tensor([0.0, 1, 2, 3], shape: [4, 1]), y = Tensor([0.0, 1, 2, 3])
            let network = try network([1]) { Dense(1, bias: false, initializer: .ones) }
            let mine = Metric("mine") { outputs, targets in abs(outputs - targets).mean().item() }
            let state = Metric("state") { batch in
                WeightedMean((batch.outputs - batch.targets).squared().mean().item())
            }
            let values = try network.evaluate(
                Examples(inputs: x, targets: y), loss: .meanAbsoluteError, metrics: [mine, state, .meanAbsoluteError])
            #expect(values.values == [0, 0, 0, 0])
        }
    }
}
