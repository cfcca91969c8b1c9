import Datasets
import Networks
import Tensors
import Testing

/// Writes down what a training tells it, and may stop it.
private final class Witness: Callback {
    var events: [String] = []
    let stepToEndAt: Int
    init(stepToEndAt: Int = .max) { self.stepToEndAt = stepToEndAt }
    func trainingBegan(_ plan: TrainingPlan) {
        events.append("began \(plan.epochs)×\(plan.stepsPerEpoch) \(plan.metricNames)")
    }
    func stepEnded(_ report: StepReport) { events.append("step \(report.epoch).\(report.step)") }
    func epochEnded(_ report: EpochReport) { events.append("epoch \(report.epoch)") }
    func trainingEnded(_ history: History) { events.append("ended after \(history.steps.count)") }
    var wantsToStop: Bool { events.filter { $0.hasPrefix("step") }.count >= stepToEndAt }
}

private func smallNetwork() throws -> Sequential {
    try Sequential("small", input: [2]) {
        Dense(8, activation: .tanh)
        Dense(2)
    }
}

extension NetworksTests {
    @Suite struct FitTests {
        @Test func xor() throws {
            Random.seed(2)
            let network = try Sequential(input: [2]) {
                Dense(8, activation: .tanh)
                Dense(1)
            }
            let history = try network.fit(
                Samples.xor, epochs: 200, batchSize: 4, optimizer: .adam(0.05), loss: .binaryCrossEntropy,
                metrics: [.accuracy],
                showsProgress: false)
            #expect(history["accuracy"].last == 1)
            #expect(history.epochs.count == 200)
            #expect((network.predict(Samples.xor.inputs).sigmoid() .> 0.5).ints == [0, 1, 1, 0])
        }

        @Test func callbacksSeeEverything() throws {
            let witness = Witness()
            let history = try smallNetwork().fit(
                Samples.halves(10), validation: Samples.halves(4), epochs: 2, batchSize: 4, loss: .crossEntropy,
                metrics: [.accuracy],
                callbacks: [witness], showsProgress: false)
            #expect(
                witness.events == [
                    "began 2×3 [\"loss\", \"accuracy\", \"val_loss\", \"val_accuracy\"]", "step 1.1", "step 1.2",
                    "step 1.3", "epoch 1",
                    "step 2.1", "step 2.2", "step 2.3", "epoch 2", "ended after 6",
                ])
            #expect(history["val_loss"].count == 2)
            #expect(history.perStep("loss").count == 6)
            // The mean over the epoch weighs the last, smaller batch by its size.
            let losses = history.perStep("loss")
            #expect(abs(history["loss"][0] - (4 * losses[0] + 4 * losses[1] + 2 * losses[2]) / 10) < 1e-9)
        }

        @Test func callbackCanEndIt() throws {
            let history = try smallNetwork().fit(
                Samples.halves(64), epochs: 3, batchSize: 8, loss: .crossEntropy, callbacks: [Witness(stepToEndAt: 5)],
                showsProgress: false)
            #expect(history.steps.count == 5)
            #expect(!history.wasInterrupted)
        }

        @Test func earlyStopping() throws {
            let history = try smallNetwork().fit(
                Samples.halves(16), epochs: 50, optimizer: .sgd(1e-9), loss: .crossEntropy,
                callbacks: [EarlyStopping("loss", patience: 2, minimumChange: 0.1)], showsProgress: false)
            #expect(history.epochs.count == 3)
        }

        @Test func interruptKeepsTheModel() async {
            await #expect(processExitsWith: .success) {
                final class Interrupter: Callback {
                    func stepEnded(_ report: StepReport) { if report.step == 3 { Interruption.request() } }
                }
                let network = try smallNetwork()
                let before = network.parameters.map(\.value.scalars)
                let history = try network.fit(
                    Samples.halves(64), epochs: 3, batchSize: 8, loss: .crossEntropy, callbacks: [Interrupter()],
                    showsProgress: false)
                precondition(history.wasInterrupted && history.steps.count == 3 && history.epochs.isEmpty)
                precondition(!Interruption.isRequested)
                precondition(network.parameters.map(\.value.scalars) != before)
            }
        }

        /// In a process of its own, where nobody else draws random numbers.
        @Test func seedRepeatsOnAnyThreadCount() async {
            await #expect(processExitsWith: .success) {
                func losses(threads: Int) throws -> [Double] {
                    ThreadPool.threadCount = threads
                    Random.seed(42)
                    let network = try Sequential(input: [12, 12, 1]) {
                        Conv2D(8, kernel: 5, padding: .same, activation: .relu)
                        MaxPooling2D(2)
                        Conv2D(16, kernel: 3, activation: .tanh)
                        Flatten()
                        Dropout(0.25)
                        Dense(32, activation: .relu)
                        Dense(4)
                    }
                    let labels = (Tensor.uniform([256]) * 4).floor().converted(to: .int32)
                    let examples = Examples(inputs: .uniform([256, 12, 12, 1]), targets: labels)
                    return try network.fit(
                        examples, epochs: 2, batchSize: 64, loss: .crossEntropy, showsProgress: false
                    ).perStep("loss")
                }
                let one = try losses(threads: 1)
                precondition(one.count == 8)
                let (two, again) = (try losses(threads: 2), try losses(threads: 1))
                precondition(two == one && again == one)
            }
        }

        @Test func predictsInBatches() throws {
            let network = try smallNetwork()
            let x = Tensor.normal([10, 2])
            #expect(network.predict(x, batchSize: 3).isClose(to: network(x), relative: 1e-5, absolute: 1e-6))
            #expect(!network.predict(x).isTracked)
        }

        /// A loss whose targets are not shaped as outputs are: values and their weights, as a detector's are.
        @Test func targetsOfAnyShape() throws {
            let loss = Loss("weighted", targets: .any) { outputs, targets in
                targets[0..., 1] * (outputs[0..., 0] - targets[0..., 0]).squared()
            }
            let network = try Sequential(input: [1]) { Dense(1, bias: false, initializer: .zeros) }
            let targets = Tensor([[1, 1], [3, 0], [5, 3], [2, 0]])
            #expect(loss.terms(.zeros([4, 1]), targets).doubles == [1, 0, 75, 0])
            let examples = Examples(inputs: .ones([4, 1]), targets: targets)
            #expect(try network.evaluate(examples, loss: loss)["loss"] == 19)
            try network.fit(examples, epochs: 200, optimizer: .sgd(0.2), loss: loss, showsProgress: false)
            // (1 · 1 + 3 · 5) / 4
            #expect(abs(network.parameters[0].value.item() - 4) < 1e-4)
            #expect(
                loss(.zeros([4, 1]), Tensor([[1, 1], [3, 0], [5, 3], [2, 0]]), weights: Tensor([1, 1, 0, 0])).item()
                    == 0.5)
        }

        @Test func rowsOfTargetsAreMissing() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Loss("any", targets: .any) { outputs, _ in outputs }(.zeros([4, 2]), .zeros([3, 5]))
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                message.contains("targets [3, 5] do not match outputs [4, 2]; give one row for each example"),
                "\(message)")
        }

        /// Its sign means nothing, and depends on the processor.
        @Test func lossThatIsNoNumber() {
            #expect("\(MetricValues(names: ["loss"], values: [-Double.nan]))" == "loss: nan")
            #expect("\(MetricValues(names: ["loss"], values: [-Double.infinity]))" == "loss: -inf")
        }

        /// What is padding is so in one batch and in many.
        @Test func predictionsKeepTheirMask() throws {
            let network = try Sequential(input: [3]) { Embedding(5, 2, maskZero: true) }
            let words = Tensor([1, 2, 0, 3, 0, 0, 4, 4, 4] as [Int32], shape: [3, 3])
            for batchSize in [1, 2, 3] {
                #expect(
                    network.predict(words, batchSize: batchSize).sequenceMask?.ints == [1, 1, 0, 1, 0, 0, 1, 1, 1])
            }
        }

        // MARK: Mistakes

        private func mistake(_ examples: Examples, epochs: Int = 1, loss: Loss = .crossEntropy) throws -> String {
            let network = try smallNetwork()
            let before = network.parameters.map(\.value.scalars)
            let message = text { try network.fit(examples, epochs: epochs, loss: loss, showsProgress: false) }
            #expect(network.parameters.map(\.value.scalars) == before)
            return message
        }

        @Test func inputsOfAnotherShape() throws {
            #expect(
                try mistake(Examples(inputs: .zeros([4, 1, 2]), targets: Tensor([0, 1, 0, 1])))
                    == "ShapeError in small: fit: the training inputs are of shape [1, 2], but the network takes [2]; write inputs.squeezed(axes: 1), or begin the network with input: [1, 2] and Flatten()"
            )
        }

        @Test func labelsOutOfRange() throws {
            #expect(
                try mistake(Examples(inputs: .zeros([3, 2]), targets: Tensor([1, 2, 3])))
                    == "ValueError in small: fit: training: labels range from 1 to 3, but the network has 2 outputs, for the classes 0 to 1; end the network with Dense(4), or number the classes from 0"
            )
        }

        @Test func labelsAsNumbers() throws {
            #expect(
                try mistake(Examples(inputs: .zeros([3, 2]), targets: .zeros([3])))
                    == "ShapeError in small: fit: training targets [3] do not match outputs [3, 2] (loss: .crossEntropy); class indices must be of an integer type: convert them with .converted(to: .int32)"
            )
        }

        @Test func targetsOfAnotherWidth() throws {
            #expect(
                try mistake(Examples(inputs: .zeros([3, 2]), targets: .zeros([3, 5])), loss: .meanSquaredError)
                    == "ShapeError in small: fit: training targets [3, 5] do not match outputs [3, 2] (loss: .meanSquaredError); make the last layer's output as large as a target"
            )
        }

        @Test func noExamples() throws {
            #expect(
                try mistake(Examples(inputs: .zeros([0, 2]), targets: .zeros([0], dtype: .int32)))
                    == "ValueError in small: fit: there are no training examples; check how the data set was loaded or split"
            )
        }

        @Test func noEpochs() throws {
            #expect(
                try mistake(Samples.halves(4), epochs: 0).hasPrefix(
                    "ValueError in small: fit: epochs and batchSize must be at least 1, got 0 and 32"))
        }
    }
}
