import CZeroMQ
import Foundation
import Glibc
import JupyterKernel
import JupyterWire
import Testing

/// A front end: the other ends of a kernel's sockets.
final class Client {
    /// Nothing came in time.
    struct Silence: Error, CustomStringConvertible {
        let channel: Channel
        var description: String { "nothing came on \(channel)" }
    }

    /// Long enough for a busy machine; a test that passes never waits for it.
    static let patience = 20_000

    let connection: ConnectionFile
    private let context: SocketContext
    private var sockets: [Channel: Socket] = [:]
    private let signer: Signer
    private let session = Session(username: "student")

    init(
        _ connection: ConnectionFile, key: String? = nil, identity: String = "client", isEncrypted: Bool = true
    ) throws {
        self.connection = connection
        signer = Signer(key: key ?? connection.key)
        context = try SocketContext()
        for channel in Channel.allCases {
            let socket = try Socket(channel == .iopub ? .sub : .dealer, in: context)
            socket.set(ZMQ_ROUTING_ID, Array(identity.utf8))
            if channel == .iopub { socket.set(ZMQ_SUBSCRIBE, []) }
            socket.set(ZMQ_LINGER, 0)
            if let keys = connection.curve, isEncrypted {
                socket.set(ZMQ_CURVE_SERVERKEY, Array(keys.publicKey.utf8))
                socket.set(ZMQ_CURVE_PUBLICKEY, Array(keys.publicKey.utf8))
                socket.set(ZMQ_CURVE_SECRETKEY, Array(keys.secretKey.utf8))
            }
            try socket.connect(connection.endpoint(of: channel))
            sockets[channel] = socket
        }
    }

    deinit {
        for socket in sockets.values { socket.close() }
        context.terminate()
    }

    func sendFrames(_ frames: [[UInt8]], on channel: Channel) { sockets[channel]?.send(frames) }

    func receiveFrames(on channel: Channel, milliseconds: Int = patience) throws -> [[UInt8]] {
        guard let socket = sockets[channel], socket.awaitMessage(milliseconds: milliseconds),
            let frames = socket.receive()
        else { throw Silence(channel: channel) }
        return frames
    }

    @discardableResult
    func send(
        _ type: String, _ content: JSON = [:], on channel: Channel = .shell, parent: JSON = [:], metadata: JSON = [:],
        buffers: [[UInt8]] = []
    ) -> Message {
        let message = session.message(type, content, parent: parent, metadata: metadata, buffers: buffers)
        sendFrames(message.frames(signer: signer), on: channel)
        return message
    }

    func receive(on channel: Channel, milliseconds: Int = patience) throws -> Message {
        try Message(frames: receiveFrames(on: channel, milliseconds: milliseconds), signer: signer)
    }

    /// Sends an `execute_request`.
    @discardableResult
    func execute(_ code: String, _ options: [String: JSON] = [:], metadata: JSON = [:]) -> Message {
        send("execute_request", .object(options.merging(["code": .string(code)]) { $1 }), metadata: metadata)
    }

    /// The broadcasts about a request, from `busy` to `idle`. Broadcasts about another one in between are an error.
    func broadcasts(about request: Message) throws -> [Message] {
        var messages: [Message] = []
        repeat {
            let message = try receive(on: .iopub)
            #expect(message.parentHeader == request.header.json, "\(message.type) belongs to another request")
            #expect(message.identities.count == 1)
            messages.append(message)
        } while messages.last?.content["execution_state"] != "idle"
        return messages
    }

    /// What was broadcast about a request, a line for each message.
    func transcript(of request: Message) throws -> [String] { try broadcasts(about: request).map(Self.line) }

    /// What was broadcast about requests that are handled at the same time, through the `idle` of each. That a cell is
    /// `busy` again after the `idle` of another request is left out: it depends on which of the two ended first.
    func transcripts(of requests: [Message]) throws -> [[String]] {
        var transcripts = requests.map { _ in [String]() }
        while !transcripts.allSatisfy({ $0.last == "idle" }) {
            let message = try receive(on: .iopub)
            let index = try #require(requests.firstIndex { $0.header.json == message.parentHeader })
            let line = Self.line(message)
            if line != "busy" || requests[index].type != "execute_request" { transcripts[index].append(line) }
        }
        return transcripts
    }

    /// Whether the next broadcast says that the kernel is at work for this request.
    func isBusyAgain(with request: Message) throws -> Bool {
        let message = try receive(on: .iopub)
        return message.parentHeader == request.header.json && Self.line(message) == "busy"
    }

    /// The reply to a request.
    func reply(to request: Message, on channel: Channel = .shell) throws -> Message {
        let reply = try receive(on: channel)
        #expect(reply.parentHeader == request.header.json)
        #expect(reply.type == request.type.replacing("_request", with: "_reply"))
        return reply
    }

    /// The two together, for a request that is the only one.
    func ask(_ type: String, _ content: JSON = [:], on channel: Channel = .shell) throws -> JSON {
        let request = send(type, content, on: channel)
        #expect(try transcript(of: request) == ["busy", "idle"])
        return try reply(to: request, on: channel).content
    }

    private static func line(_ message: Message) -> String {
        let content = message.content
        let text = content["data"]?["text/plain"]?.string ?? ""
        switch message.type {
        case "status": return content["execution_state"]?.string ?? ""
        case "execute_input": return "input [\(content["execution_count"]?.int ?? -1)] \(content["code"]?.string ?? "")"
        case "stream": return "\(content["name"]?.string ?? ""): \(content["text"]?.string ?? "")"
        case "execute_result": return "result [\(content["execution_count"]?.int ?? -1)] \(text)"
        case "error": return "error \(content["ename"]?.string ?? ""): \(content["evalue"]?.string ?? "")"
        case "display_data", "update_display_data": return "\(message.type) \(text) \(content["transient"] ?? nil)"
        default: return "\(message.type) \(content)"
        }
    }
}

/// Runs a kernel while the body talks to it, then shuts it down and checks that it ends.
func withKernel(
    _ interpreter: MockInterpreter = MockInterpreter(), transport: ConnectionFile.Transport = .ipc,
    key: String = "secret", curve: CurveKeys? = nil,
    _ body: (Client) throws -> Void
) throws {
    let directory = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let ports = try freePorts(5)
    var members: [String: JSON] = [
        "transport": .string(transport.rawValue), "key": .string(key),
        "ip": .string(transport == .tcp ? "127.0.0.1" : directory.appending(component: "kernel").path),
        "shell_port": .int(ports[0]), "iopub_port": .int(ports[1]), "stdin_port": .int(ports[2]),
        "control_port": .int(ports[3]), "hb_port": .int(ports[4]),
    ]
    if let curve {
        members["curve_publickey"] = .string(curve.publicKey)
        members["curve_secretkey"] = .string(curve.secretKey)
    }
    let connection = try ConnectionFile(json: .object(members))
    let kernel = try Kernel(connection: connection, interpreter: interpreter)
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
        kernel.run()
        ended.signal()
    }
    defer {
        kernel.shutDown()
        #expect(ended.wait(timeout: .now() + .seconds(20)) == .success, "the kernel did not end")
    }
    let client = try Client(connection)
    #expect(try client.receive(on: .iopub).type == "iopub_welcome")
    try body(client)
}

/// Different ports that nobody listens at. All are held until the last one is found: the system may pick one again that
/// was released.
private func freePorts(_ count: Int) throws -> [Int] {
    var held: [Int32] = []
    defer { for descriptor in held { close(descriptor) } }
    return try (0..<count).map { _ in
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        held.append(descriptor)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) + getsockname(descriptor, $0, &length)
            }
        }
        try #require(result == 0)
        return Int(address.sin_port.bigEndian)
    }
}
