extension JSON: CustomStringConvertible {
    /// The value as compact JSON.
    package var description: String { String(decoding: utf8, as: UTF8.self) }

    /// The value as compact JSON in UTF-8, keys sorted.
    ///
    /// JSON has neither infinity nor NaN: they are printed as `null`, as browsers do.
    package var utf8: [UInt8] {
        var bytes: [UInt8] = []
        print(to: &bytes)
        return bytes
    }

    private func print(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .int(let value): bytes += String(value).utf8
        case .double(let value): bytes += (value.isFinite ? String(value) : "null").utf8
        case .string(let value): Self.print(value, to: &bytes)
        case .array(let elements):
            Self.print(elements, between: "[", "]", to: &bytes) { element, bytes in element.print(to: &bytes) }
        case .object(let members):
            let sorted = members.sorted { $0.key < $1.key }
            Self.print(sorted, between: "{", "}", to: &bytes) { member, bytes in
                Self.print(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.print(to: &bytes)
            }
        }
    }

    private static func print<Element>(
        _ elements: [Element], between open: Unicode.Scalar, _ close: Unicode.Scalar, to bytes: inout [UInt8],
        _ print: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            print(element, &bytes)
        }
        bytes.append(UInt8(ascii: close))
    }

    private static func print(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
