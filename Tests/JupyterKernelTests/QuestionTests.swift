import JupyterKernel
import JupyterWire
import Testing

extension KernelTests {
    @Suite struct QuestionTests {
        @Test func kernelInfo() throws {
            try withKernel { client throws in
                let info = try client.ask("kernel_info_request")
                #expect(info["status"] == "ok" && info["protocol_version"] == "5.5" && info["banner"] == "A mock")
                #expect(info["supported_features"] == [])
                #expect(
                    info["language_info"] == [
                        "name": "swift", "version": "6.3", "mimetype": "text/x-swift", "file_extension": ".swift",
                        "codemirror_mode": "swift",
                    ])
            }
        }

        @Test func isComplete() throws {
            try withKernel { client throws in
                func answer(_ code: String) throws -> JSON {
                    try client.ask("is_complete_request", ["code": .string(code)])
                }
                #expect(try answer("complete") == ["status": "complete"])
                #expect(try answer("if {") == ["status": "incomplete", "indent": "    "])
                #expect(try answer(")") == ["status": "invalid"])
                #expect(try answer("?") == ["status": "unknown"])
                let unanswerable = try client.ask("is_complete_request")
                #expect(unanswerable["status"] == "error")
            }
        }

        /// Positions are code points: a bird is one, a flag two, however many bytes or UTF-16 units they take.
        @Test func completionCountsCodePoints() throws {
            try withKernel { client throws in
                let reply = try client.ask("complete_request", ["code": "🐦 🇩🇪 pri + 1", "cursor_pos": 8])
                #expect(reply["matches"] == ["print"] && reply["status"] == "ok")
                #expect(reply["cursor_start"] == 5 && reply["cursor_end"] == 8)
                #expect(
                    reply["metadata"]?["_jupyter_types_experimental"] == [
                        ["text": "print", "type": "function", "signature": "(Any...)", "start": 5, "end": 8]
                    ])
            }
        }

        @Test(arguments: [-5, 100, Int.max, Int.min])
        func cursorsBeyondTheCodeAreClamped(cursor: Int) throws {
            try withKernel { client throws in
                let reply = try client.ask("complete_request", ["code": "é", "cursor_pos": .int(cursor)])
                #expect(reply["cursor_end"] == (cursor < 0 ? 0 : 1))
            }
        }

        @Test func inspection() throws {
            try withKernel { client throws in
                let found = try client.ask("inspect_request", ["code": "é🐦x", "cursor_pos": 2, "detail_level": 1])
                #expect(found == ["status": "ok", "found": true, "data": ["text/plain": "é🐦|x 1"], "metadata": [:]])
                let missing = try client.ask("inspect_request", ["code": "", "cursor_pos": 0])
                #expect(missing == ["status": "ok", "found": false, "data": [:], "metadata": [:]])
            }
        }

        @Test func connect() throws {
            try withKernel { client throws in
                let reply = try client.ask("connect_request")
                for channel in Channel.allCases {
                    #expect(reply["\(channel.rawValue)_port"]?.int == client.connection.ports[channel])
                }
            }
        }

        @Test func history() throws {
            let interpreter = MockInterpreter([
                "1 + 1": { output, _ in
                    output.result(.text("2"))
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                for code in ["let a = 1", "1 + 1", "let b = 2", "1 + 1"] {
                    _ = try client.reply(to: client.execute(code))
                }
                _ = try client.reply(to: client.execute("hidden", ["store_history": false]))
                for _ in 0..<14 + 3 { _ = try client.receive(on: .iopub) }
                func ask(_ content: [String: JSON]) throws -> JSON? {
                    let defaults: [String: JSON] = ["output": false, "raw": true]
                    return try client.ask("history_request", .object(content.merging(defaults) { first, _ in first }))[
                        "history"]
                }
                #expect(try ask(["hist_access_type": "tail", "n": 2]) == [[1, 3, "let b = 2"], [1, 4, "1 + 1"]])
                #expect(
                    try ask(["hist_access_type": "tail", "n": 2, "output": true])
                        == [[1, 3, ["let b = 2", nil]], [1, 4, ["1 + 1", "2"]]])
                #expect(
                    try ask(["hist_access_type": "range", "session": 0, "start": 2, "stop": 3]) == [[1, 2, "1 + 1"]])
                #expect(try ask(["hist_access_type": "range", "session": 7, "start": 1, "stop": 9]) == [])
                #expect(
                    try ask(["hist_access_type": "search", "pattern": "let ? = *"])
                        == [[1, 1, "let a = 1"], [1, 3, "let b = 2"]])
                #expect(try ask(["hist_access_type": "search", "pattern": "let"]) == [])
                #expect(
                    try ask(["hist_access_type": "search", "pattern": "1*1", "unique": true]) == [[1, 4, "1 + 1"]])
                #expect(try ask(["hist_access_type": "search", "pattern": "*", "n": 1]) == [[1, 4, "1 + 1"]])
                #expect(try client.ask("history_request", ["hist_access_type": "odd"])["status"] == "error")
            }
        }
    }
}
