import Foundation
import Glibc
import Synchronization

/// Messages between the kernel and the process that runs its cells, over a stream socket: each its length, then JSON.
package final class MessageChannel: Sendable {
    package let descriptor: Int32
    private let sending = Mutex(())

    package init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Sends a message whole, from any thread. A peer that is gone is noticed by the reader.
    package func send(_ message: some Encodable) {
        guard let body = try? JSONEncoder().encode(message) else { return }
        var frame = withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) }
        frame += body
        sending.withLock { _ in
            frame.withUnsafeBytes { bytes in
                var sent = 0
                while sent < bytes.count {
                    let flags = Int32(MSG_NOSIGNAL)
                    let count = Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, flags)
                    if count < 0, errno == EINTR { continue }
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

    private func read(_ count: Int) -> Data? {
        var data = Data(count: count)
        let isComplete = data.withUnsafeMutableBytes { bytes in
            var filled = 0
            while filled < count {
                let more = Glibc.read(descriptor, bytes.baseAddress! + filled, count - filled)
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { return false }
                filled += more
            }
            return true
        }
        return isComplete ? data : nil
    }
}
