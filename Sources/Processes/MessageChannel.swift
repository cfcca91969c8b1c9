import CWorker
import Foundation
import Glibc
import Synchronization

/// Messages between two processes, over a stream socket: each is sent as its length, followed by JSON. A file
/// descriptor may accompany a message.
package final class MessageChannel: Sendable {
    /// The descriptor of this end of the socket.
    package let descriptor: Int32
    private let sending = Mutex(())
    private let received = Mutex<Int32?>(nil)

    /// Creates a channel over a connected socket, which it closes when it is deallocated.
    package init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A channel, and the descriptor of its other end, which the caller passes on and closes.
    package static func pair() throws(SystemError) -> (channel: MessageChannel, other: Int32) {
        var ends: [Int32] = [-1, -1]
        guard cw_socket_pair(&ends) == 0 else { throw SystemError("socketpair") }
        return (MessageChannel(descriptor: ends[0]), ends[1])
    }

    /// Sends a complete message, from any thread, with a copy of a descriptor. A closed connection shows only
    /// in ``receive(_:)``.
    package func send(_ message: some Encodable, passing passed: Int32? = nil) {
        guard let body = try? JSONEncoder().encode(message) else { return }
        var frame = withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) }
        frame += body
        sending.withLock { _ in
            frame.withUnsafeBytes { bytes in
                var sent = 0
                while sent < bytes.count {
                    let passed = sent == 0 ? passed : nil
                    let count = cw_send(
                        descriptor, bytes.baseAddress! + sent, bytes.count - sent, [passed ?? -1], passed == nil ? 0 : 1
                    )
                    guard count > 0 else { return }
                    sent += count
                }
            }
        }
    }

    /// Waits for a message; `nil` when the connection is closed. Only one thread may receive.
    package func receive<Message: Decodable>(_ type: Message.Type) -> Message? {
        guard let header = read(4) else { return nil }
        let count = header.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
        guard let body = read(Int(count)) else { return nil }
        return try? JSONDecoder().decode(type, from: body)
    }

    /// The descriptor that came with the last message, if any; the caller closes it.
    package func takeDescriptor() -> Int32? { received.withLock { $0.take() } }

    private func read(_ count: Int) -> Data? {
        var data = Data(count: count)
        let isComplete = data.withUnsafeMutableBytes { bytes in
            var filled = 0
            while filled < count {
                var passed: Int32 = -1
                var passedCount: Int32 = 0
                let more = cw_receive(
                    descriptor, bytes.baseAddress! + filled, count - filled, &passed, 1, &passedCount)
                if passedCount > 0 { received.withLock { $0 = passed } }
                guard more > 0 else { return false }
                filled += more
            }
            return true
        }
        return isComplete ? data : nil
    }
}
