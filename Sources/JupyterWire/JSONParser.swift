/// An error in JSON text.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// What was found or is missing.
    package let reason: String
    /// The position, in bytes from the start.
    package let offset: Int

    /// The error on one line.
    package var description: String { "not valid JSON: \(reason) at byte \(offset)" }
}

extension JSON {
    /// The maximum depth of nesting. The parser recurses, and must not overflow the stack on malicious input.
    package static let maximumDepth = 512

    /// Parses UTF-8 text that is exactly one JSON value.
    ///
    /// The parser is strict: trailing commas, `NaN`, numbers beyond a `Double` and unescaped control characters are
    /// errors. An unpaired surrogate, which browsers do send, becomes U+FFFD. If a key is repeated, its last value
    /// counts.
    ///
    /// - Throws: `JSONError` for any other text.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }

    /// Parses text that is exactly one JSON value.
    package init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8) }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The byte at the position; at the end 0, which JSON text never contains.
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }

    mutating func document() throws(JSONError) -> JSON {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw failure("bytes that are not UTF-8") }
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("text after the end of the value") }
        return value
    }

    mutating func skipSpace() {
        while current == UInt8(ascii: " ") || current == UInt8(ascii: "\n") || current == UInt8(ascii: "\r")
            || current == UInt8(ascii: "\t")
        { position += 1 }
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: return try word()
        }
    }

    mutating func nested(_ body: (inout JSONParser) throws(JSONError) -> JSON) throws(JSONError) -> JSON {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSON.maximumDepth else { throw failure("more than \(JSON.maximumDepth) levels of nesting") }
        position += 1
        return try body(&self)
    }

    mutating func object() throws(JSONError) -> JSON {
        var members: [String: JSON] = [:]
        skipSpace()
        if consume(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a missing key") }
            let key = try string()
            skipSpace()
            guard consume(UInt8(ascii: ":")) else { throw failure("a missing ':' after a key") }
            members[key] = try value()
            skipSpace()
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "}")) else { throw failure("an unterminated object") }
        return .object(members)
    }

    mutating func array() throws(JSONError) -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if consume(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value())
            skipSpace()
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "]")) else { throw failure("an unterminated array") }
        return .array(elements)
    }

    mutating func word() throws(JSONError) -> JSON {
        for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
        where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw failure(position < bytes.count ? "an unexpected character" : "an unexpected end")
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = position
        var isWhole = true
        _ = consume(UInt8(ascii: "-"))
        if !consume(UInt8(ascii: "0")) { try digits() }
        if consume(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            isWhole = false
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, text != "-0", let value = Int(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw failure("a number beyond a Double") }
        return .double(value)
    }

    mutating func digits() throws(JSONError) {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { position += 1 }
        guard position > start else { throw failure("a number without digits") }
    }

    mutating func string() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            let start = position
            while current >= 0x20, current != UInt8(ascii: "\""), current != UInt8(ascii: "\\") { position += 1 }
            let run = bytes[start..<position]
            if consume(UInt8(ascii: "\"")) {
                if text.isEmpty { return String(decoding: run, as: UTF8.self) }
                return String(decoding: text + run, as: UTF8.self)
            }
            guard consume(UInt8(ascii: "\\")) else {
                throw failure(position < bytes.count ? "an unescaped control character" : "an unterminated string")
            }
            text += run
            text += String(try escape()).utf8
        }
    }

    mutating func escape() throws(JSONError) -> Unicode.Scalar {
        defer { position += 1 }
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(current)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("an unknown escape")
        }
    }

    /// Reads from the `u` of `\uXXXX` to the last digit, with the second half of a surrogate pair.
    mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimalDigits()
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let end = position
        guard bytes[(position + 1)...].starts(with: "\\u".utf8) else { return "\u{FFFD}" }
        position += 2
        let second = try hexadecimalDigits()
        guard UTF16.isTrailSurrogate(second) else {
            position = end
            return "\u{FFFD}"
        }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    mutating func hexadecimalDigits() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            position += 1
            guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
                throw failure("\\u without four digits")
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
