/// Rephrases the compiler's messages in the terms of a notebook.
///
/// The compiler knows modules; a student knows cells, and that the newest declaration of a name is used. So a message
/// about values of an earlier type says that they are of an earlier type, and corrections of a misspelt name come from
/// all cells, of which the compiler saw only those that the cell names correctly.
struct Explanation {
    private let session: SessionState

    init(session: SessionState) { self.session = session }

    /// The message, explained.
    func explain(_ diagnostic: Diagnostic) -> Diagnostic {
        var result = diagnostic
        let (message, types) = readable(diagnostic.message)
        result.message = message
        result.notes = diagnostic.notes.filter { !$0.message.contains("__swiftlet") }.map { note in
            var note = note
            note.message = readable(note.message).message
            return note
        }
        correctSpelling(&result)
        nameOverride(&result)
        result.hint = hint(for: result, types: types)
        return result
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

    // MARK: Names

    /// Whether a message only follows from others: from that about a final method on its line, or from an unknown name.
    static func follows(_ diagnostic: Diagnostic, from others: [Diagnostic]) -> Bool {
        if diagnostic.message.hasPrefix("overriding non-open") {
            return others.contains { $0.line == diagnostic.line && $0.message == finalOverride }
        }
        let unknown = others.filter { $0.message.hasPrefix("cannot find ") }
        if diagnostic.message.hasPrefix("cannot find ") {
            // The same name again.
            return unknown.first { $0.unknownName == diagnostic.unknownName } != diagnostic
        }
        return !unknown.isEmpty
            && consequences.contains { diagnostic.message.contains($0) }
    }

    /// What the compiler says of code with an unknown name in it.
    private static let consequences = [
        "unable to type-check this expression in reasonable time", "cannot infer contextual base",
        "could not be inferred",
        "failed to produce diagnostic", "requires a contextual type", "without more context",
        "unable to infer type of a closure",
    ]

    private static let finalOverride = "instance method overrides a 'final' instance method"

    /// Says which method is overridden instead of a final one.
    private func nameOverride(_ diagnostic: inout Diagnostic) {
        guard diagnostic.message == Self.finalOverride, let line = diagnostic.excerpt.first,
            let (name, other) = Library.overriddenInstead.first(where: { line.contains("func \($0.key)(") })
        else { return }
        diagnostic.message = "'\(name)' is final; override '\(other)' instead"
    }

    private func correctSpelling(_ diagnostic: inout Diagnostic) {
        guard
            let match = diagnostic.message.firstMatch(
                of: /cannot find (type )?'([^']+)' in scope(?:; did you mean '([^']+)'\?)?/)
        else { return }
        let name = String(match.output.2)
        if let absence = session.absent.explanation(of: name) {
            diagnostic.message = "cannot find \(match.output.1 ?? "")'\(name)' in scope; \(absence)"
            diagnostic.excerpt = Array(diagnostic.excerpt.prefix(2))
            diagnostic.notes = []
            return
        }
        let candidates =
            session.scope.names(ofTypes: match.output.1 != nil) + (match.output.3.map { [String($0)] } ?? [])
        let likely = name.nearest(among: candidates)
        if let likely, likely == match.output.3.map(String.init) { return }
        diagnostic.message =
            "cannot find \(match.output.1 ?? "")'\(name)' in scope" + (likely.map { "; did you mean '\($0)'?" } ?? "")
        diagnostic.excerpt = Array(diagnostic.excerpt.prefix(2))
        diagnostic.notes = []
    }
}

extension Diagnostic {
    /// The name in "cannot find 'x' in scope".
    fileprivate var unknownName: Substring? {
        message.firstMatch(of: /cannot find (?:type )?'([^']+)'/)?.output.1
    }
}
