import JupyterWire
import Testing
import WorkerProtocol

@testable import JupyterKernel

@Suite struct OutputLaneTests {
    private static let session = Session(username: "test")
    private let first: JSON = ["msg_id": "first"]
    private let second: JSON = ["msg_id": "second"]
    private var lane = OutputLane()

    // MARK: What a test does

    private mutating func print(
        _ text: String, _ stream: StandardStream = .stdout, of parent: JSON? = nil, isCongested: Bool = false
    ) {
        lane.print(text.utf8, to: stream, of: parent ?? first, isCongested: isCongested)
    }

    private mutating func display(_ text: String, of parent: JSON? = nil, isCongested: Bool = false) {
        lane.add(.display(message(text)), size: text.utf8.count, of: parent ?? first, isCongested: isCongested)
    }

    private mutating func update(_ text: String, id: String, of parent: JSON? = nil, isCongested: Bool = false) {
        lane.add(.update(message(text), id: id), size: 1, of: parent ?? first, isCongested: isCongested)
    }

    private mutating func clear(wait: Bool, of parent: JSON? = nil, isCongested: Bool = false) {
        lane.add(.clear(message(""), wait: wait), size: 1, of: parent ?? first, isCongested: isCongested)
    }

    private mutating func other(_ text: String, isCongested: Bool = false) {
        lane.add(.other(message(text)), size: 1, of: first, isCongested: isCongested)
    }

    private func message(_ text: String) -> Message { Self.session.message("test", ["text": .string(text)]) }

    /// Takes entries and lists them, a line each; those of the second cell are marked.
    private mutating func taken(_ count: Int = .max) -> [String] {
        var rest = count
        return lane.take { _ in
            rest -= 1
            return rest >= 0
        }.map { entry in
            let line =
                switch entry.content {
                case .text(let stream, let bytes): "\(stream.rawValue): \(String(decoding: bytes, as: UTF8.self))"
                case .display(let message): "display \(message.content["text"]?.string ?? "")"
                case .update(let message, let id): "update \(id) \(message.content["text"]?.string ?? "")"
                case .clear(_, let wait): wait ? "clear later" : "clear"
                case .other(let message): "other \(message.content["text"]?.string ?? "")"
                }
            return entry.parent == second ? "second " + line : line
        }
    }

    // MARK: Order and coalescing

    @Test mutating func textGrowsWhileItWaits() {
        print("a")
        print("b\n")
        print("c")
        #expect(taken() == ["stdout: ab\nc"])
        #expect(lane.isEmpty)
        print("d")
        #expect(taken() == ["stdout: d"])
    }

    @Test mutating func theOrderOfStreamsAndDisplaysIsKept() {
        print("a")
        print("b", .stderr)
        display("c")
        print("d", .stderr)
        update("e", id: "x")
        print("f")
        other("g")
        clear(wait: true)
        clear(wait: false)
        print("h")
        #expect(
            taken() == [
                "stdout: a", "stderr: b", "display c", "stderr: d", "update x e", "stdout: f", "other g",
                "clear later", "clear", "stdout: h",
            ])
    }

    @Test mutating func eachCellsTextGrowsByItself() {
        print("a")
        print("b", of: second)
        print("c")
        print("d", of: second)
        #expect(taken() == ["stdout: ac", "second stdout: bd"])
    }

    @Test mutating func streamsThatTakeTurnsTooOftenAreCoalesced() {
        for turn in 0..<40 {
            print("o\(turn) ")
            print("e\(turn) ", .stderr)
        }
        let turns = (0..<15).flatMap { ["stdout: o\($0) ", "stderr: e\($0) "] }
        let (rest, errors) = (15..<40).reduce(into: ("", "")) { texts, turn in
            texts.0 += "o\(turn) "
            texts.1 += "e\(turn) "
        }
        #expect(taken() == turns + ["stdout: " + rest, "stderr: " + errors])
    }

    @Test mutating func textIsNotMovedAcrossADisplay() {
        for turn in 0..<20 {
            print("o\(turn)")
            print("e\(turn)", .stderr)
        }
        display("d")
        print("last")
        #expect(taken().suffix(2) == ["display d", "stdout: last"])
    }

    @Test mutating func aLargeTextIsDivided() {
        let large = String(repeating: "a", count: 64 << 10)
        print(large)
        print("b")
        print("c")
        #expect(taken() == ["stdout: " + large, "stdout: bc"])
    }

    @Test mutating func whatIsRefusedStays() {
        print("a")
        display("b")
        display("c")
        #expect(taken(2) == ["stdout: a", "display b"])
        #expect(taken(0) == [])
        #expect(taken() == ["display c"])
    }

    // MARK: Characters

    @Test mutating func aCharacterThatWasCutWaitsForItsRest() {
        let bird = Array("🐦".utf8)
        for cut in 1...3 {
            print("a")
            lane.print(bird[..<cut], to: .stdout, of: first, isCongested: false)
            #expect(taken() == ["stdout: a"])
            #expect(taken() == [])
            lane.print(bird[cut...], to: .stdout, of: first, isCongested: false)
            #expect(taken() == ["stdout: 🐦"])
        }
    }

    @Test mutating func aCharacterIsCompletedBehindADisplay() {
        let bird = Array("🐦".utf8)
        lane.print([UInt8(ascii: "a")] + bird[..<2], to: .stdout, of: first, isCongested: false)
        display("b")
        lane.print(bird[2...], to: .stdout, of: first, isCongested: false)
        #expect(taken() == ["stdout: a", "display b", "stdout: 🐦"])
    }

    @Test mutating func eachStreamAndEachCellKeepsItsOwnRemainder() {
        let (bird, sharpS) = (Array("🐦".utf8), Array("ß".utf8))
        lane.print(bird[..<3], to: .stdout, of: first, isCongested: false)
        lane.print(sharpS[..<1], to: .stderr, of: first, isCongested: false)
        lane.print(bird[..<1], to: .stdout, of: second, isCongested: false)
        #expect(taken() == [])
        lane.print(bird[1...], to: .stdout, of: second, isCongested: false)
        lane.print(sharpS[1...], to: .stderr, of: first, isCongested: false)
        lane.print(bird[3...], to: .stdout, of: first, isCongested: false)
        #expect(taken() == ["second stdout: 🐦", "stderr: ß", "stdout: 🐦"])
    }

    @Test mutating func theEndOfACellCompletesNothing() {
        let bird = Array("🐦".utf8)
        lane.print(bird[..<2], to: .stdout, of: first, isCongested: false)
        #expect(taken() == [])
        lane.print([UInt8(ascii: "a")] + bird[..<1], to: .stderr, of: first, isCongested: false)
        lane.print(bird[..<3], to: .stdout, of: second, isCongested: false)
        lane.end(first)
        #expect(taken() == ["stderr: a\u{FFFD}", "stdout: \u{FFFD}"])
        lane.end(first)
        #expect(taken() == [])
        lane.end(second)
        #expect(taken() == ["second stdout: \u{FFFD}"])
    }

    @Test mutating func whatIsNoCharacterLeavesAsItIs() {
        lane.print([0x80, 0xBF, 0x80, 0xBF], to: .stdout, of: first, isCongested: false)
        #expect(taken() == ["stdout: \u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"])
    }

    // MARK: Congestion

    @Test mutating func nothingIsLeftOutWhileOutputFlows() {
        update("1", id: "x")
        update("2", id: "x")
        print("a")
        clear(wait: true)
        print("b")
        clear(wait: false)
        #expect(taken() == ["update x 1", "update x 2", "stdout: a", "clear later", "stdout: b", "clear"])
    }

    @Test mutating func anUpdateSupersedesTheEarlierOnesOfItsDisplay() {
        display("0")
        update("1", id: "x")
        update("1", id: "y")
        update("2", id: "x", of: second)
        print("a")
        update("3", id: "x", isCongested: true)
        #expect(taken() == ["display 0", "update y 1", "stdout: a", "update x 3"])
    }

    @Test mutating func clearingRemovesWhatItsCellHasShown() {
        print("a")
        display("b")
        update("c", id: "x")
        other("d")
        print("e", of: second)
        clear(wait: true)
        clear(wait: false, isCongested: true)
        #expect(taken() == ["update x c", "other d", "second stdout: e", "clear"])
    }

    @Test mutating func clearingThatWaitsRemovesNothingUntilSomethingFollows() {
        print("a")
        clear(wait: true, isCongested: true)
        print("b", of: second, isCongested: true)
        update("c", id: "x", isCongested: true)
        #expect(taken() == ["stdout: a", "clear later", "second stdout: b", "update x c"])
    }

    @Test(arguments: [true, false])
    mutating func clearingThatWaitsRemovesWhenSomethingFollows(isText: Bool) {
        print("a")
        display("b")
        clear(wait: true)
        print("c", of: second)
        clear(wait: true, isCongested: true)
        if isText { print("d", isCongested: true) } else { display("d", isCongested: true) }
        #expect(taken() == ["second stdout: c", "clear later", isText ? "stdout: d" : "display d"])
    }

    // MARK: Size

    @Test mutating func theLaneIsFullOfMessages() {
        for round in 0..<3 {
            for number in 0..<255 { display("\(round) \(number)") }
            #expect(!lane.isFull)
            display("last")
            #expect(lane.isFull)
            #expect(taken(1) == ["display \(round) 0"])
            #expect(!lane.isFull)
            #expect(taken().count == 255)
        }
    }

    @Test mutating func theLaneIsFullOfBytes() {
        for _ in 0..<3 {
            for _ in 0..<3 {
                print(String(repeating: "a", count: 64 << 10))
                #expect(!lane.isFull)
            }
            // 600 bytes each are counted for the messages themselves.
            print(String(repeating: "a", count: (64 << 10) - 4 * 600 - 1))
            #expect(!lane.isFull)
            print("a")
            #expect(lane.isFull)
            #expect(taken().count == 4)
            #expect(!lane.isFull)
        }
    }

    @Test mutating func whatJSONEscapesCountsTwice() {
        print("ab\n\"")
        var sizes: [Int] = []
        _ = lane.take {
            sizes.append($0.textSize)
            return true
        }
        #expect(sizes == [600 + 6])
        display("ab")
        _ = lane.take {
            sizes.append($0.textSize)
            return true
        }
        #expect(sizes == [606, 0])
    }

    @Test mutating func whatIsSupersededFreesItsRoom() {
        for number in 0..<255 { update("\(number)", id: "x") }
        display("d")
        #expect(lane.isFull)
        update("last", id: "x", isCongested: true)
        #expect(!lane.isFull)
        #expect(taken() == ["display d", "update x last"])
    }

    @Test mutating func aCellsEntriesAreKnownUntilTheyLeave() {
        print("a")
        let newest = lane.newest
        print("b", of: second)
        display("c")
        #expect(lane.holds(upTo: newest, of: first) && !lane.holds(upTo: newest, of: second))
        #expect(lane.holds(upTo: lane.newest, of: second))
        _ = taken(1)
        #expect(!lane.holds(upTo: newest, of: first) && lane.holds(upTo: lane.newest, of: first))
        _ = taken()
        #expect(!lane.holds(upTo: lane.newest, of: first) && !lane.holds(upTo: lane.newest, of: second))
    }
}
