import CWorker
import Dispatch
import Synchronization

/// `readLine()` in a cell: the front end asks the person in front of it.
final class StandardInput: Sendable {
    private let reports: ReportQueue
    private let answered = DispatchSemaphore(value: 0)
    private let answer = Mutex<[UInt8]>([])
    /// The serial number of the cell that waits for an answer.
    private let waiting = Mutex<Int?>(nil)

    init(reports: ReportQueue) { self.reports = reports }

    /// Puts itself in the place of C's `stdin`. It stays for the life of the process.
    func install() {
        cw_redirect_stdin(
            { context, buffer, size in
                let input = Unmanaged<StandardInput>.fromOpaque(context!).takeUnretainedValue()
                return input.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            }, Unmanaged.passRetained(self).toOpaque())
    }

    /// The line from the front end; `nil` ends the input.
    func answer(_ line: String?) {
        answer.withLock { $0 = line.map { Array(($0 + "\n").utf8) } ?? [] }
        answered.signal()
    }

    /// Ends the wait of a cell that is to stop.
    func giveUp() {
        let isWaiting = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting != nil
        }
        if isWaiting { answered.signal() }
    }

    /// Hands out what is left of the last answer, or asks for a new one.
    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if answer.withLock({ $0.isEmpty }) {
            guard let serial = WorkerProcess.current?.runningSerial else { return 0 }
            cw_flush_output()
            waiting.withLock { $0 = serial }
            reports.add(.input(serial: serial, prompt: ""))
            answered.wait()
            let isGivenUp = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting == nil
            }
            if isGivenUp { WorkerProcess.current?.stopHere("while it waited for input") }
        }
        return answer.withLock { bytes in
            let count = min(bytes.count, buffer.count)
            buffer.copyBytes(from: bytes[..<count])
            bytes.removeFirst(count)
            return count
        }
    }
}
