import Cells
import Glibc
import Synchronization
import WorkerProtocol

/// The programs that commands start: one at a time, each to its end, while what it prints is handed on.
///
/// They run in the kernel's folder, which is the notebook's, with the kernel's environment and an empty input.
final class ProgramRunner: Sendable {
    private struct State {
        var process: Subprocess?
        var isInterrupted = false
    }

    private let state = Mutex(State())

    /// Says that a new cell begins: an earlier interrupt is none of its business.
    func beginCell() { state.withLock { $0.isInterrupted = false } }

    /// Ends the program that is running, with all that it started; if none is, none will start until the next cell.
    func interrupt() {
        let process = state.withLock { state in
            state.isInterrupted = true
            return state.process
        }
        if let process { stop(process) }
    }

    /// Whether the cell was interrupted.
    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - arguments: The program's path and its arguments.
    ///   - print: Takes what it prints, in chunks cut anywhere.
    /// - Returns: Its status, or, if negative, the signal that ended it.
    func run(
        _ arguments: [String], print: (ArraySlice<UInt8>, StandardStream) -> Void
    ) throws(CompilationError) -> Int32 {
        if isInterrupted { throw .interrupted }
        let (output, error, end) = (try Cells.Pipe(), try Cells.Pipe(), try Cells.Pipe())
        let process = try Subprocess(arguments, descriptors: [-1, output.writing, error.writing])
        output.closeWriting()
        error.closeWriting()
        let isInterrupted = state.withLock { state in
            state.process = process
            return state.isInterrupted
        }
        if isInterrupted { stop(process) }
        // What a program leaves running in the background may hold the pipes for ever: it is the program's own end that counts.
        _ = KernelThread(name: "program") {
            process.wait()
            end.closeWriting()
        }
        Self.drain([(output.reading, .stdout), (error.reading, .stderr)], until: end.reading, print)
        let wasInterrupted = state.withLock { state in
            state.process = nil
            return state.isInterrupted
        }
        if wasInterrupted { throw .interrupted }
        return process.wait()
    }

    private func stop(_ process: Subprocess) {
        kill(-process.identifier, SIGINT)
        // A program may have its own idea of an interrupt.
        _ = KernelThread(name: "interrupt") {
            sleep(1)
            if self.state.withLock({ $0.process === process }) { kill(-process.identifier, SIGKILL) }
        }
    }

    /// Hands on what comes through pipes until another one is closed.
    private static func drain(
        _ pipes: [(descriptor: Int32, stream: StandardStream)], until end: Int32,
        _ print: (ArraySlice<UInt8>, StandardStream) -> Void
    ) {
        for (descriptor, _) in pipes { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        var polls = pipes.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        polls.append(pollfd(fd: end, events: Int16(POLLIN), revents: 0))
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isLast = false
        repeat {
            guard poll(&polls, nfds_t(polls.count), -1) > 0 else { continue }
            isLast = polls[pipes.count].revents != 0
            for (index, pipe) in pipes.enumerated() where polls[index].fd >= 0 {
                var rest = 1 << 16  // a pipe holds no more
                while rest > 0 {
                    let count = read(pipe.descriptor, &buffer, buffer.count)
                    if count == 0 { polls[index].fd = -1 }
                    guard count > 0 else { break }
                    rest -= count
                    print(buffer[..<count], pipe.stream)
                }
            }
        } while !isLast
    }
}
