import JupyterWire
import Testing

@Suite struct FramingTests {
    let signer = Signer(key: "key")
    let message = Session(username: "student").message(
        "execute_request", ["code": "let π = 3.14"], parent: ["msg_id": "before"], identities: [[0, 255], [1]],
        metadata: ["cellId": "a"], buffers: [[1, 2, 3], []])

    @Test func messagesSurviveTheWire() throws {
        #expect(try Message(frames: message.frames(signer: signer), signer: signer) == message)
    }

    @Test func framesStandInTheProtocolsOrder() {
        let frames = message.frames(signer: signer)
        #expect(frames.count == 10)
        #expect(frames[..<2] == [[0, 255], [1]] && frames[2] == Array("<IDS|MSG>".utf8) && frames[3].count == 64)
        #expect(
            frames[5...] == [
                Array(#"{"msg_id":"before"}"#.utf8), Array(#"{"cellId":"a"}"#.utf8),
                Array(#"{"code":"let π = 3.14"}"#.utf8), [1, 2, 3], [],
            ])
    }

    @Test func theSignatureCoversTheDictionariesAndNothingElse() throws {
        for part in 4..<8 {
            var frames = message.frames(signer: signer)
            frames[part].append(UInt8(ascii: " "))
            #expect(throws: FramingError.wrongSignature) { try Message(frames: frames, signer: signer) }
        }
        for part in [0, 1, 8, 9] {
            var frames = message.frames(signer: signer)
            frames[part].append(7)
            _ = try Message(frames: frames, signer: signer)
        }
    }

    @Test func headersAreKeptAsTheyCame() throws {
        let header: JSON = ["msg_id": "1", "msg_type": "t", "session": "s", "date": "2026", "extra": [1, nil, 2.5]]
        #expect(try Header(json: header).json == header)
    }

    @Test func refusesWhatIsNoMessage() throws {
        func frames(_ parts: [String]) -> [[UInt8]] {
            let signed = parts.map { Array($0.utf8) }
            return [Array("<IDS|MSG>".utf8), signer.signature(of: signed.prefix(4))] + signed
        }
        func error(_ frames: [[UInt8]]) -> FramingError? {
            do throws(FramingError) { _ = try Message(frames: frames, signer: signer) } catch { return error }
            return nil
        }
        let header = #"{"msg_id":"1","msg_type":"t"}"#
        #expect(error([]) == .noDelimiter)
        #expect(error([[1], [2], [3], [4], [5], [6]]) == .noDelimiter)
        #expect(error([Array("<IDS|MSG>".utf8)]) == .tooFewFrames)
        #expect(error(frames([header, "{}", "{}"])) == .tooFewFrames)
        #expect(error(frames([header, "{}", "[]", "{}"])) == .notADictionary(part: "metadata"))
        #expect(error(frames(["{}", "{}", "{}", "{}"])) == .incompleteHeader)
        #expect(error(frames([#"{"msg_id":1,"msg_type":"t"}"#, "{}", "{}", "{}"])) == .incompleteHeader)
        if case .notJSON = error(frames([header, "{}", "{}", "{"])) {
        } else {
            Issue.record("parsed half a dictionary")
        }
        #expect(error(frames([header, "{}", "{}", "{}"])) == nil)
    }

    @Test func everyMessageHasANameOfItsOwn() {
        let session = Session(username: "kernel")
        let names = Set((0..<1000).map { _ in session.message("status", [:]).header.messageID })
        #expect(names.count == 1000)
        #expect(Session(username: "kernel").id != session.id)
    }

    @Test func headersSayWhatTheProtocolAsksFor() throws {
        let header = message.header.json
        #expect(
            header["version"] == "5.5" && header["username"] == "student" && header["msg_type"] == "execute_request")
        #expect(header["session"]?.string?.isEmpty == false)
        let date = try #require(header["date"]?.string)
        #expect(date.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/) != nil)
    }
}
