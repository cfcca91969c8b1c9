import Cells
import WorkerProtocol

/// An editor's questions about the Swift of a cell that is being written.
extension SwiftInterpreter {
    /// The completions at the cursor.
    func completeSwift(_ code: String, at cursor: String.Index) -> Completions {
        guard let draft = draft(code, cursor),
            case .completions(let found) = languageService.ask(.complete, about: draft)
        else { return Completions(matches: [], range: cursor..<cursor) }
        let range = found.range.clamped(to: 0..<code.utf8.count)
        let places = [range.lowerBound, range.upperBound].map { code.utf8.index(code.startIndex, offsetBy: $0) }
        return Completions(
            matches: found.matches.map { Completion($0.text, kind: $0.kind.rawValue, signature: $0.signature) },
            range: places[0]..<places[1])
    }

    /// Documentation of the name at the cursor, or of the call around it.
    func inspectSwift(_ code: String, at cursor: String.Index, detail: Int) -> MimeBundle? {
        guard let draft = draft(code, cursor),
            case .inspection(var found) = languageService.ask(.inspect, about: draft)
        else { return nil }
        if let name = found.variable { found.value = variables().first { $0.name == name }?.value }
        return MimeBundle([
            "text/plain": .text(found.plainText(everything: detail > 0)),
            "text/markdown": .text(found.markdown(everything: detail > 0)),
        ])
    }

    /// The compiler's diagnostics of a cell that is being written. A malformed command is reported when it runs.
    func diagnose(_ code: String) -> [Diagnostic] {
        guard let parts = try? split(code) else { return [] }
        return cells.diagnose(parts.swift)
    }

    /// Prepares the language service for the first question, which comes soon after the notebook is open.
    func warmUpLanguageService() {
        let code = "import Swiftlet\nlet value = "
        if let draft = draft(code, code.endIndex) { languageService.warmUp(draft) }
    }

    /// The cell and its context; `nil` if the cursor is on a command.
    private func draft(_ code: String, _ cursor: String.Index) -> Draft? {
        let swift = (try? split(code))?.swift ?? code
        let position = code.utf8.distance(from: code.startIndex, to: cursor)
        guard swift.utf8.prefix(position).last == code.utf8.prefix(position).last else { return nil }
        let surroundings = cells.surroundings(for: swift)
        return Draft(
            source: swift, cursor: position, prelude: surroundings.prelude, arguments: surroundings.arguments)
    }
}
