import JupyterWire
import Testing

@Suite struct JSONTests {
    static let texts: [(String, JSON)] = [
        ("null", JSON.null), (" true ", true), ("false", false), ("0", 0), ("-12", -12),
        ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("1.0", .double(1)), ("1e2", .double(100)), ("-2.5E-1", .double(-0.25)), (#""""#, ""),
        (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\ud83d\udc26""#, "é🐦"), (#""é🐦""#, "é🐦"),
        ("[]", []), ("[1, [2,3] ,{}]", [1, [2, 3], [:]]), (#"{"a":{"b":null},"c":[]}"#, ["a": ["b": nil], "c": []]),
        (#"{"a":1,"a":2}"#, ["a": 2]), (#""half a pair: \ud83d!""#, "half a pair: \u{FFFD}!"),
        (#""\udc26\ud83d\u0041""#, "\u{FFFD}\u{FFFD}A"),
    ]

    @Test(arguments: texts)
    func parses(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "NaN", "Infinity", "-", "01", "+1", "1.", ".5", "1e", "1e999", "-1e999", "0x10", "'a'",
        "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\u{0}\"", "[", "[1", "[1,", "[1,]", "[,1]",
        "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{1:2}", "1 2", "{}{}", "\u{FEFF}1",
    ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test func saysWhereAndWhy() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: #"{"a": 1,}"#) }
        #expect(error?.description == "not valid JSON: a missing key at byte 8")
    }

    @Test func refusesBytesThatAreNotText() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xC0, 0x80],
        ] {
            #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        }
    }

    @Test func refusesNestingThatWouldOverflowTheStack() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(JSON.maximumDepth))
        for depth in [JSON.maximumDepth + 1, 1_000_000] {
            #expect(throws: JSONError.self) { try JSON(parsing: nested(depth)) }
        }
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: #"{"a":"#, count: 100_000)) }
    }

    @Test func printsWhatParsesBack() throws {
        let value: JSON = [
            "text": "\u{0}\u{1F}\"\\\n\r\t é 🐦 \u{7F} \u{2028}",
            "numbers": [0, -1, .int(.min), 0.1, 1e300, .double(.leastNonzeroMagnitude), -0.0],
            "nested": [[:], [], nil, true, false],
        ]
        #expect(try JSON(parsing: value.utf8) == value)
        #expect((["b": 1, "a": [1.5, nil]] as JSON).description == #"{"a":[1.5,null],"b":1}"#)
    }

    @Test func printsNumbersThatAreNoneAsNull() {
        #expect(
            JSON.array([.double(.nan), .double(.infinity), .double(-.infinity)] as [JSON]).description
                == "[null,null,null]")
    }

    /// Whatever arrives, the parser answers with a value or an error.
    @Test func survivesAnything() {
        var generator = Xorshift(state: 0x5EED)
        let seed = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",true,null],"b":{"c":"🐦"}}"#.utf8)
        var valid = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = .random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(seed.randomElement(using: &generator) ?? 0, at: place)
                }
            }
            guard let value = try? JSON(parsing: bytes) else { continue }
            valid += 1
            #expect((try? JSON(parsing: value.utf8)) == value)
        }
        #expect((1..<20_000).contains(valid))
    }

    @Test func answersWhatItIs() {
        let value: JSON = ["i": 3, "d": 3.5, "w": 3.0, "s": "text", "b": true, "a": [7]]
        #expect(value["i"]?.int == 3 && value["i"]?.double == 3)
        #expect(value["w"]?.int == 3 && value["d"]?.int == nil && value["d"]?.double == 3.5)
        #expect(value["s"]?.string == "text" && value["b"]?.bool == true && value["b"]?.int == nil)
        #expect(value["a"]?[0] == 7 && value["a"]?[1] == nil && value["a"]?[-1] == nil && value["none"] == nil)
        #expect(JSON.double(1e30).int == nil)
    }
}

/// A small random generator, so that a failure can be seen again.
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
