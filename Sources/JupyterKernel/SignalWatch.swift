import CWorker
import Foundation
import Glibc

/// Handles this process's signals on an ordinary thread, where any function may be called.
package enum SignalWatch {
    /// The pipe from the signal handler to the thread.
    private static let pipe: (reading: Int32, writing: Int32) = {
        var ends: [Int32] = [-1, -1]
        let result = cw_pipe(&ends)
        precondition(result == 0, "no pipe: too many open files")
        return (ends[0], ends[1])
    }()

    /// Calls a function with each of these signals from now on. Call this once.
    ///
    /// Signals are caught rather than blocked, because threads of libraries would receive blocked ones.
    package static func start(for signals: [Int32], _ body: @escaping @Sendable (Int32) -> Void) {
        // Creates the pipe before a handler, which must not allocate, uses it.
        let reading = pipe.reading
        let thread = Thread {
            var number: UInt8 = 0
            while true {
                let count = read(reading, &number, 1)
                if count == 1 { body(Int32(number)) } else if count == 0 || errno != EINTR { return }
            }
        }
        thread.name = "signals"
        thread.start()
        for signal in signals {
            Glibc.signal(signal) { signal in
                let code = errno
                var number = UInt8(truncatingIfNeeded: signal)
                _ = write(SignalWatch.pipe.writing, &number, 1)
                errno = code
            }
        }
    }
}
