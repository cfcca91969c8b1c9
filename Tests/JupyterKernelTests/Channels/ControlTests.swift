import Foundation
import JupyterKernel
import JupyterWire
import Testing

extension KernelTests {
    @Suite struct ControlTests {
        @Test func answersWhileACellRuns() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                let cell = client.execute("endless")
                interpreter.waitUntilRunning()
                for _ in 0..<2 { _ = try client.receive(on: .iopub) }
                let info = try client.ask("kernel_info_request", on: .control)
                #expect(info["implementation"] == "swiftlet")
                #expect(try client.isBusyAgain(with: cell))
                let interrupt = client.send("interrupt_request", on: .control)
                #expect(try client.reply(to: interrupt, on: .control).content == ["status": "ok"])
                let transcripts = try client.transcripts(of: [cell, interrupt])
                #expect(transcripts == [["error Interrupted: by you", "idle"], ["busy", "idle"]])
                #expect(try client.reply(to: cell).content["ename"] == "Interrupted")
            }
        }

        @Test func anInterruptWithNothingToInterruptHarmsNothing() throws {
            let interpreter = MockInterpreter()
            try withKernel(interpreter) { client throws in
                #expect(try client.ask("interrupt_request", on: .control) == ["status": "ok"])
                let request = client.execute("x")
                #expect(try client.reply(to: request).content["status"] == "ok")
                #expect(!interpreter.calls.contains("interrupt"))
            }
        }

        @Test(arguments: [true, false], [Channel.control, .shell])
        func shutsDown(restart: Bool, channel: Channel) throws {
            let interpreter = MockInterpreter()
            try withKernel(interpreter) { client throws in
                let reply = try client.ask("shutdown_request", ["restart": .bool(restart)], on: channel)
                #expect(reply == ["status": "ok", "restart": .bool(restart)])
            }
            #expect(interpreter.calls.filter { $0 != "start" } == ["shutdown \(restart)"])
        }

        @Test func shutsDownWhileACellRuns() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                client.execute("endless")
                interpreter.waitUntilRunning()
                client.send("shutdown_request", ["restart": false], on: .control)
                #expect(try client.receive(on: .control).content["status"] == "ok")
            }
            #expect(interpreter.calls == ["start", "execute endless [1]", "shutdown false"])
        }

        @Test func theHeartbeatEchoes() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                client.execute("endless")
                interpreter.waitUntilRunning()
                for frames: [[UInt8]] in [[[1, 2, 3]], [[], [0]], [Array("ping".utf8)]] {
                    client.sendFrames(frames, on: .heartbeat)
                    #expect(try client.receiveFrames(on: .heartbeat) == frames)
                }
            }
        }
    }
}
