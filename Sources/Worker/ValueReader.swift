import Foundation
import Notebook
package import WorkerProtocol

/// Summarizes values without changing them, and without ever writing out a large one.
package enum ValueReader {
    /// The maximum number of characters of a value.
    private static let width = 80
    /// The maximum number of elements or fields that are read.
    private static let breadth = 20
    /// The depth to which parts of parts are read.
    private static let depth = 2

    /// The summary of a value and its parts.
    package static func summary(of value: Any, named name: String) -> ValueSummary {
        summary(of: value, named: name, depth: depth)
    }

    private static func summary(of value: Any, named name: String, depth: Int) -> ValueSummary {
        let type = TypeName.readable(_typeName(Swift.type(of: value), qualified: true))
        if let inspection = (value as? any Inspectable)?.inspection {
            let parts = depth == 0 ? [] : inspection.parts().prefix(breadth)
            return ValueSummary(
                name: name, type: type, text: shortened(inspection.text), bytes: inspection.bytes,
                parts: parts.map { summary(of: $0.value, named: $0.name, depth: depth - 1) })
        }
        return ValueSummary(
            name: name, type: type, text: text(of: value), parts: depth == 0 ? [] : parts(of: value, depth: depth - 1))
    }

    // MARK: On one line

    /// A value on one line: of a collection its length, and as many elements as fit.
    private static func text(of value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection, .set, .dictionary:
            let count = mirror.children.count
            let elements = list(
                of: mirror, in: count == 0 && mirror.displayStyle == .dictionary ? ("[:", "]") : ("[", "]"), room: width
            )
            return count > 3 ? "\(ProgressView.grouped(count)) elements: \(elements)" : elements
        default: return short(value, room: width)
        }
    }

    /// A value in at most `room` characters. A type with fields and without a description is written like a call of its
    /// initializer.
    private static func short(_ value: Any, room: Int) -> String {
        if let text = value as? String {
            let start = String(text.prefix(room))
            return shortened(ValueText.quoted(start.endIndex < text.endIndex ? start + "…" : start), to: room)
        }
        if let inspection = (value as? any Inspectable)?.inspection { return shortened(inspection.text, to: room) }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection, .set: return list(of: mirror, in: ("[", "]"), room: room)
        case .dictionary: return list(of: mirror, in: mirror.children.isEmpty ? ("[:", "]") : ("[", "]"), room: room)
        case .tuple: return list(of: mirror, in: ("(", ")"), room: room)
        case .optional: return mirror.children.first.map { short($0.value, room: room) } ?? "nil"
        case .enum where !(value is any CustomStringConvertible):
            guard let payload = mirror.children.first, let name = payload.label else {
                return shortened("\(value)", to: room)
            }
            let inner = short(payload.value, room: max(room - name.count - 2, 1))
            return shortened("\(name)\(inner.hasPrefix("(") ? inner : "(\(inner))")", to: room)
        case .struct where !(value is any CustomStringConvertible),
            .class where !(value is any CustomStringConvertible):
            let type = TypeName.readable(_typeName(Swift.type(of: value), qualified: true))
            return list(of: mirror, in: ("\(type)(", ")"), room: room)
        default: return shortened("\(value)", to: room)
        }
    }

    private static func list(of mirror: Mirror, in brackets: (String, String), room: Int) -> String {
        var text = brackets.0
        for (index, child) in mirror.children.enumerated() {
            let rest = room - text.count - brackets.1.count
            guard rest > 4 else { return text + "…" + brackets.1 }
            if index > 0 { text += ", " }
            if mirror.displayStyle == .dictionary {
                let pair = Mirror(reflecting: child.value).children.map(\.value)
                text += pair.map { short($0, room: rest / 2) }.joined(separator: ": ")
            } else {
                let label = child.label.map { $0.first == "." ? "" : $0 + ": " } ?? ""
                text += label + short(child.value, room: rest)
            }
        }
        return text + brackets.1
    }

    private static func shortened(_ text: String, to room: Int = width) -> String {
        let line = text.prefix { !$0.isNewline }
        let isWhole = line.endIndex == text.endIndex
        return isWhole && line.count <= room ? text : line.prefix(max(room - 1, 1)) + "…"
    }

    // MARK: Parts

    private static func parts(of value: Any, depth: Int) -> [ValueSummary] {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional {
            return mirror.children.first.map { parts(of: $0.value, depth: depth) } ?? []
        }
        // The parts of numbers and texts are implementation details.
        if value is any StringProtocol || value is any Numeric || value is Bool { return [] }
        return mirror.children.prefix(breadth).enumerated().map { index, child in
            if mirror.displayStyle == .dictionary {
                let pair = Mirror(reflecting: child.value).children.map(\.value)
                if pair.count == 2 { return summary(of: pair[1], named: "[\(short(pair[0], room: 30))]", depth: depth) }
            }
            return summary(of: child.value, named: child.label ?? "[\(index)]", depth: depth)
        }
    }
}

/// Sends the kernel a summary of a variable. The cell with which the kernel reads the variables calls this.
@_silgen_name("swiftlet_describe")
public func describe<Value>(_ name: String, _ value: Value) {
    let summary = ValueReader.summary(of: value, named: name)
    guard let data = try? JSONEncoder().encode(summary) else { return }
    FrontEnd.connection.result(MimeBundle([ValueSummary.mimeType: .text(String(decoding: data, as: UTF8.self))]))
}
