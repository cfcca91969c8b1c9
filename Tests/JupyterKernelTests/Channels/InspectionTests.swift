import JupyterKernel
import JupyterWire
import Testing

extension KernelTests {
    /// What JupyterLab's panel of variables asks, in its order.
    @Suite struct InspectionTests {
        static func ask(_ client: Client, _ command: String, _ arguments: JSON = [:]) throws -> JSON {
            let reply = try client.ask("debug_request", request(command, arguments), on: .control)
            #expect(reply["type"] == "response" && reply["command"] == .string(command) && reply["request_seq"] == 4)
            return reply
        }

        static func request(_ command: String, _ arguments: JSON = [:]) -> JSON {
            ["type": "request", "seq": 4, "command": .string(command), "arguments": arguments]
        }

        static let list: JSON = [
            [
                "name": "points", "type": "[Int]", "value": "[7, 8]", "variablesReference": 1,
                "evaluateName": "points",
            ],
            ["name": "1 + 1", "value": "2", "variablesReference": 0, "evaluateName": "1 + 1"],
        ]

        @Test func theVariablesAreListedWithTheirParts() throws {
            try withKernel { client throws in
                #expect(try Self.ask(client, "debugInfo")["body"]?["isStarted"] == false)
                #expect(try Self.ask(client, "initialize")["success"] == true)
                #expect(try Self.ask(client, "attach")["success"] == true)
                let info = try Self.ask(client, "debugInfo")["body"]
                #expect(info?["isStarted"] == true && info?["richRendering"] == true && info?["breakpoints"] == [])
                #expect(try Self.ask(client, "inspectVariables")["body"]?["variables"] == Self.list)
                let parts = try Self.ask(client, "variables", ["variablesReference": 1])["body"]?["variables"]
                #expect(parts?[1]?["name"] == "[1]" && parts?[1]?["value"] == "8" && parts?.array?.count == 2)
                #expect(try Self.ask(client, "variables", ["variablesReference": 9])["body"]?["variables"] == [])
                #expect(try Self.ask(client, "disconnect")["success"] == true)
                #expect(try Self.ask(client, "debugInfo")["body"]?["isStarted"] == false)
            }
        }

        @Test func aVariableIsShownAsItIsDisplayed() throws {
            try withKernel { client throws in
                let shown = try Self.ask(client, "richInspectVariables", ["variableName": "1 + 1"])
                #expect(shown["body"] == ["data": ["text/plain": "2"], "metadata": [:]])
                let failing = try Self.ask(client, "richInspectVariables", ["variableName": "points"])
                #expect(failing["success"] == false && failing["message"] == "points")
                // Nothing but a variable's name is run.
                let unknown = try Self.ask(client, "richInspectVariables", ["variableName": "exit(0)"])
                #expect(unknown["success"] == false && unknown["message"] == "there is no variable exit(0)")
            }
        }

        @Test func theVariablesAreAskedForOnceACell() throws {
            let interpreter = MockInterpreter()
            try withKernel(interpreter) { client throws in
                for _ in 0..<3 { _ = try Self.ask(client, "inspectVariables") }
                #expect(interpreter.calls == ["start", "variables"])
                _ = try client.reply(to: client.execute("x"))
                for _ in 0..<3 { _ = try client.receive(on: .iopub) }
                for _ in 0..<3 { _ = try Self.ask(client, "inspectVariables") }
                #expect(interpreter.calls == ["start", "variables", "execute x [1]", "variables"])
            }
        }

        /// JupyterLab asks at each message of a running cell.
        @Test func whileACellRunsTheLastKnownVariablesAreShown() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                _ = try Self.ask(client, "inspectVariables")
                let cell = client.execute("endless")
                interpreter.waitUntilRunning()
                for _ in 0..<2 { _ = try client.receive(on: .iopub) }
                #expect(try Self.ask(client, "inspectVariables")["body"]?["variables"] == Self.list)
                #expect(try client.isBusyAgain(with: cell))
                let rich = try Self.ask(client, "richInspectVariables", ["variableName": "points"])
                #expect(rich["message"] == "a cell is running")
                #expect(!interpreter.calls.dropFirst(2).contains("variables"))
            }
        }

        @Test func noBreakpointIsPromised() throws {
            try withKernel { client throws in
                #expect(
                    try Self.ask(client, "setBreakpoints", ["breakpoints": [["line": 1]]])["body"]
                        == ["breakpoints": []])
                let step = try Self.ask(client, "next", ["threadId": 1])
                #expect(step["success"] == false)
                #expect(step["message"] == #"a compiled cell cannot be debugged: "next" is not supported"#)
                #expect(try client.ask("debug_request", [:], on: .control)["success"] == false)
            }
        }
    }
}
