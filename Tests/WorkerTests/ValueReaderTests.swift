import Testing
import Worker
import WorkerProtocol

/// How values read in a list of variables.
@Suite struct ValueReaderTests {
    struct Point { var x = 1.5, name = "p" }
    struct Labelled: CustomStringConvertible { var description: String { "first line\nsecond" } }
    enum Choice { case none, one(Int), two(x: Int, y: [Int]) }
    final class Node {
        var next: Node?
    }

    private func text(_ value: Any) -> String { ValueReader.summary(of: value, named: "value").text }

    @Test func valuesReadAsSwiftWritesThem() {
        #expect(text(1) == "1" && text(2.5) == "2.5" && text(true) == "true" && text("a\n\"b\"") == "\"a\\n\\\"b\\\"\"")
        #expect(
            text((1, name: "a")) == "(1, name: \"a\")" && text(Int?.none as Any) == "nil"
                && text(Int?.some(3) as Any) == "3")
        #expect(
            text([1, 2]) == "[1, 2]" && text([Int]()) == "[]" && text(["a": 1]) == "[\"a\": 1]"
                && text([Int: Int]()) == "[:]")
        #expect(
            text(Point()) == "ValueReaderTests.Point(x: 1.5, name: \"p\")"
                && text([Point()]) == "[ValueReaderTests.Point(x: 1.5, name: \"p\")]")
        #expect(
            text(Choice.none) == "none" && text(Choice.one(1)) == "one(1)"
                && text(Choice.two(x: 1, y: [2])) == "two(x: 1, y: [2])")
        #expect(text(Labelled()) == "first line…")
    }

    @Test func theTypeIsThatOfTheValue() {
        #expect(ValueReader.summary(of: [1: [Double?.none]], named: "a").type == "[Int: [Double?]]")
    }

    @Test func aLongCollectionTellsItsLengthAndItsBeginning() {
        let text = text(Array(0..<1_000_000))
        #expect(text.hasPrefix("1,000,000 elements: [0, 1, 2, ") && text.hasSuffix("…]") && text.count < 120)
    }

    @Test func aLongTextIsCut() {
        let text = text(String(repeating: "ä", count: 1_000_000))
        #expect(text.hasPrefix("\"äää") && text.hasSuffix("…") && text.count == 80)
    }

    @Test func nothingIsFollowedWithoutEnd() {
        let node = Node()
        node.next = node
        #expect(text(node).count < 200)
        #expect(ValueReader.summary(of: node, named: "node").parts.count == 1)
    }

    @Test func partsAreNamedByWhereTheyAre() {
        func names(_ value: Any) -> [String] { ValueReader.summary(of: value, named: "value").parts.map(\.name) }
        #expect(names(Point()) == ["x", "name"] && names([5, 6]) == ["[0]", "[1]"] && names(["a": 1]) == ["[\"a\"]"])
        #expect(
            names((1, b: 2)) == [".0", "b"] && names(7).isEmpty && names("text").isEmpty
                && names(Point?.some(Point()) as Any) == ["x", "name"])
        #expect(names(Array(0..<1000)).count == 20)
    }

    @Test func partsHaveParts() {
        let summary = ValueReader.summary(of: ["a": [Point()]], named: "value")
        #expect(
            summary.parts[0].parts[0].text == "ValueReaderTests.Point(x: 1.5, name: \"p\")"
                && summary.parts[0].parts[0].parts.isEmpty)
    }
}
