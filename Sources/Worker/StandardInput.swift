import CWorker
import Dispatch
import Glibc
import Synchronization

/// Standard input of cells: `readLine()` asks the user for a line through the front end.
final class StandardInput: Sendable {
    private let reports: ReportQueue
    private let answered = DispatchSemaphore(value: 0)
    private let answer = Mutex<[UInt8]>([])
    /// What has not been read of the last line.
    private let rest = Mutex<[UInt8]>([])
    /// The serial number of the cell that waits for a line.
    private let waiting = Mutex<Int?>(nil)

    init(reports: ReportQueue) { self.reports = reports }

    /// Replaces C's `stdin`, descriptor 0 and `getpass`, for the life of the process.
    func install() {
        cw_redirect_stdin(
            { context, buffer, size in
                let input = Unmanaged<StandardInput>.fromOpaque(context!).takeUnretainedValue()
                return input.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            },
            { context, prompt in
                let input = Unmanaged<StandardInput>.fromOpaque(context!).takeUnretainedValue()
                return input.ask(prompt: prompt.map { String(cString: $0) } ?? "", isPassword: true).flatMap {
                    strdup($0)
                }
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

    /// Asks the user for a line; `nil` at the end of input.
    func ask(prompt: String, isPassword: Bool) -> String? {
        guard let line = request(prompt: prompt, isPassword: isPassword), !line.isEmpty else { return nil }
        return String(decoding: line.dropLast(), as: UTF8.self)
    }

    /// Reads what is left of the last line, or asks for a new one.
    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if rest.withLock({ $0.isEmpty }) {
            guard let line = request(prompt: "", isPassword: false) else { return 0 }
            rest.withLock { $0 = line }
        }
        return rest.withLock { bytes in
            let count = min(bytes.count, buffer.count)
            buffer.copyBytes(from: bytes[..<count])
            bytes.removeFirst(count)
            return count
        }
    }

    /// Has the front end ask, and waits for the line, which ends with a line break; `nil` if no cell runs.
    private func request(prompt: String, isPassword: Bool) -> [UInt8]? {
        guard let serial = WorkerProcess.current?.runningSerial else { return nil }
        cw_flush_output()
        waiting.withLock { $0 = serial }
        reports.add(.input(serial: serial, prompt: prompt, isPassword: isPassword))
        answered.wait()
        let isGivenUp = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting == nil
        }
        if isGivenUp { WorkerProcess.current?.stopHere("while it waited for input") }
        return answer.withLock { $0 }
    }
}
