import CZeroMQ
import Glibc
package import JupyterWire

/// Why a ZeroMQ call failed.
package struct SocketError: Error, CustomStringConvertible {
    /// The operation, such as `listen at tcp://127.0.0.1:5555`.
    package let operation: String
    /// ZeroMQ's error number.
    package let code: Int32

    init(_ operation: String) {
        self.operation = operation
        code = zmq_errno()
    }

    /// The error in one line.
    package var description: String { "cannot \(operation): \(String(cString: zmq_strerror(code)))" }
}

/// The ZeroMQ context that the sockets of a process share. Safe to use from any thread.
package final class SocketContext: @unchecked Sendable {
    fileprivate let pointer: UnsafeMutableRawPointer

    /// A context with one I/O thread.
    package init() throws(SocketError) {
        guard let pointer = zmq_ctx_new() else { throw SocketError("start ZeroMQ") }
        self.pointer = pointer
    }

    /// Wakes every socket that waits. From then on, sockets can only be closed.
    package func shutDown() { zmq_ctx_shutdown(pointer) }

    /// Waits for outgoing messages, as long as the sockets linger, and frees the context. All sockets must have been
    /// closed, or be closed by their threads.
    package func terminate() {
        while zmq_ctx_term(pointer) != 0, zmq_errno() == EINTR {}
    }
}

/// A ZeroMQ socket that sends and receives multipart messages.
///
/// Used by one thread at a time: it may be handed over, but never shared.
package final class Socket: @unchecked Sendable {
    /// The kinds of sockets that kernels and clients use.
    package enum Kind: Int32, Sendable {
        /// A kernel's side of requests; it addresses clients by identity.
        case router = 6
        /// A client's side of requests.
        case dealer = 5
        /// A kernel's broadcasts; it receives the subscriptions.
        case xpub = 9
        /// A client's subscription.
        case sub = 2
    }

    let pointer: UnsafeMutableRawPointer

    /// A socket whose queue is unlimited, so that no burst of output is dropped, and which lingers for a second once it
    /// is closed.
    package init(_ kind: Kind, in context: SocketContext) throws(SocketError) {
        guard let pointer = zmq_socket(context.pointer, kind.rawValue) else { throw SocketError("open a socket") }
        self.pointer = pointer
        set(ZMQ_LINGER, 1000)
        set(ZMQ_SNDHWM, 0)
        set(ZMQ_RCVHWM, 0)
    }

    /// Sets an integer option.
    package func set(_ option: Int32, _ value: Int32) {
        withUnsafePointer(to: value) { _ = zmq_setsockopt(pointer, option, $0, MemoryLayout<Int32>.size) }
    }

    /// Sets a binary option.
    package func set(_ option: Int32, _ value: [UInt8]) { _ = zmq_setsockopt(pointer, option, value, value.count) }

    /// Encrypts all messages, as the listening side. Must be called before `bind`.
    ///
    /// - Throws: `SocketError` if this ZeroMQ was built without encryption.
    package func encrypt(with keys: CurveKeys) throws(SocketError) {
        let secret = Array(keys.secretKey.utf8)
        var isServer: Int32 = 1
        guard zmq_setsockopt(pointer, ZMQ_CURVE_SECRETKEY, secret, secret.count) == 0,
            zmq_setsockopt(pointer, ZMQ_CURVE_SERVER, &isServer, MemoryLayout<Int32>.size) == 0
        else { throw SocketError("encrypt a socket") }
    }

    /// Listens at an address.
    package func bind(_ endpoint: String) throws(SocketError) {
        guard zmq_bind(pointer, endpoint) == 0 else { throw SocketError("listen at \(endpoint)") }
    }

    /// Connects to an address.
    package func connect(_ endpoint: String) throws(SocketError) {
        guard zmq_connect(pointer, endpoint) == 0 else { throw SocketError("connect to \(endpoint)") }
    }

    /// Sends a message without waiting.
    ///
    /// - Returns: Whether it was accepted. A router without `ZMQ_ROUTER_MANDATORY` accepts, and drops, messages for
    ///   unknown clients.
    @discardableResult
    package func send(_ frames: [[UInt8]]) -> Bool {
        for (index, frame) in frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0)
            while zmq_send(pointer, frame, frame.count, flags) < 0 {
                guard zmq_errno() == EINTR else { return false }
            }
        }
        return true
    }

    /// The next message; `nil` if there is none or, when waiting, if the context was shut down.
    package func receive(waiting: Bool = false) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var part = zmq_msg_t()
        zmq_msg_init(&part)
        defer { zmq_msg_close(&part) }
        repeat {
            while zmq_msg_recv(&part, pointer, waiting ? 0 : ZMQ_DONTWAIT) < 0 {
                guard zmq_errno() == EINTR else { return nil }
            }
            frames.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))))
        } while zmq_msg_more(&part) != 0
        return frames
    }

    /// Whether a message arrives within a time.
    package func awaitMessage(milliseconds: Int) -> Bool {
        var item = pollItem
        return zmq_poll(&item, 1, milliseconds) > 0
    }

    var pollItem: zmq_pollitem_t { zmq_pollitem_t(socket: pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0) }

    /// Closes the socket; it must not be used again.
    package func close() { zmq_close(pointer) }
}
