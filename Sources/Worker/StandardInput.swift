import CWorker
import Dispatch
import Synchronization

/// Standard input of cells: `readLine()` asks the user for a line through the front end.
final class StandardInput: Sendable {
    private let reports: ReportQueue
    private let answered = DispatchSemaphore(value: 0)
    private let answer = Mutex<[UInt8]>([])
    /// The serial number of the cell that waits for a line.
    private let waiting = Mutex<Int?>(nil)

    init(reports: ReportQueue) { self.reports = reports }

    /// Replaces C's `stdin`, for the life of the process.
    func install() {
        cw_redirect_stdin(
            { context, buffer, size in
                let input = Unmanaged<StandardInput>.fromOpaque(context!).takeUnretainedValue()
                return input.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            }, Unmanaged.passRetained(self).toOpaque())
    }

    /// Receives a line from the front end; `nil` is the end of input.
    func answer(_ line: String?) {
        answer.withLock { $0 = line.map { Array(($0 + "\n").utf8) } ?? [] }
        answered.signal()
    }

    /// Ends the wait of an interrupted cell.
    func giveUp() {
        let isWaiting = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting != nil
        }
        if isWaiting { answered.signal() }
    }

    /// Reads what is left of the last line, or asks for a new one.
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
