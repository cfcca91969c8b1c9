/// Rephrases the compiler's messages in the terms of a notebook.
///
/// The compiler knows modules; a student knows cells, and that the newest declaration of a name is used. So a message
/// about values of an earlier type says that they are of an earlier type, and corrections of a misspelt name come from
/// all cells, of which the compiler saw only those that the cell names correctly. A student may also know another
/// language and other libraries: what is written as there is answered with the Swift of it.
struct Explanation {
    private let session: SessionState
    private let cell: ParsedCell
    /// Which of some names come with `import Swiftlet`.
    private let libraryNames: ([String]) -> Set<String>

    /// - Parameters:
    ///   - session: What the cell was compiled in.
    ///   - cell: The cell.
    ///   - libraryNames: Asks which of some names the library declares. It is asked at most once, and only if neither
    ///     the cell nor the session imports the library.
    init(session: SessionState, cell: ParsedCell, libraryNames: @escaping ([String]) -> Set<String> = { _ in [] }) {
        self.session = session
        self.cell = cell
        self.libraryNames = libraryNames
    }

    /// All messages about the cell, explained: those that only follow from others are left out.
    func explain(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let code = Mistake.Code(cell.source)
        if let habit = habit(diagnostics, in: code) { return [habit] }
        let wanted = FollowUps(diagnostics).independent
        let ofLibrary = importsLibrary ? [] : libraryNames(wanted.compactMap(\.unknownName))
        var explained: [Diagnostic] = []
        for diagnostic in wanted {
            let related = diagnostics.filter { $0.line == diagnostic.line && $0 != diagnostic }.map(\.message)
            let new = explain(diagnostic, in: code, related: related, ofLibrary: ofLibrary)
            let isSaid = explained.contains { other in
                (other.line, other.message, other.hint) == (new.line, new.message, new.hint)
                    || (new.hint?.hasPrefix("write: import") == true && new.hint == other.hint)
            }
            if !isSaid { explained.append(new) }
        }
        return explained
    }

    private var importsLibrary: Bool {
        session.scope.imports("Swiftlet") || cell.imports.contains { $0.hasSuffix(" Swiftlet") }
    }

    private func explain(
        _ diagnostic: Diagnostic, in code: Mistake.Code, related: [String], ofLibrary: Set<String>
    ) -> Diagnostic {
        var result = diagnostic
        let (message, types) = readable(diagnostic.message)
        result.message = message
        result.notes = diagnostic.notes.filter { !$0.message.contains("__swiftlet") }.map { note in
            var note = note
            note.message = readable(note.message).message
            return note
        }
        result.hint = hint(for: result, types: types)
        guard types.isEmpty, result.hint == nil else { return result }
        if let name = result.unknownName, let absence = session.absent.explanation(of: name) {
            let type = result.message.hasPrefix("cannot find type") ? "type " : ""
            return result.answered(by: .init("cannot find \(type)'\(name)' in scope; \(absence)"))
        }
        let mistake = Mistake(diagnostic: result, code: code, related: related)
        let name = UnknownName(
            mistake, names: { session.scope.names(ofTypes: $0) },
            types: { Dictionary(session.variables.map { ($0.name, $0.type) }) { $1 } },
            isOfLibrary: { ofLibrary.contains($0) })
        let answer = name?.answer ?? UnknownMember(mistake)?.answer ?? Phrase.answer(to: mistake)
        guard let answer else { return result }
        return result.answered(by: answer)
    }

    // MARK: Habits

    /// The message about a line that is written as in another language, if that is why the cell does not compile.
    private func habit(_ diagnostics: [Diagnostic], in code: Mistake.Code) -> Diagnostic? {
        guard let first = diagnostics.first else { return nil }
        let earliest = diagnostics.min { $0.line < $1.line } ?? first
        // The compiler may notice only on the next line that the head of a block lacks its brace.
        let candidates = [earliest.line, first.line, first.line - 1].map { $0 - 1 }
        for index in candidates {
            guard let habit = Habit.inLine(index, of: code) else { continue }
            if index == first.line - 2, !ForeignLine(index, of: code.lines).endsWithColon { continue }
            let line = String(code.lines[index])
            var result = Diagnostic(
                severity: .error, message: habit.message, file: cell.name, line: index + 1, column: habit.column + 1,
                excerpt: [
                    line,
                    String(repeating: " ", count: habit.column) + "^"
                        + String(repeating: "~", count: max(habit.length - 1, 0)),
                ])
            result.hint = habit.swift.map { "write: \($0)" }
            return result
        }
        return nil
    }

    // MARK: Types

    /// The message without modules and with a remark on each type that was declared again; and these types.
    private func readable(_ message: String) -> (message: String, earlier: [Use]) {
        var earlier: [Use] = []
        var text = message.replacing(/'([^']*)'/) { match in
            let quoted = String(match.output.1)
            let short = quoted.replacing(/\b(Cell\d+(_\d+)?|Swift)\./, with: "")
            guard let use = SymbolTable.uses(in: quoted).first(where: session.isEarlier) else { return "'\(short)'" }
            earlier.append(use)
            return short == use.name
                ? "'\(short)' (the earlier one, of \(cell(use.module)))"
                : "'\(short)' (with the earlier '\(use.name)' of \(cell(use.module)))"
        }
        text.replace(/'?__swiftletShow'?/, with: "the display of the cell's value")
        text.replace(/'?__swiftletAwait'?/, with: "'await'")
        text.replace(CellReader.guardPrefix, with: "")
        return (text, earlier)
    }

    /// "cell 3" for its module.
    private func cell(_ module: String) -> String { "cell \(number(module))" }

    private func number(_ module: String) -> Int {
        session.cells[module]?.number ?? Int(module.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    }

    /// What to do about values, functions and types on the marked line that use an earlier type.
    private func hint(for diagnostic: Diagnostic, types: [Use]) -> String? {
        guard let line = diagnostic.excerpt.first else { return nil }
        let names = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        for areTypes in [false, true] {
            for name in names where session.scope.isType(name) == areTypes {
                guard let module = session.scope.module(declaring: name), let declaring = session.cells[module],
                    let use = SymbolTable(object: declaring.object).uses(ofDeclaration: name, in: module).first(where: {
                        session.isEarlier($0) && (types.contains($0) || isMissed($0, in: diagnostic.message))
                    }), let current = session.scope.module(declaring: use.name)
                else { continue }
                let advice = module == use.module ? "define '\(name)' again" : "run \(cell(module)) again"
                return
                    "'\(name)' belongs to the '\(use.name)' of \(cell(use.module)), which \(cell(current)) has defined again: "
                    + advice
            }
        }
        return nil
    }

    /// Whether the message is about a missing member that the type's newest declaration has.
    private func isMissed(_ type: Use, in message: String) -> Bool {
        guard let match = message.firstMatch(of: /value of type '(\w+)' has no member '(\w+)'/),
            match.output.1 == type.name,
            let current = session.scope.module(declaring: type.name), let declaring = session.cells[current]
        else { return false }
        let member = "\(current).\(type.name).\(match.output.2)"
        return SymbolTable(object: declaring.object).names.contains { symbol in
            guard symbol.contains(match.output.2), let text = Demangler.text(of: symbol) else { return false }
            return text.contains(member)
        }
    }
}
