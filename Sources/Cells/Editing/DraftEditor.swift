import Foundation

/// Answers requests about drafts with SourceKit's help.
final class DraftEditor {
    private let sourceKit: SourceKit
    /// The draft's file name for SourceKit. There is no such file.
    private let file = "/cell.swift"
    /// The draft without the name at the cursor, whose completions SourceKit has ready.
    private var opened: (draft: Draft, offset: Int)?

    /// The imports of the last draft.
    private var prelude = ""

    init(sourceKit: SourceKit) { self.sourceKit = sourceKit }

    /// SourceKit caches the modules that a draft imports and the folders in which it found them.
    private func forgetModules() {
        _ = sourceKit.ask("dependency_updated", [:], for: SourceKit.Nothing.self)
    }

    func answer(_ question: LanguageRequest.Question, about draft: Draft) -> LanguageAnswer {
        if draft.prelude != prelude {
            forgetModules()
            prelude = draft.prelude
        }
        switch question {
        case .complete: return completions(in: draft).map(LanguageAnswer.completions) ?? .nothing
        case .inspect: return inspection(in: draft).map(LanguageAnswer.inspection) ?? .nothing
        case .warmUp:
            _ = completions(in: draft)
            _ = declaration(at: 0, in: draft)
            return .nothing
        }
    }

    // MARK: Completion

    private func completions(in draft: Draft) -> CodeCompletions? {
        let site = CursorSite(draft.source, cursor: draft.cursor)
        guard !site.isText else { return nil }
        let cursor = draft.cursor
        let word = site.word.flatMap { $0.lowerBound < cursor ? $0 : nil } ?? cursor..<cursor
        let prefix = draft.text(in: word.lowerBound..<cursor)
        let list = list(in: draft.replacing(word, with: ""), offset: word.lowerBound, prefix: prefix)
        guard let matches = list?.matches(prefix: prefix, isMember: site.isMember), !matches.isEmpty else { return nil }
        // The rest of the name is replaced as well if the whole name is a match.
        let isWhole = matches.contains { $0.text == draft.text(in: word) }
        return CodeCompletions(matches: matches, range: word.lowerBound..<(isWhole ? word.upperBound : cursor))
    }

    /// Requests completions from SourceKit. While a name is typed, only the first request makes it parse the draft.
    private func list(in draft: Draft, offset: Int, prefix: String) -> CompletionList? {
        var hidden: [SourceKit.Value] = [
            .members([("kind", .word("source.codecompletion.literal")), ("hide", 1)])
        ]
        if prefix.utf8.count < CompletionList.lettersForNamesOfC {
            hidden.append(
                .members([
                    ("kind", .word("source.codecompletion.module")), ("hide", 1),
                    ("names", .texts(CompletionList.modulesOfC)),
                ]))
        }
        let options: [(String, SourceKit.Value)] = [
            ("filtertext", .text(prefix)), ("filterrules", .list(hidden)), ("fuzzymatching", 0), ("requestlimit", 0),
            ("sort.byname", 1), ("hidelowpriority", 0), ("hideunderscores", 0), ("addinitstotoplevel", 0),
            ("addinneroperators", 0), ("addinnerresults", 0), ("group.overloads", 0), ("group.stems", 0),
        ]
        let settings = SourceKit.Value.members(options.map { ("codecomplete." + $0, $1) })
        let position = SourceKit.Value.number(draft.prelude.utf8.count + offset)
        if let opened, opened.draft == draft, opened.offset == offset {
            return sourceKit.ask(
                "codecomplete.update",
                ["name": .text(file), "offset": position, "codecomplete.options": settings], for: CompletionList.self)
        }
        if let opened {
            let position = SourceKit.Value.number(opened.draft.prelude.utf8.count + opened.offset)
            _ = sourceKit.ask(
                "codecomplete.close", ["name": .text(file), "offset": position], for: SourceKit.Nothing.self)
        }
        opened = (draft, offset)
        return sourceKit.ask(
            "codecomplete.open",
            [
                "name": .text(file), "sourcefile": .text(file), "sourcetext": .text(draft.text), "offset": position,
                "compilerargs": .texts([file] + draft.arguments), "codecomplete.options": settings,
            ], for: CompletionList.self)
    }

    // MARK: Inspection

    private func inspection(in draft: Draft) -> Inspection? {
        let site = CursorSite(draft.source, cursor: draft.cursor)
        if let word = site.word, !site.isLabel, let found = inspection(of: word, in: draft) { return found }
        if let call = site.call { return inspection(of: call, in: draft) }
        return site.callee.flatMap { inspection(of: $0, in: draft) }
    }

    /// The inspection of a name; of a type with its initialisers.
    private func inspection(of name: Range<Int>, in draft: Draft) -> Inspection? {
        guard let symbol = declaration(at: name.lowerBound, in: draft), var found = Inspection(symbol) else {
            return nil
        }
        if symbol.isType {
            let call = draft.replacing(name.upperBound..<name.upperBound, with: "()")
            found.declarations +=
                signatures(of: symbol.name, in: call, offset: name.upperBound + 1)?.initialisers(of: symbol.name) ?? []
        }
        return found
    }

    /// The inspection of the called function: the overload that matches the arguments, then the others.
    private func inspection(of call: CursorSite.Call, in draft: Draft) -> Inspection? {
        let cursor = max(draft.cursor, CursorSite(draft.source, cursor: draft.cursor).word?.upperBound ?? 0)
        let open = draft.replacing(call.argument..<cursor, with: "")
        return signatures(of: call.name, in: open, offset: call.argument)?.inspection(of: call.name)
    }

    private func declaration(at offset: Int, in draft: Draft) -> SymbolInformation? {
        whileOpen(draft) {
            sourceKit.ask(
                "cursorinfo",
                [
                    "sourcefile": .text(file), "primary_file": .text(file),
                    "offset": .number(draft.prelude.utf8.count + offset),
                    "compilerargs": .texts([file] + draft.arguments),
                ], for: SymbolInformation.self)
        }
    }

    /// The signatures of the function called at an offset, with the default values of inherited initializers.
    private func signatures(of name: String, in draft: Draft, offset: Int) -> SignatureList? {
        let list = signatures(in: draft, offset: offset)
        guard let list, list.inheritsDefaults,
            let superclass = declaration(at: 0, in: draft.replacingSource(with: name))?.superclass
        else { return list }
        let call = draft.replacingSource(with: superclass + "()")
        let inherited = signatures(of: superclass, in: call, offset: superclass.utf8.count + 1)
        return list.withDefaults(of: inherited?.signatures ?? [])
    }

    private func signatures(in draft: Draft, offset: Int) -> SignatureList? {
        whileOpen(draft) {
            sourceKit.ask(
                "signaturehelp",
                [
                    "sourcefile": .text(file), "offset": .number(draft.prelude.utf8.count + offset),
                    "compilerargs": .texts([file] + draft.arguments),
                ], for: SignatureList.self)
        }
    }

    /// Requests about a position need an open document.
    private func whileOpen<Answer>(_ draft: Draft, _ ask: () -> Answer?) -> Answer? {
        _ = sourceKit.ask(
            "editor.open",
            [
                "name": .text(file), "sourcetext": .text(draft.text), "syntactic_only": 1, "enablesyntaxmap": 0,
                "enablesubstructure": 0, "enablediagnostics": 0, "compilerargs": .texts([file] + draft.arguments),
            ], for: SourceKit.Nothing.self)
        defer { _ = sourceKit.ask("editor.close", ["name": .text(file)], for: SourceKit.Nothing.self) }
        return ask()
    }
}
