import Cells
import Testing

/// The cursor is the bar in the source.
@Suite struct CursorSiteTests {
    func site(_ marked: String) throws -> CursorSite {
        let bytes = marked.utf8
        let bar = try #require(bytes.firstIndex(of: UInt8(ascii: "|")))
        let source = String(marked[..<bar]) + marked[marked.index(after: bar)...]
        return CursorSite(source, cursor: bytes.distance(from: bytes.startIndex, to: bar))
    }

    @Test(arguments: [
        ("lenet.fi|t(a)", 6..<9), ("fo|", 0..<2), ("for|", 0..<3), ("|foo", 0..<3), ("let 🙂 = 1; wo|", 14..<16),
        ("é.cou|nt + 1", 3..<8), ("@Par|ameter var w", 1..<10),
    ])
    func theNameAtTheCursor(source: String, word: Range<Int>) throws {
        #expect(try site(source).word == word)
    }

    @Test(arguments: ["|", "f(|)", "x.|", "1 + |", "\"a \\(|)\"", "f() |"])
    func noName(source: String) throws {
        let site = try site(source)
        #expect(site.word == nil && !site.isText)
    }

    @Test(arguments: [
        "// wo|rds", "let a = 1 // wo|", "/* wo| */", "\"wo|\"", "\"|\"", "\"|", "12|", "1.5|", "/// wo|\nlet a = 1",
        "\"\"\"\nwo|\n\"\"\"",
    ])
    func textIsNotSwift(source: String) throws { #expect(try site(source).isText) }

    @Test(arguments: ["\"a\"|", "/* a */|", "\"\\(wo|)\"", "// a\n|", "let a = 1 // a\nwo|"])
    func besideTextIsSwift(source: String) throws { #expect(try !site(source).isText) }

    @Test func aMemberStandsBehindADot() throws {
        #expect(try site("lenet.|").isMember && site("lenet.fi|t").isMember && site("f(.re|)").isMember)
        #expect(try !site("lenet|").isMember && !site("lenet.fit(|)").isMember && !site("1...|").isMember)
    }

    @Test(arguments: [
        ("Conv2D(|", "Conv2D", 7), ("Conv2D(6, ker|", "Conv2D", 10), ("Conv2D(6, kernel: |)", "Conv2D", 10),
        ("lenet.fit(train, epochs: 3,|)", "fit", 27), ("f(g(1), |)", "f", 8), ("f(g(|1))", "g", 4),
        ("Conv2D(6, kernel: [3, |", "Conv2D", 10), ("f(\n    a: 1,\n    |\n)", "f", 17),
    ])
    func theCallAroundTheCursor(source: String, name: String, argument: Int) throws {
        let call = try #require(try site(source).call)
        #expect(call.name == name && call.argument == argument)
    }

    @Test(arguments: ["f(1)|", "|f(1)", "f { a| }", "f({ a| })", "let a = (1, |)"])
    func noCallAroundTheCursor(source: String) throws { #expect(try site(source).call?.argument == nil) }

    @Test func labelsAreTold() throws {
        #expect(try site("f(lab|el: 1)").isLabel)
        #expect(try !site("f(label: val|ue)").isLabel)
    }

    @Test func theCalleeOfWhatEndsAtTheCursor() throws {
        #expect(try site("lenet.summary()|").callee == 6..<13)
        #expect(try site("lenet.summary(|)").callee == nil)
    }
}
