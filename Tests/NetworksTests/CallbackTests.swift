import Networks
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
                    "this training does not measure \"val_loss\"; it measures loss; val_… needs validation: examples"))
        }
    }
}
