import Foundation
import JupyterKernel
import JupyterWire
import Testing

extension KernelTests {
    @Suite struct ExecutionTests {
        @Test func aCellThatShowsEverything() throws {
            let interpreter = MockInterpreter([
                "all": { output, _ in
                    output.write("hello, ".utf8, to: .stdout)
                    output.write("world\n".utf8, to: .stdout)
                    output.write("careful\n".utf8, to: .stderr)
                    output.display(.text("a plot"), id: nil)
                    output.display(.text("a curve"), id: "d1")
                    output.write("more\n".utf8, to: .stdout)
                    output.update(.text("a better curve"), id: "d1")
                    output.clearOutput(wait: true)
                    output.write("last".utf8, to: .stdout)
                    output.result(.text("42"))
                    output.note(metadata: ["run": 1, "cached": false])
                    output.note(metadata: ["run": 2])
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let request = client.execute("all", metadata: ["cellId": "c1"])
                #expect(
                    try client.transcript(of: request) == [
                        "busy", "input [1] all", "stdout: hello, world\n", "stderr: careful\n",
                        "display_data a plot {}", #"display_data a curve {"display_id":"d1"}"#, "stdout: more\n",
                        #"update_display_data a better curve {"display_id":"d1"}"#, #"clear_output {"wait":true}"#,
                        "stdout: last", "result [1] 42", "idle",
                    ])
                let reply = try client.reply(to: request)
                #expect(
                    reply.content == ["status": "ok", "execution_count": 1, "payload": [], "user_expressions": [:]])
                #expect(reply.metadata["swiftlet"] == ["run": 2, "cached": false])
                let started = try #require(reply.metadata["started"]?.string)
                #expect(started.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/) != nil)
            }
        }

        @Test func aCellThatFails() throws {
            let interpreter = MockInterpreter(["fail": MockInterpreter.failing])
            try withKernel(interpreter) { client throws in
                let request = client.execute("fail")
                let broadcasts = try client.broadcasts(about: request)
                #expect(broadcasts.map(\.type) == ["status", "execute_input", "error", "status"])
                let error: JSON = ["ename": "ShapeError", "evalue": "2 is not 3", "traceback": ["line 1", "line 2"]]
                #expect(broadcasts[2].content == error)
                let reply = try client.reply(to: request).content
                #expect(reply["status"] == "error" && reply["execution_count"] == 1)
                for key in ["ename", "evalue", "traceback"] { #expect(reply[key] == error[key]) }
            }
        }

        @Test func aSilentCellShowsNothingAndIsNotCounted() throws {
            let program: MockInterpreter.Program = { output, _ in
                output.write("noise".utf8, to: .stdout)
                output.display(.text("noise"), id: nil)
                output.result(.text("noise"))
                return .ok
            }
            let interpreter = MockInterpreter(["noisy": program, "fail": MockInterpreter.failing])
            try withKernel(interpreter) { client throws in
                for code in ["noisy", "fail"] {
                    let silent = client.execute(code, ["silent": true, "store_history": true])
                    #expect(try client.transcript(of: silent) == ["busy", "idle"])
                    #expect(try client.reply(to: silent).content["execution_count"] == 0)
                }
                let next = client.execute("x")
                #expect(try client.transcript(of: next) == ["busy", "input [1] x", "idle"])
                #expect(
                    interpreter.calls == [
                        "start", "execute noisy [0] silent", "execute fail [0] silent", "execute x [1]",
                    ])
            }
        }

        @Test func onlyStoredCellsAreCounted() throws {
            try withKernel { client throws in
                for (isStored, count) in [(true, 1), (false, 1), (true, 2), (true, 3)] {
                    let request = client.execute("x", ["store_history": .bool(isStored)])
                    #expect(try client.transcript(of: request) == ["busy", "input [\(count)] x", "idle"])
                    #expect(try client.reply(to: request).content["execution_count"] == .int(count))
                }
            }
        }

        @Test func anErrorGivesUpTheCellsAlreadyQueued() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                let failing = client.execute("endless")
                let queued = (1...3).map { client.execute("queued \($0)") }
                let question = client.send("is_complete_request", ["code": "complete"])
                interpreter.waitUntilRunning()
                try interpreter.waitUntilTold("will execute queued 3")
                let interrupt = client.send("interrupt_request", on: .control)
                _ = try client.receive(on: .control)
                let transcripts = try client.transcripts(of: [failing] + queued + [question, interrupt])
                #expect(transcripts[0] == ["input [1] endless", "error Interrupted: by you", "idle"])
                #expect(try client.reply(to: failing).content["ename"] == "Interrupted")
                for (request, transcript) in zip(queued, transcripts.dropFirst()) {
                    #expect(transcript == ["idle"])
                    #expect(try client.reply(to: request).content == ["status": "aborted"])
                }
                #expect(try client.reply(to: question).content["status"] == "complete")

                let later = client.execute("later")
                #expect(try client.transcript(of: later) == ["busy", "input [2] later", "idle"])
                #expect(!interpreter.calls.contains { $0.hasPrefix("execute queued") })
            }
        }

        @Test func anErrorThatIsExpectedGivesUpNothing() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                let failing = client.execute("endless", ["stop_on_error": false])
                let queued = client.execute("queued")
                interpreter.waitUntilRunning()
                client.send("interrupt_request", on: .control)
                _ = try client.receive(on: .control)
                #expect(try client.reply(to: failing).content["status"] == "error")
                #expect(try client.reply(to: queued).content["status"] == "ok")
                #expect(interpreter.calls.contains("execute queued [2]"))
            }
        }

        @Test func queuedCellsAreAnnounced() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                let requests = ["endless", "second", "third"].map { client.execute($0, ["stop_on_error": false]) }
                interpreter.waitUntilRunning()
                try interpreter.waitUntilTold("will execute second")
                try interpreter.waitUntilTold("will execute third")
                client.send("interrupt_request", on: .control)
                for request in requests { _ = try client.reply(to: request) }
                #expect(!interpreter.calls.contains("will execute endless"))
            }
        }

        @Test func aThousandQueuedCellsRunInOrder() throws {
            try withKernel { client throws in
                let requests = (0..<1000).map { client.execute("cell \($0)") }
                for (index, request) in requests.enumerated() {
                    #expect(
                        try client.transcript(of: request) == ["busy", "input [\(index + 1)] cell \(index)", "idle"])
                    #expect(try client.reply(to: request).content["execution_count"] == .int(index + 1))
                }
            }
        }

        @Test func userExpressionsAreAnsweredOneByOne() throws {
            try withKernel { client throws in
                let request = client.execute("x", ["user_expressions": ["two": "1 + 1", "bad": "1 +", "odd": 3]])
                let answers = try client.reply(to: request).content["user_expressions"]
                #expect(answers?["two"] == ["status": "ok", "data": ["text/plain": "2"], "metadata": [:]])
                #expect(
                    answers?["bad"]
                        == ["status": "error", "ename": "CompileError", "evalue": "1 +", "traceback": []])
                #expect(answers?["odd"]?["status"] == "error")
            }
        }

        @Test func pagesComeWithTheReply() throws {
            let interpreter = MockInterpreter([
                "help": { output, _ in
                    output.page(.text("how to"))
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let request = client.execute("help")
                #expect(
                    try client.reply(to: request).content["payload"]
                        == [["source": "page", "data": ["text/plain": "how to"], "start": 0]])
            }
        }

        @Test func aRequestWithoutCodeIsAnsweredWithAnError() throws {
            try withKernel { client throws in
                let reply = try client.ask("execute_request", ["silent": false])
                #expect(reply["status"] == "error" && reply["evalue"]?.string?.contains("\"code\"") == true)
            }
        }

        @Test func fastOutputIsSentInFewMessagesAndCompletely() throws {
            let lines = (0..<20_000).map { "line \($0)\n" }
            let interpreter = MockInterpreter([
                "loop": { output, _ in
                    for line in lines { output.write(line.utf8, to: .stdout) }
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let broadcasts = try client.broadcasts(about: client.execute("loop"))
                let texts = broadcasts.filter { $0.type == "stream" }.compactMap { $0.content["text"]?.string }
                #expect(texts.joined() == lines.joined())
                #expect(texts.count < 1000)
            }
        }

        @Test func theOrderOfStandardOutputAndErrorIsKept() throws {
            let interpreter = MockInterpreter([
                "turns": { output, _ in
                    for turn in 0..<4 { output.write("\(turn)\n".utf8, to: turn % 2 == 0 ? .stdout : .stderr) }
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                #expect(
                    try client.transcript(of: client.execute("turns")) == [
                        "busy", "input [1] turns", "stdout: 0\n", "stderr: 1\n", "stdout: 2\n", "stderr: 3\n", "idle",
                    ])
            }
        }

        @Test func manyTurnsOfStandardOutputAndErrorAreSentInFewMessagesAndCompletely() throws {
            let interpreter = MockInterpreter([
                "turns": { output, _ in
                    for turn in 0..<10_000 {
                        output.write("out \(turn)\n".utf8, to: .stdout)
                        output.write("err \(turn)\n".utf8, to: .stderr)
                    }
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let start = ContinuousClock.now
                let streams = try client.broadcasts(about: client.execute("turns")).filter { $0.type == "stream" }
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                for (name, word) in [("stdout", "out"), ("stderr", "err")] {
                    let texts = streams.filter { $0.content["name"]?.string == name }
                        .compactMap { $0.content["text"]?.string }
                    #expect(texts.joined() == (0..<10_000).map { "\(word) \($0)\n" }.joined())
                }
                // What Pace lets through: a burst of 500, then 700 a second. A slow machine takes more seconds.
                #expect(Double(streams.count) < 600 + 700 * seconds)
            }
        }

        @Test func manyDisplaysAllArriveInOrder() throws {
            let interpreter = MockInterpreter([
                "displays": { output, _ in
                    for number in 0..<1500 { output.display(.text("\(number)"), id: nil) }
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let displays = try client.broadcasts(about: client.execute("displays"))
                    .filter { $0.type == "display_data" }
                #expect(displays.map { $0.content["data"]?["text/plain"]?.string } == (0..<1500).map { "\($0)" })
            }
        }

        @Test func anAnimationThatIsTooFastLeavesOutFramesButNotTheLast() throws {
            let interpreter = MockInterpreter([
                "animation": { output, _ in
                    for frame in 0..<5000 {
                        output.clearOutput(wait: true)
                        output.write("frame \(frame)".utf8, to: .stdout)
                    }
                    return .ok
                },
                "curve": { output, _ in
                    for value in 0..<5000 { output.update(.text("\(value)"), id: "d1") }
                    return .ok
                },
            ])
            try withKernel(interpreter) { client throws in
                let frames = try client.transcript(of: client.execute("animation"))
                #expect(frames.suffix(3) == [#"clear_output {"wait":true}"#, "stdout: frame 4999", "idle"])
                #expect(frames.count < 5000)
                let values = try client.transcript(of: client.execute("curve"))
                #expect(values.dropLast().last == #"update_display_data 4999 {"display_id":"d1"}"#)
                #expect(values.count < 4000)
            }
        }

        @Test func whatWasPrintedLeavesBeforeAQuestionIsAsked() throws {
            let interpreter = MockInterpreter([
                "ask": { output, _ in
                    output.write("your name".utf8, to: .stdout)
                    _ = try? output.input(prompt: "", isPassword: false)
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let request = client.execute("ask")
                _ = try client.receive(on: .stdin)
                for _ in 0..<2 { _ = try client.receive(on: .iopub) }
                #expect(try client.receive(on: .iopub).content["text"] == "your name")
                client.send("input_reply", ["value": "Ada"], on: .stdin)
                _ = try client.reply(to: request)
            }
        }

        @Test func outputArrivesWhileTheCellRuns() throws {
            let interpreter = MockInterpreter([
                "slow": { output, interpreter in
                    output.write("first".utf8, to: .stdout)
                    return MockInterpreter.endless(output, interpreter)
                }
            ])
            try withKernel(interpreter) { client throws in
                let request = client.execute("slow")
                for _ in 0..<2 { _ = try client.receive(on: .iopub) }
                #expect(try client.receive(on: .iopub).content["text"] == "first")
                client.send("interrupt_request", on: .control)
                _ = try client.reply(to: request)
            }
        }

        @Test func charactersAreNotSplit() throws {
            let bird = Array("🐦".utf8)
            let interpreter = MockInterpreter([
                "bird": { output, _ in
                    output.write("a".utf8, to: .stdout)
                    output.write(bird[..<2], to: .stdout)
                    output.display(.text("between"), id: nil)
                    output.write(bird[2...], to: .stdout)
                    output.write(bird[..<3], to: .stdout)
                    return .ok
                }
            ])
            try withKernel(interpreter) { client throws in
                let lines = try client.transcript(of: client.execute("bird"))
                #expect(lines.prefix(4) == ["busy", "input [1] bird", "stdout: a", "display_data between {}"])
                // The two characters leave in one message or in two, as the sockets' thread finds them.
                let texts = lines.dropFirst(4).dropLast()
                #expect(texts.allSatisfy { $0.hasPrefix("stdout: ") })
                #expect(texts.map { $0.dropFirst("stdout: ".count) }.joined() == "🐦\u{FFFD}")
                #expect(lines.last == "idle")
            }
        }

        @Test func whatAThreadPrintsBelongsToItsCell() throws {
            let mayPrint = DispatchSemaphore(value: 0)
            let hasPrinted = DispatchSemaphore(value: 0)
            let interpreter = MockInterpreter([
                "start": { output, _ in
                    Thread.detachNewThread {
                        mayPrint.wait()
                        output.display(.text("late"), id: nil)
                        hasPrinted.signal()
                    }
                    return .ok
                },
                "other": { _, _ in
                    mayPrint.signal()
                    hasPrinted.wait()
                    return .ok
                },
            ])
            try withKernel(interpreter) { client throws in
                let first = client.execute("start")
                _ = try client.broadcasts(about: first)
                client.execute("other")
                let broadcasts = try (0..<4).map { _ in try client.receive(on: .iopub) }
                let late = try #require(broadcasts.first { $0.type == "display_data" })
                #expect(late.parentHeader == first.header.json)
            }
        }
    }
}
