import CZeroMQ
import Foundation
import JupyterWire
import Synchronization
import Testing
import WorkerProtocol

@testable import JupyterKernel

@Suite(.timeLimit(.minutes(1))) struct OutboxTests {
    private static let session = Session(username: "test")
    private let time: Time
    private let outbox: Outbox
    private let cell: JSON = ["msg_id": "cell"]

    init() {
        let time = Time()
        self.time = time
        outbox = Outbox(session: Self.session) { time.now }
    }

    /// A clock that stands still until a test moves it.
    private final class Time: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func pass(milliseconds: Int) { instant.withLock { $0 += .milliseconds(milliseconds) } }
    }

    /// What leaves now, a line for each message.
    private func delivered() -> [String] { outbox.takeDelivery().envelopes.map(Self.line) }

    private static func line(_ envelope: Outbox.Envelope) -> String {
        let (message, content) = (envelope.message, envelope.message.content)
        switch message.type {
        case "stream": return "\(content["name"]?.string ?? ""): \(content["text"]?.string ?? "")"
        case "status": return content["execution_state"]?.string ?? ""
        default: return "\(envelope.channel.rawValue) \(message.type) \(content["text"]?.string ?? "")"
        }
    }

    private func write(_ text: String, to stream: StandardStream = .stdout, of parent: JSON? = nil) {
        outbox.write(text.utf8, to: stream, of: parent ?? cell)
    }

    private func show(_ text: String, as role: Outbox.Role = .display, of parent: JSON? = nil) {
        let type =
            switch role {
            case .display, .other: "display"
            case .update: "update"
            case .clear: "clear"
            }
        outbox.show(type, ["text": .string(text)], as: role, parent: parent ?? cell)
    }

    private func isWoken() -> Bool {
        var item = outbox.wakeup.pollItem
        defer { outbox.wakeup.clear() }
        return zmq_poll(&item, 1, 0) == 1
    }

    // MARK: Order

    @Test func messagesLeaveAtOnceAndInOrder() {
        outbox.publish("status", Content.status(.busy), parent: cell)
        outbox.post(Self.session.message("execute_reply", ["text": "a"]), on: .shell)
        outbox.post(Self.session.message("input_request", ["text": "b"]), on: .stdin)
        outbox.publish("status", Content.status(.idle), parent: cell)
        let lines = ["busy", "shell execute_reply a", "stdin input_request b", "idle"]
        #expect(delivered() == lines)
        #expect(delivered() == [])
    }

    @Test func broadcastsNameTheirTopicAndTheirParent() throws {
        write("a")
        show("b")
        outbox.publish("status", Content.status(.busy), parent: cell)
        let envelopes = outbox.takeDelivery().envelopes
        #expect(envelopes.map(\.message.type) == ["status", "stream", "display"])
        for envelope in envelopes {
            #expect(envelope.channel == .iopub && envelope.message.parentHeader == cell)
            let topic = "kernel.\(Self.session.id).\(envelope.message.type)"
            #expect(envelope.message.identities == [Array(topic.utf8)])
        }
    }

    @Test func textWaitsForMore() {
        write("a")
        let start = time.now
        #expect(delivered() == [])
        #expect(outbox.takeDelivery().nextLook == start + .milliseconds(25))
        time.pass(milliseconds: 24)
        write("b")
        #expect(delivered() == [])
        time.pass(milliseconds: 1)
        #expect(delivered() == ["stdout: ab"])
        #expect(outbox.takeDelivery().nextLook == nil)
    }

    @Test func aDisplayTakesTheTextBeforeItAlong() {
        write("a")
        write("b", to: .stderr)
        show("c")
        write("d")
        show("e", as: .update(id: "x"))
        show("", as: .clear(wait: true))
        write("f")
        #expect(
            delivered() == [
                "stdout: a", "stderr: b", "iopub display c", "stdout: d", "iopub update e", "iopub clear ",
                "stdout: f",
            ])
    }

    @Test func aReplyTakesTheTextAlong() {
        write("a")
        outbox.post(Self.session.message("complete_reply", ["text": "b"]), on: .shell)
        #expect(delivered() == ["shell complete_reply b", "stdout: a"])
    }

    @Test func theSocketsThreadIsWokenWhenThereIsNews() {
        #expect(!isWoken())
        write("a")
        #expect(isWoken())
        write("b")
        #expect(!isWoken(), "text that waits anyway is no news")
        show("c")
        #expect(isWoken())
        outbox.publish("status", Content.status(.busy), parent: cell)
        #expect(isWoken())
        outbox.requestSettling()
        #expect(isWoken())
    }

    @Test func aMarkIsAskedForOnce() {
        outbox.requestSettling()
        #expect(outbox.takeDelivery().wantsSettling)
        #expect(!outbox.takeDelivery().wantsSettling)
    }

    // MARK: Rate

    /// Shows a number of displays and takes them as they come.
    private func exhaustPace() {
        for _ in 0..<250 { show("") }
        #expect(delivered().count == 250)
        for _ in 0..<250 { show("") }
        #expect(delivered().count == 250)
    }

    @Test func displaysLeaveNoFasterThanTheServerTakesThem() {
        for number in 0..<256 { show("\(number)") }
        #expect(delivered() == (0..<256).map { "iopub display \($0)" })
        for number in 256..<512 { show("\(number)") }
        #expect(delivered() == (256..<500).map { "iopub display \($0)" })
        #expect(outbox.takeDelivery().nextLook == time.now + .milliseconds(25))
        time.pass(milliseconds: 10)
        #expect(delivered() == [])
        time.pass(milliseconds: 15)
        #expect(delivered() == (500..<512).map { "iopub display \($0)" })
        // 17.5 messages were allowed, of which 5.5 are left; a part of a message allows a whole one.
        for number in 0..<7 { show("\(number)") }
        #expect(delivered() == (0..<6).map { "iopub display \($0)" })
    }

    @Test func aMessageThatIsNoOutputWaitsForNoPace() {
        exhaustPace()
        show("late")
        outbox.post(Self.session.message("complete_reply", ["text": "a"]), on: .shell)
        #expect(delivered() == ["shell complete_reply a"])
        time.pass(milliseconds: 25)
        #expect(delivered() == ["iopub display late"])
    }

    @Test func anIdleKernelAllowsABurstAgain() {
        exhaustPace()
        show("a")
        outbox.publish("status", Content.status(.busy), parent: cell)
        #expect(delivered() == ["busy"])
        outbox.publish("status", Content.status(.idle), parent: cell)
        time.pass(milliseconds: 25)
        #expect(delivered() == ["idle", "iopub display a"])
        for _ in 0..<250 { show("") }
        #expect(delivered().count == 250)
    }

    @Test func onlyWhatCanBeSeenLeavesWhenOutputIsCongested() {
        exhaustPace()
        show("1", as: .update(id: "x"))
        write("a")
        show("", as: .clear(wait: true))
        show("2", as: .update(id: "x"))
        show("", as: .clear(wait: true))
        write("b")
        #expect(delivered() == [])
        time.pass(milliseconds: 25)
        // A waiting clear that an update follows has not cleared yet; the second one clears both.
        #expect(delivered() == ["iopub update 2", "iopub clear ", "stdout: b"])
    }

    // MARK: Waiting

    /// Runs a body on a thread of its own. The semaphore is signalled at its end.
    private func detached(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            body()
            ended.signal()
        }
        return ended
    }

    @Test func whoeverShowsTooMuchWaits() {
        let count = Counter()
        let ended = detached { [outbox, cell] in
            for number in 0..<600 {
                outbox.show("display", ["text": .string("\(number)")], as: .display, parent: cell)
                count.increment()
            }
        }
        while count.value < 256 { usleep(1000) }
        usleep(20_000)
        #expect(count.value == 256, "the lane is full")
        var lines: [String] = []
        while lines.count < 600 {
            let more = delivered()
            #expect(more.count <= 256)
            lines += more
            time.pass(milliseconds: 25)
            usleep(1000)
        }
        #expect(lines == (0..<600).map { "iopub display \($0)" })
        #expect(ended.wait(timeout: .now() + 20) == .success)
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .sequentiallyConsistent) }
        func increment() { count.add(1, ordering: .sequentiallyConsistent) }
    }

    @Test func drainingWaitsUntilTheCellsOutputHasLeft() {
        write("a")
        let ended = detached { [outbox, cell] in outbox.drain(cell, isEnd: false) }
        #expect(ended.wait(timeout: .now() + 0.02) == .timedOut)
        // What the cell drains no longer waits for more.
        var lines: [String] = []
        while lines.isEmpty { lines = delivered() }
        #expect(lines == ["stdout: a"])
        #expect(ended.wait(timeout: .now() + 20) == .success)
    }

    @Test func drainingWaitsForNobodyElse() {
        show("a", of: ["msg_id": "another"])
        outbox.drain(cell, isEnd: true)
        #expect(delivered() == ["iopub display a"])
    }

    @Test func theEndOfACellSendsAnIncompleteCharacter() {
        outbox.write(Array("🐦".utf8)[..<2], to: .stdout, of: cell)
        outbox.post(Self.session.message("complete_reply", [:]), on: .shell)
        #expect(delivered() == ["shell complete_reply "])
        let ended = detached { [outbox, cell] in outbox.drain(cell, isEnd: true) }
        var lines: [String] = []
        while lines.isEmpty { lines = delivered() }
        #expect(lines == ["stdout: \u{FFFD}"])
        #expect(ended.wait(timeout: .now() + 20) == .success)
    }

    // MARK: The end

    @Test func whatIsQueuedLeavesAtTheEnd() {
        exhaustPace()
        for number in 0..<200 { show("\(number)") }
        write("text")
        outbox.close()
        write("late")
        show("late")
        outbox.publish("status", Content.status(.busy), parent: cell)
        outbox.post(Self.session.message("late", [:]), on: .shell)
        let delivery = outbox.takeDelivery()
        #expect(delivery.envelopes.map(Self.line) == (0..<200).map { "iopub display \($0)" } + ["stdout: text"])
        #expect(delivery.isLast)
    }

    @Test func theEndReleasesWhoeverWaits() {
        exhaustPace()
        for _ in 0..<256 { show("") }
        let writing = detached { [outbox, cell] in outbox.write("late".utf8, to: .stdout, of: cell) }
        let draining = detached { [outbox, cell] in outbox.drain(cell, isEnd: false) }
        #expect(writing.wait(timeout: .now() + 0.02) == .timedOut)
        outbox.close()
        #expect(writing.wait(timeout: .now() + 20) == .success)
        #expect(draining.wait(timeout: .now() + 20) == .success)
        #expect(outbox.takeDelivery().envelopes.count == 256)
    }
}
