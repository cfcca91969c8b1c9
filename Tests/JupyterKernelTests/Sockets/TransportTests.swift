import Foundation
import Glibc
import JupyterKernel
import JupyterWire
import Testing

/// Whole kernels over real sockets; one at a time, for each has five threads.
@Suite(.serialized, .timeLimit(.minutes(2))) struct KernelTests {
    @Test(arguments: ConnectionFile.Transport.allCases, ["secret", ""])
    func speaksOverEveryTransport(transport: ConnectionFile.Transport, key: String) throws {
        try withKernel(transport: transport, key: key) { client throws in
            let request = client.execute("x")
            #expect(try client.transcript(of: request) == ["busy", "input [1] x", "idle"])
            #expect(try client.reply(to: request).content["status"] == "ok")
        }
    }

    @Test(arguments: ConnectionFile.Transport.allCases)
    func encryptsWhenTheConnectionFileHasKeys(transport: ConnectionFile.Transport) throws {
        // The pair of ZeroMQ's own manual.
        let keys = CurveKeys(
            publicKey: "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", secretKey: "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
        )
        let interpreter = MockInterpreter()
        try withKernel(interpreter, transport: transport, curve: keys) { client throws in
            let plain = try Client(client.connection, identity: "plain", isEncrypted: false)
            plain.execute("rm")
            plain.sendFrames([[1]], on: .heartbeat)
            let request = client.execute("x")
            #expect(try client.reply(to: request).content["status"] == "ok")
            client.sendFrames([[2]], on: .heartbeat)
            #expect(try client.receiveFrames(on: .heartbeat) == [[2]])
            for channel in Channel.allCases {
                #expect(throws: Client.Silence.self) { try plain.receiveFrames(on: channel, milliseconds: 0) }
            }
            #expect(interpreter.calls == ["start", "execute x [1]"])
        }
    }

    @Test func whoeverSubscribesIsWelcomed() throws {
        try withKernel { client throws in
            let second = try Client(client.connection, identity: "second")
            let welcome = try second.receive(on: .iopub)
            #expect(welcome.type == "iopub_welcome" && welcome.content == ["subscription": ""])
            #expect(welcome.parentHeader == [:] && welcome.identities == [[]])
        }
    }

    @Test func everybodyHearsWhatOneDoes() throws {
        try withKernel { client throws in
            let second = try Client(client.connection, identity: "second")
            _ = try second.receive(on: .iopub)
            #expect(try client.receive(on: .iopub).type == "iopub_welcome")
            let request = client.execute("x")
            #expect(try client.transcript(of: request) == second.transcript(of: request))
        }
    }

    @Test func whatIsNotSignedIsDropped() throws {
        let interpreter = MockInterpreter()
        try withKernel(interpreter) { client throws in
            let stranger = try Client(client.connection, key: "wrong", identity: "stranger")
            stranger.execute("rm")
            stranger.send("shutdown_request", on: .control)
            client.sendFrames([], on: .shell)
            client.sendFrames([[1, 2], [], [0xFF]], on: .shell)
            client.sendFrames([Array("<IDS|MSG>".utf8), [], [], [], [], []], on: .shell)
            client.sendFrames([Array("<IDS|MSG>".utf8)], on: .control)
            let request = client.execute("x")
            #expect(try client.reply(to: request).content["status"] == "ok")
            #expect(interpreter.calls == ["start", "execute x [1]"])
        }
    }

    @Test(arguments: [Channel.shell, .control])
    func unknownRequestsAreBusyAndIdle(channel: Channel) throws {
        try withKernel { client throws in
            let request = client.send("make_coffee_request", on: channel)
            #expect(try client.transcript(of: request) == ["busy", "idle"])
            #expect(try client.ask("kernel_info_request", on: channel)["status"] == "ok")
        }
    }

    @Test func socketFilesAreForTheirUserOnly() throws {
        try withKernel { client throws in
            for channel in Channel.allCases {
                var status = stat()
                #expect(stat(String(client.connection.endpoint(of: channel).dropFirst("ipc://".count)), &status) == 0)
                #expect(status.st_mode & 0o077 == 0)
            }
        }
    }

    /// A process that a cell starts must not hold the kernel's sockets open.
    @Test func descriptorsAreNotInherited() throws {
        func descriptors() throws -> [Int32: String] {
            let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            let targets = names.map {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            }
            return Dictionary(uniqueKeysWithValues: zip(names.compactMap { Int32($0) }, targets.map { $0 ?? "" }))
        }
        let before = try descriptors()
        try withKernel { _ throws in
            let opened = try descriptors().filter { before[$0.key] != $0.value && fcntl($0.key, F_GETFD) >= 0 }
            #expect(opened.count > 10)
            for (descriptor, target) in opened {
                #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0, "\(target) is inherited")
            }
        }
    }

    @Test func anAddressThatIsTakenIsNamed() throws {
        try withKernel(transport: .tcp) { client throws in
            #expect {
                try Kernel(connection: client.connection, interpreter: MockInterpreter())
            } throws: { error in
                "\(error)" == "cannot listen at \(client.connection.endpoint(of: .shell)): Address already in use"
            }
        }
    }
}
