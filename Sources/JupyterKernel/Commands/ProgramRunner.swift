import Cells
import Glibc
import Synchronization
import WorkerProtocol

/// Runs the programs that commands start, one at a time, and passes on what they print.
///
/// They run in the notebook's folder, with the kernel's environment and an empty input.
final class ProgramRunner: Sendable {
    private struct State {
        var process: Subprocess?
        var isInterrupted = false
    }

    private let state = Mutex(State())

    /// A new cell begins: clears any earlier interrupt.
    func beginCell() { state.withLock { $0.isInterrupted = false } }

    /// Ends the running program and all that it has started; if there is none, none will start until the next cell.
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
    ///   - print: Takes what it prints, in chunks that may be cut anywhere.
    /// - Returns: Its exit status or, if negative, the signal that ended it.
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
        // A background process may hold the pipes forever: the end of the program itself counts.
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
        // A program may ignore SIGINT.
        _ = KernelThread(name: "interrupt") {
            sleep(1)
            if self.state.withLock({ $0.process === process }) { kill(-process.identifier, SIGKILL) }
        }
    }

    /// Passes on what comes through pipes until another one is closed.
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
