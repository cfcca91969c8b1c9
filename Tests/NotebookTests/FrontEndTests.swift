import Notebook
import Synchronization
import Testing

/// Records what a cell asks of its front end.
final class RecordingConnection: FrontEndConnection {
    let calls = Mutex<[String]>([])
    func note(_ call: String) { calls.withLock { $0.append(call) } }
    func display(_ bundle: MimeBundle, identifier: String?) { note("display \(bundle.plainText ?? "-")") }
    func update(_ bundle: MimeBundle, identifier: String) { note("update \(bundle.plainText ?? "-")") }
    func result(_ bundle: MimeBundle) { note("result \(bundle.plainText ?? "-")") }
    func clearOutput(wait: Bool) { note("clear wait: \(wait)") }
}

@Suite struct FrontEndTests {
    func recording(_ body: () -> Void) -> [String] {
        let connection = RecordingConnection()
        FrontEnd.$taskConnection.withValue(connection) { body() }
        return connection.calls.withLock { $0 }
    }

    @Test func displaysAndTheirUpdatesArriveInOrder() {
        let calls = recording {
            let handle = display(1)
            display("two")
            handle.update(3)
            clearOutput(wait: true)
            showResult(4)
        }
        #expect(calls == ["display 1", "display \"two\"", "update 3", "clear wait: true", "result 4"])
    }

    @Test func voidIsNoResult() {
        #expect(recording { showResult(()) } == [])
    }

    @Test func aConnectedFrontEndIsANotebook() {
        #expect(!FrontEnd.isNotebook)
        _ = recording { #expect(FrontEnd.isNotebook) }
        #expect(!FrontEnd.isNotebook)
    }

    @Test func aProgressBarIsDrawnSeldomAndAlwaysAtItsEnd() {
        let calls = recording {
            let bar = ProgressBar(total: 1000, label: "reading", unit: "images", interval: .seconds(60))
            for _ in 0..<1000 { bar.advance() }
            bar.finish()
            bar.finish()
        }
        #expect(calls.count == 2)
        #expect(calls.first?.contains("1/1,000 images") == true)
        #expect(calls.last?.hasPrefix("update reading ████████████████████████ 1,000/1,000 images") == true)
    }
}
