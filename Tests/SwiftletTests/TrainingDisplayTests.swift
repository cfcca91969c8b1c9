import Foundation
import Swiftlet
import Synchronization
import TestSupport
import Testing

/// A front end that remembers what was shown.
final class RecordingFrontEnd: FrontEndConnection {
    struct Shown {
        var identifier: String
        var bundle: MimeBundle
        var isUpdate: Bool
    }

    private let log = Mutex<[Shown]>([])
    var shown: [Shown] { log.withLock { $0 } }

    func display(_ bundle: MimeBundle, identifier: String?) {
        log.withLock { $0.append(Shown(identifier: identifier ?? "", bundle: bundle, isUpdate: false)) }
    }
    func update(_ bundle: MimeBundle, identifier: String) {
        log.withLock { $0.append(Shown(identifier: identifier, bundle: bundle, isUpdate: true)) }
    }
    func result(_ bundle: MimeBundle) {}
    func clearOutput(wait: Bool) {}
}

/// Asks for an interrupt after some steps.
private final class Interrupter: Callback {
    private let step: Int
    init(after step: Int) { self.step = step }
    func stepEnded(_ report: StepReport) { if report.step == step { Interruption.request() } }
}

@Suite(.ownRandomNumbers) struct TrainingDisplayTests {
    let frontEnd = RecordingFrontEnd()

    private func train(epochs: Int, watchedBy others: [any Callback] = []) throws -> History {
        Random.seed(1)
        let moons = Toys.moons(count: 120)
        let net = try Sequential("moons", input: [2]) {
            Dense(4, activation: .tanh)
            Dense(2)
        }
        return try FrontEnd.$taskConnection.withValue(frontEnd) {
            try net.fit(
                moons[0..<100], validation: moons[100...], epochs: epochs, batchSize: 10, loss: .crossEntropy,
                metrics: [.accuracy],
                callbacks: [TrainingDisplay()] + others, showsProgress: false)
        }
    }

    @Test func aTrainingShowsOneBarAndOnePlotThatChangeInPlace() throws {
        let history = try train(epochs: 3)
        let shown = frontEnd.shown
        #expect(shown.filter { !$0.isUpdate }.count == 2)
        let bar = try #require(shown.last { $0.bundle.contents["text/html"] != nil })
        let text = try #require(bar.bundle.plainText)
        #expect(text.contains("moons") && text.contains("300/300 examples"))
        #expect(text.contains("loss") && text.contains("val_accuracy"))
        let plot = try #require(shown.last { $0.bundle.contents["image/png"] != nil })
        // The last frame is the whole history, not what was drawn last by the clock.
        #expect(plot.bundle == history.plot().mimeBundle)
        // Two charts of 400×260 points, at two pixels a point.
        #expect(plot.bundle.sizes["image/png"] == MimeBundle.DisplaySize(width: 800, height: 260))
        guard case .binary(let data)? = plot.bundle.contents["image/png"] else {
            Issue.record("the plot has no picture")
            return
        }
        let bitmap = try Bitmap(png: Array(data))
        #expect(bitmap.width == 1600 && bitmap.height == 520)
    }

    /// In a process of its own, where no other training could take the interrupt.
    @Test func anInterruptedTrainingSaysSo() async {
        await #expect(processExitsWith: .success) {
            let tests = TrainingDisplayTests()
            let history = try tests.train(epochs: 3, watchedBy: [Interrupter(after: 7)])
            #expect(history.wasInterrupted && history.steps.count == 7)
            let shown = tests.frontEnd.shown
            let bar = try #require(shown.last { $0.bundle.contents["text/html"] != nil }?.bundle.plainText)
            #expect(bar.contains("70/300 examples") && bar.contains("interrupted"))
            let plot = try #require(shown.last { $0.bundle.contents["image/png"] != nil }?.bundle.plainText)
            #expect(plot.contains("interrupted"))
        }
    }

    @Test func itIsInstalledForNotebooksAlone() {
        let before = Training.defaultCallbacks
        defer { Training.defaultCallbacks = before }
        TrainingDisplay.install()
        #expect(Training.defaultCallbacks().first is ConsoleProgress)
        FrontEnd.$taskConnection.withValue(frontEnd) {
            #expect(Training.defaultCallbacks().first is TrainingDisplay)
        }
    }
}
