package import Foundation

/// A part of a widget's state: JSON with binary data in it, which is sent beside it.
package enum StateValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case text(String)
    case list([StateValue])
    case object([String: StateValue])
    case binary(Data)

    package subscript(key: String) -> StateValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// An integer, even if a front end wrote it as `3.0`.
    package var int: Int? {
        switch self {
        case .int(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    package var text: String? {
        guard case .text(let value) = self else { return nil }
        return value
    }

    package var list: [StateValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }

    package var object: [String: StateValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}

extension StateValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(arrayLiteral values: StateValue...) { self = .list(values) }
    package init(dictionaryLiteral members: (String, StateValue)...) {
        self = .object(Dictionary(members) { $1 })
    }
}

// MARK: As text

extension StateValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let values = try? container.decode([StateValue].self) {
            self = .list(values)
        } else {
            self = .object(try container.decode([String: StateValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null, .binary: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        // JSON has neither NaN nor infinity.
        case .number(let value): try value.isFinite ? container.encode(value) : container.encodeNil()
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    /// Reads JSON text.
    package init?(json: String) {
        guard let value = try? JSONDecoder().decode(StateValue.self, from: Data(json.utf8)) else { return nil }
        self = value
    }

    /// JSON text.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

// MARK: Binary data

extension StateValue {
    /// The value without its binary data, with the path of each piece, and the pieces. A member is removed from its
    /// object, an element of a list becomes `null`.
    package func withoutBuffers() -> (value: StateValue, paths: [StateValue], buffers: [Data]) {
        var (paths, buffers): ([StateValue], [Data]) = ([], [])
        func strip(_ value: StateValue, _ path: [StateValue]) -> StateValue? {
            switch value {
            case .binary(let data):
                paths.append(.list(path))
                buffers.append(data)
                return nil
            case .list(let values):
                return .list(values.enumerated().map { strip($1, path + [.int($0)]) ?? .null })
            case .object(let members):
                var rest = members
                for key in members.keys.sorted() { rest[key] = strip(members[key]!, path + [.text(key)]) }
                return .object(rest)
            default: return value
            }
        }
        return (strip(self, []) ?? .null, paths, buffers)
    }

    /// A front end's message with its binary data put back into the state. A path that does not exist is ignored.
    package func withBuffers(_ buffers: [Data]) -> StateValue {
        guard !buffers.isEmpty, case .object(var members) = self, var state = members["state"] else { return self }
        for (path, buffer) in zip(members["buffer_paths"]?.list ?? [], buffers) {
            if let path = path.list { state.put(buffer, at: path[...]) }
        }
        members["state"] = state
        return .object(members)
    }

    private mutating func put(_ buffer: Data, at path: ArraySlice<StateValue>) {
        guard let first = path.first else {
            self = .binary(buffer)
            return
        }
        switch (self, first) {
        case (.object(var members), .text(let key)):
            var member = members[key] ?? .null
            member.put(buffer, at: path.dropFirst())
            members[key] = member
            self = .object(members)
        case (.list(var values), .int(let index)) where values.indices.contains(index):
            values[index].put(buffer, at: path.dropFirst())
            self = .list(values)
        default: break
        }
    }
}
