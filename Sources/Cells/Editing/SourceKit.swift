import CWorker
import Foundation
import Glibc

/// The toolchain's SourceKit, which answers an editor's requests.
///
/// It is as large as the compiler, and unfinished code can crash it: use it in a separate process.
struct SourceKit {
    /// The SourceKit of a toolchain.
    init(toolchain: Toolchain) throws(CompilationError) {
        let path = toolchain.root + "/lib/libsourcekitdInProc.so"
        if let error = cw_load_sourcekit(path) { throw .noToolchain(String(cString: error)) }
    }

    /// The members of a request, their names without "key.".
    typealias Members = KeyValuePairs<String, Value>

    /// A member of a request.
    indirect enum Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case text(String)
        case number(Int)
        /// One of SourceKit's unique identifiers.
        case word(String)
        case list([Value])
        case members([(String, Value)])

        init(stringLiteral value: String) { self = .text(value) }
        init(integerLiteral value: Int) { self = .number(value) }

        static func texts(_ texts: [String]) -> Value { .list(texts.map(Value.text)) }

        fileprivate var yaml: String {
            switch self {
            case .text(let text): Self.quoted(text)
            case .number(let number): String(number)
            case .word(let word): word
            case .list(let values): "[" + values.map(\.yaml).joined(separator: ", ") + "]"
            case .members(let members):
                "{" + members.map { "key.\($0): \($1.yaml)" }.joined(separator: ", ") + "}"
            }
        }

        private static func quoted(_ text: String) -> String {
            var result = "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"", "\\": result += "\\\(scalar)"
                case " "..."~": result.unicodeScalars.append(scalar)
                default:
                    let digits = String(scalar.value, radix: 16)
                    result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                }
            }
            return result + "\""
        }
    }

    /// Sends a request and waits for the answer; `nil` if there is none, such as for a position without code.
    func ask<Answer: Decodable>(_ question: String, _ members: Members, for type: Answer.Type) -> Answer? {
        let request = Value.members([("request", .word("source.request." + question))] + members.map { ($0, $1) })
        var failed = false
        guard let answer = cw_ask_sourcekit(request.yaml, &failed) else { return nil }
        defer { free(answer) }
        guard !failed else { return nil }
        let data = Data(bytesNoCopy: answer, count: strlen(answer), deallocator: .none)
        return try? JSONDecoder().decode(type, from: data)
    }

    /// An answer that is not read.
    struct Nothing: Decodable {}
}
