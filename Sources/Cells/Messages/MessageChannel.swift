import CWorker
import Foundation
import Glibc
import Synchronization

/// Messages between the kernel and the process that runs its cells, over a stream socket: each its length, then JSON. A
/// descriptor may come with a message.
package final class MessageChannel: Sendable {
    package let descriptor: Int32
    private let sending = Mutex(())
    private let received = Mutex<Int32?>(nil)

    package init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A channel, and the descriptor of its other end, which is the caller's to hand on and to close.
    package static func pair() throws(CompilationError) -> (channel: MessageChannel, other: Int32) {
        var ends: [Int32] = [-1, -1]
        guard cw_socket_pair(&ends) == 0 else {
            throw .toolFailed(tool: "socketpair", message: String(cString: strerror(errno)))
        }
        return (MessageChannel(descriptor: ends[0]), ends[1])
    }

    /// Sends a message whole, from any thread, with a copy of a descriptor. A peer that is gone is noticed by the reader.
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

    /// Waits for a message. `nil` when the peer is gone. One thread reads.
    package func receive<Message: Decodable>(_ type: Message.Type) -> Message? {
        guard let header = read(4) else { return nil }
        let count = header.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
        guard let body = read(Int(count)) else { return nil }
        return try? JSONDecoder().decode(type, from: body)
    }

    /// The descriptor that came with the last message: the caller's to close.
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
