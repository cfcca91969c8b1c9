import CZeroMQ
import Glibc

/// Wakes the thread that waits on the sockets: a pipe it waits on as well. Safe to use from any thread.
final class Wakeup: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let result = pipe(&ends)
        precondition(result == 0, "no pipe: too many open files")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Ends the wait that is under way, or else the next one. A pipe that is full does so already.
    func signal() { _ = write(writeEnd, [1], 1) }

    /// Makes the next wait a wait again.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(readEnd, &bytes, bytes.count) > 0 {}
    }

    var pollItem: zmq_pollitem_t { zmq_pollitem_t(socket: nil, fd: readEnd, events: Int16(ZMQ_POLLIN), revents: 0) }
}
