import Foundation
import JupyterKernel
import JupyterWire
import Testing
import WorkerProtocol

extension KernelTests {
    @Suite struct CommTests {
        @Test func anUnknownTargetIsClosedAgain() throws {
            try withKernel { client throws in
                let open = client.send("comm_open", ["comm_id": "c", "target_name": "nobody", "data": [:]])
                #expect(try client.transcript(of: open) == ["busy", #"comm_close {"comm_id":"c","data":{}}"#, "idle"])
                #expect(try client.ask("comm_info_request") == ["status": "ok", "comms": [:]])
            }
        }

        @Test func aKnownTargetIsSpokenTo() throws {
            let interpreter = MockInterpreter()
            try withKernel(interpreter) { client throws in
                let open = client.send("comm_open", ["comm_id": "c", "target_name": "known", "data": [:]])
                #expect(try client.transcript(of: open) == ["busy", "idle"])
                #expect(
                    try client.ask("comm_info_request", ["target_name": "known"])
                        == ["status": "ok", "comms": ["c": ["target_name": "known"]]])
                #expect(try client.ask("comm_info_request", ["target_name": "other"])["comms"] == [:])
                let message = client.send("comm_msg", ["comm_id": "c", "data": ["x": 1]], buffers: [[1, 2]])
                #expect(
                    try client.transcript(of: message)
                        == ["busy", #"comm_msg {"comm_id":"c","data":{"echo":{"x":1}}}"#, "idle"])
                let close = client.send("comm_close", ["comm_id": "c", "data": [:]])
                #expect(try client.transcript(of: close) == ["busy", "idle"])
                #expect(try client.ask("comm_info_request")["comms"] == [:])
                #expect(
                    interpreter.calls
                        == ["start", "opened c", #"comm_msg c {"x":1} [[1, 2]]"#, "comm_close c {} []"])
            }
        }

        /// A slider moves while a network trains.
        @Test func commsAreHandledWhileACellRuns() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                let cell = client.execute("endless")
                interpreter.waitUntilRunning()
                for _ in 0..<2 { _ = try client.receive(on: .iopub) }
                let open = client.send("comm_open", ["comm_id": "c", "target_name": "known", "data": [:]])
                #expect(try client.transcript(of: open) == ["busy", "idle"])
                #expect(try client.isBusyAgain(with: cell))
                for value in 1...3 {
                    let message = client.send("comm_msg", ["comm_id": "c", "data": ["x": .int(value)]])
                    let echo = #"comm_msg {"comm_id":"c","data":{"echo":{"x":\#(value)}}}"#
                    #expect(try client.transcript(of: message) == ["busy", echo, "idle"])
                    #expect(try client.isBusyAgain(with: cell))
                }
                let info = client.send("comm_info_request")
                #expect(try client.transcript(of: info) == ["busy", "idle"])
                #expect(try client.isBusyAgain(with: cell))
                #expect(try client.reply(to: info).content["comms"] == ["c": ["target_name": "known"]])

                let interrupt = client.send("interrupt_request", on: .control)
                #expect(
                    try client.transcripts(of: [cell, interrupt])
                        == [["error Interrupted: by you", "idle"], ["busy", "idle"]])
                // The next cell is no longer that one.
                #expect(try client.transcript(of: client.execute("x")) == ["busy", "input [2] x", "idle"])
            }
        }

        @Test func messagesOfClosedCommsAreDropped() throws {
            let interpreter = MockInterpreter()
            try withKernel(interpreter) { client throws in
                let message = client.send("comm_msg", ["comm_id": "none", "data": [:]])
                #expect(try client.transcript(of: message) == ["busy", "idle"])
                #expect(interpreter.calls == ["start"])
            }
        }

        @Test func aCellCanOpenOne() throws {
            let interpreter = MockInterpreter([
                "widget": { output, _ in
                    output.send(
                        CommMessage(
                            .open(target: "jupyter.widget"), id: "w", data: #"{"state":{}}"#,
                            metadata: #"{"version":"2.1.0"}"#, buffers: [Data([7])]))
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let open = try #require(
                    try client.broadcasts(about: client.execute("widget")).first { $0.type == "comm_open" })
                #expect(open.content["target_name"] == "jupyter.widget" && open.metadata == ["version": "2.1.0"])
                #expect(open.buffers == [[7]])
                #expect(try client.receive(on: .shell).type == "execute_reply")
                #expect(try client.ask("comm_info_request")["comms"] == ["w": ["target_name": "jupyter.widget"]])
            }
        }
    }
}
