/// A JSON value (RFC 8259).
///
/// Integers that fit an `Int` remain integers, every other number is a `Double`; both survive parsing and printing
/// unchanged. An object prints its keys sorted, so that equal values print equally.
package enum JSON: Sendable, Hashable {
    /// JSON's `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent that fits an `Int`.
    case int(Int)
    /// Any other number.
    case double(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object: values by key.
    case object([String: JSON])
}

extension JSON {
    /// The string, if this is one.
    package var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The Boolean, if this is one.
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The elements, if this is an array.
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

    /// The members, if this is an object.
    package var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }

    /// The integer, if this is one; `3.0` counts, `3.5` does not.
    package var int: Int? {
        switch self {
        case .int(let value): value
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, if this is one.
    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// A member of an object; `nil` if this is not an object or has no such member.
    package subscript(key: String) -> JSON? { object?[key] }

    /// An element of an array; `nil` if this is not an array or has no such element.
    package subscript(index: Int) -> JSON? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `nil` is JSON's `null`.
    package init(nilLiteral: ()) { self = .null }
    /// `true` and `false`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer.
    package init(integerLiteral value: Int) { self = .int(value) }
    /// A number.
    package init(floatLiteral value: Double) { self = .double(value) }
    /// A string.
    package init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object; if a key is repeated, its last value counts.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
