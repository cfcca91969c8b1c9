import Datasets
import Foundation
import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct CallbackTests {
        /// Keras's lines: the epoch, then its numbers.
        @Test func terminalGetsALineForEachEpoch() async throws {
            let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                let network = try Sequential(input: [2]) { Dense(2) }
                try network.fit(Samples.halves(10), epochs: 2, batchSize: 4, loss: .crossEntropy, metrics: [.accuracy])
            }
            let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
            let line = /3\/3 - \d+s - \d+ms\/step - loss: \d+\.\d{4} - accuracy: [01]\.\d{4}/
            let lines = output.split(separator: "\n").suffix(4)
            #expect(lines.map { $0.wholeMatch(of: line) != nil } == [false, true, false, true])
            #expect(lines.first == "Epoch 1/2" && lines.dropFirst(2).first == "Epoch 2/2")
        }

        @Test func aNotebookPutsItsOwnDisplayThere() throws {
            final class Counter: Callback {
                var steps = 0
                func stepEnded(_ report: StepReport) { steps += 1 }
            }
            let before = Training.defaultCallbacks
            defer { Training.defaultCallbacks = before }
            nonisolated(unsafe) let counter = Counter()
            Training.defaultCallbacks = { [counter] }
            let network = try Sequential(input: [2]) { Dense(2) }
            try network.fit(Samples.halves(12), batchSize: 4, loss: .crossEntropy)
            #expect(counter.steps == 3)
            try network.fit(Samples.halves(12), batchSize: 4, loss: .crossEntropy, showsProgress: false)
            #expect(counter.steps == 3)
        }

        @Test func stoppingEarlyNeedsAMetricThatIsMeasured() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let network = try Sequential(input: [2]) { Dense(2) }
                try network.fit(
                    Samples.halves(4), loss: .crossEntropy, callbacks: [EarlyStopping()], showsProgress: false)
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                message.contains(
                    "this training does not measure \"val_loss\"; it measures loss; "
                        + "val_ metrics need validation: examples"))
        }

        /// A schedule sets the rate of every step, so that a callback's would never be used.
        @Test(arguments: ["ReduceLearningRateOnPlateau", "LearningRateScheduler"])
        func aScheduleExcludesOtherRates(_ name: String) async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [name = name as String] in
                let network = try Sequential(input: [2]) { Dense(2) }
                let callback: any Callback =
                    name == "LearningRateScheduler"
                    ? LearningRateScheduler { _, rate in rate / 2 } : ReduceLearningRateOnPlateau("loss")
                try network.fit(
                    Samples.halves(4), optimizer: .sgd(0.1).scheduled { _ in 0.1 }, loss: .crossEntropy,
                    callbacks: [callback], showsProgress: false)
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                message.contains(
                    "\(name): the optimizer has a schedule, which sets the learning rate at every step; leave out "
                        + "scheduled(…), or \(name)"), "\(message)")
        }

        @Test func aPlateauLowersTheRate() throws {
            // All inputs are 0: the loss stays 1, and every epoch is a plateau.
            let data = Examples(inputs: .zeros([8, 1]), targets: .ones([8, 1]))
            let network = try Sequential(input: [1]) { Dense(1, bias: false) }, optimizer: Optimizer = .sgd(0.1)
            var rates: [Double] = []
            try network.fit(
                data, epochs: 5, batchSize: 8, optimizer: optimizer, loss: .meanSquaredError,
                callbacks: [
                    ReduceLearningRateOnPlateau("loss", factor: 0.1, patience: 1),
                    LambdaCallback(stepEnded: { _ in rates.append(optimizer.learningRate) }),
                ], showsProgress: false)
            for (rate, expected) in zip(rates, [0.1, 0.1, 0.01, 0.001, 0.0001]) { #expect(abs(rate - expected) < 1e-9) }
            #expect(rates.count == 5)
        }

        /// Every metric says which way is better, whatever its name; custom ones may leave that to their name.
        @Test(arguments: [
            (Metric.accuracy, true), (.topK(), true), (.precision, true), (.f1(.macro), true), (.iou, true),
            (.matthewsCorrelation, true), (.auc, true), (.averagePrecision, true), (.bleu(), true), (.rSquared, true),
            (.perplexity, false), (.meanAbsoluteError, false), (.rootMeanSquaredError, false), (Metric(.dice), false),
            (Metric("seconds", isLargerBetter: false) { _, _ in 0 }, false),
            (Metric("errors_found", isLargerBetter: true) { _, _ in 0 }, true),
            (Metric("relative_error") { _, _ in 0 }, false), (Metric("reward") { _, _ in 0 }, true),
        ])
        func metricsSayWhichWayIsBetter(_ metric: Metric, isLargerBetter: Bool) {
            #expect(metric.isLargerBetter == isLargerBetter, "\(metric.name)")
        }

        /// A measurement that grows from epoch to epoch: the best epoch is the last if that is good, else the first.
        @Test(arguments: ["growth", "val_growth"], [true, false])
        func callbacksAskTheMetricWhichWayIsBetter(_ watched: String, isLargerBetter: Bool) throws {
            final class Clock: @unchecked Sendable { var time = 0.0 }
            let clock = Clock()
            let growth = Metric("growth", isLargerBetter: isLargerBetter) { _, _ in
                clock.time += 1
                return clock.time
            }
            let stopping = EarlyStopping(watched, patience: 3)
            let rates = ReduceLearningRateOnPlateau(watched, factor: 0.5, patience: 2)
            let path = temporaryPath("{epoch}.safetensors")
            let paths = (1...4).map { path.replacing("{epoch}", with: "\($0)") }
            defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
            let optimizer: Optimizer = .sgd(0.1)
            let one = Examples(inputs: .ones([1, 2]), targets: .zeros([1, 2]))
            let history = try Sequential(input: [2]) { Dense(2) }.fit(
                one, validation: one, epochs: 4, optimizer: optimizer, loss: .meanSquaredError, metrics: [growth],
                callbacks: [stopping, rates, ModelCheckpoint(path, bestOf: watched)], showsProgress: false)
            #expect(history.epochs.count == 4)
            #expect(stopping.bestEpoch == (isLargerBetter ? 4 : 1))
            #expect(optimizer.learningRate == (isLargerBetter ? 0.1 : 0.05))
            #expect(
                paths.map { FileManager.default.fileExists(atPath: $0) }
                    == (isLargerBetter ? [true, true, true, true] : [true, false, false, false]))
        }

        /// Trains on one example, whose target is 0: the loss is a square, which a rate of 0.1 makes smaller and one of
        /// 100 larger.
        private func fit(
            _ network: Layer, epochs: Int, optimizer: Optimizer = .sgd(0.1), _ callbacks: any Callback...
        ) throws -> History {
            try network.fit(
                Examples(inputs: Tensor([[0.6, 0.8]]), targets: .zeros([1, 2])), epochs: epochs, optimizer: optimizer,
                loss: .meanSquaredError, callbacks: callbacks, showsProgress: false)
        }

        @Test func theBestWeightsComeBack() throws {
            let network = try Sequential(input: [2]) { Dense(2) }
            // The loss that an epoch reports is that before its step: epoch 2's is the least, and ends with these
            // weights.
            var best: [Tensor] = []
            let stopping = EarlyStopping("loss", patience: 2, restoresBestWeights: true)
            let history = try fit(
                network, epochs: 20, LearningRateScheduler { epoch, _ in epoch == 1 ? 0.1 : 100 },
                LambdaCallback(epochEnded: { if $0.epoch == 2 { best = network.parameterValues } }), stopping)
            #expect(history.epochs.count == 4 && stopping.bestEpoch == 2)
            #expect(network.parameterValues.map(\.doubles) == best.map(\.doubles))
        }

        /// As in Keras: no patience is that of one epoch.
        @Test func noPatienceEndsWithTheFirstEpochThatIsWorse() throws {
            let stopping = EarlyStopping("loss", patience: 0)
            let history = try fit(
                try Sequential(input: [2]) { Dense(2) }, epochs: 20,
                LearningRateScheduler { epoch, _ in epoch == 1 ? 0.1 : 100 }, stopping)
            #expect(history.epochs.count == 3 && stopping.bestEpoch == 2)
        }

        @Test func checkpoints() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let network = try Sequential(input: [2]) { Dense(2) }
            // From epoch 2 on the loss grows.
            _ = try fit(
                network, epochs: 3, LearningRateScheduler { epoch, _ in epoch == 1 ? 0.1 : 100 },
                ModelCheckpoint(folder.path + "/epoch-{epoch}.safetensors"),
                ModelCheckpoint(folder.path + "/best-{epoch}.safetensors", bestOf: "loss"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                    "best-1.safetensors", "best-2.safetensors", "epoch-1.safetensors", "epoch-2.safetensors",
                    "epoch-3.safetensors",
                ])
            let last = network.parameterValues.map(\.doubles)
            try network.load(from: folder.path + "/epoch-1.safetensors")
            #expect(network.parameterValues.map(\.doubles) != last)
            try network.load(from: folder.path + "/epoch-3.safetensors")
            #expect(network.parameterValues.map(\.doubles) == last)
        }

        @Test func aLogOfLines() throws {
            let path = temporaryPath("log.csv")
            defer { try? FileManager.default.removeItem(atPath: path) }
            let network = try Sequential(input: [2]) { Dense(2) }
            let history = try fit(network, epochs: 2, CSVLogger(path))
            let more = try fit(network, epochs: 1, CSVLogger(path, append: true))
            let losses = history["loss"] + more["loss"]
            #expect(
                try String(contentsOfFile: path, encoding: .utf8)
                    == "epoch,learning_rate,loss\n1,0.1,\(losses[0])\n2,0.1,\(losses[1])\n1,0.1,\(losses[2])\n")
        }

        @Test func ratesByEpoch() throws {
            var rates: [Double] = []
            let optimizer: Optimizer = .sgd(1)
            _ = try fit(
                try Sequential(input: [2]) { Dense(2) }, epochs: 4, optimizer: optimizer,
                LearningRateScheduler(.step(0.5, every: 2, factor: 0.5)),
                LambdaCallback(epochEnded: { _ in rates.append(optimizer.learningRate) }))
            #expect(rates == [0.5, 0.5, 0.25, 0.25])
        }

        /// PyTorch counts as many bad epochs as its patience and lowers the rate at the next; here, as in Keras, the
        /// last of them does.
        @Test func theRateFallsOnAPlateau() throws {
            var rates: [Double] = []
            let optimizer: Optimizer = .sgd(1e-6)
            _ = try fit(
                try Sequential(input: [2]) { Dense(2) }, epochs: 7, optimizer: optimizer,
                ReduceLearningRateOnPlateau("loss", factor: 0.5, patience: 2, cooldown: 1, minimum: 3e-7),
                LambdaCallback(epochEnded: { _ in rates.append(optimizer.learningRate) }))
            #expect(rates == [1e-6, 1e-6, 5e-7, 5e-7, 5e-7, 3e-7, 3e-7])
        }

        @Test func closuresSeeEverything() throws {
            var events: [String] = []
            var stops = false
            _ = try fit(
                try Sequential(input: [2]) { Dense(2) }, epochs: 5,
                LambdaCallback(
                    trainingBegan: { events.append("began \($0.epochs)") },
                    epochBegan: { events.append("epoch \($0)") },
                    stepEnded: { events.append("step \($0.step)") },
                    epochEnded: {
                        events.append("epoch \($0.epoch) ended")
                        stops = $0.epoch == 2
                    }, trainingEnded: { events.append("ended after \($0.epochs.count)") }, stopsWhen: { stops }))
            #expect(
                events == [
                    "began 5", "epoch 1", "step 1", "epoch 1 ended", "epoch 2", "step 1", "epoch 2 ended",
                    "ended after 2",
                ])
        }
    }
}
