import JupyterKernel
import JupyterWire
import Testing

extension KernelTests {
    @Suite struct InputTests {
        static let asking: MockInterpreter.Program = { output, _ in
            output.write("before ".utf8, to: .stdout)
            do throws(InputError) {
                let answer = try output.input(prompt: "name? ", isPassword: false)
                output.write("hello \(answer)".utf8, to: .stdout)
                return .ok
            } catch {
                return .error(CellError(name: "InputError", value: error.description))
            }
        }

        let interpreter = MockInterpreter(["ask": asking])

        @Test func asksTheFrontEndThatRunsTheCell() throws {
            try withKernel(interpreter) { client throws in
                let other = try Client(client.connection, identity: "other")
                #expect(try client.receive(on: .iopub).type == "iopub_welcome")
                let request = client.execute("ask")
                let question = try client.receive(on: .stdin)
                #expect(question.type == "input_request" && question.parentHeader == request.header.json)
                #expect(question.content == ["prompt": "name? ", "password": false])
                other.send("input_reply", ["value": "Mallory"], on: .stdin)
                client.send("input_reply", ["value": "late"], on: .stdin, parent: ["msg_id": "an older question"])
                client.send("input_reply", ["value": "Ada"], on: .stdin, parent: question.header.json)
                #expect(
                    try client.transcript(of: request)
                        == ["busy", "input [1] ask", "stdout: before ", "stdout: hello Ada", "idle"])
                #expect(throws: Client.Silence.self) { try other.receive(on: .stdin, milliseconds: 0) }
            }
        }

        @Test func takesAnswersThatDoNotSayToWhat() throws {
            try withKernel(interpreter) { client throws in
                let request = client.execute("ask")
                _ = try client.receive(on: .stdin)
                client.send("input_reply", ["value": "Ada"], on: .stdin)
                #expect(try client.reply(to: request).content["status"] == "ok")
            }
        }

        @Test func asksNobodyIfTheFrontEndCannot() throws {
            try withKernel(interpreter) { client throws in
                let request = client.execute("ask", ["allow_stdin": false])
                #expect(try client.reply(to: request).content["evalue"] == "this front end does not allow input")
            }
        }

        @Test func canBeInterrupted() throws {
            try withKernel(interpreter) { client throws in
                let request = client.execute("ask")
                _ = try client.receive(on: .stdin)
                client.send("interrupt_request", on: .control)
                #expect(try client.reply(to: request).content["evalue"] == "interrupted while waiting for input")
                let again = client.execute("ask")
                let question = try client.receive(on: .stdin)
                client.send("input_reply", ["value": "Ada"], on: .stdin, parent: question.header.json)
                #expect(try client.reply(to: again).content["status"] == "ok")
            }
        }

        @Test func endsWithTheKernel() throws {
            try withKernel(interpreter) { client throws in
                client.execute("ask")
                _ = try client.receive(on: .stdin)
                client.send("shutdown_request", ["restart": false], on: .control)
                _ = try client.receive(on: .control)
            }
        }
    }
}
