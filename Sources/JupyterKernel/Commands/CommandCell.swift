import Cells

/// A cell's source, split into the commands at its head and the Swift below them.
///
/// Commands stand before the first line of Swift, each on a line of its own; blank lines and `//` comments may stand
/// between them. A line within an expression, a string or a function is therefore never mistaken for one.
///
/// `%` can begin no Swift statement, unless a cell has declared it a prefix operator: that cell's Swift is then meant.
/// `!` can, as in `!isReady`. A space decides: `! ls` is never Swift. Without one, a line is the shell's if Swift could
/// not read it (`!git status`), or if it begins with a program's name that no cell has declared (`!ls`).
package struct CommandCell: Sendable {
    /// A command and the line it stands on, counted from 1.
    package struct Entry: Hashable, Sendable {
        /// The command.
        package var command: Command
        /// Its line.
        package var line: Int

        /// A command on a line.
        package init(command: Command, line: Int) {
            self.command = command
            self.line = line
        }
    }

    /// The commands, from the first on.
    package private(set) var commands: [Entry] = []
    /// How the Swift is timed, if it is.
    package private(set) var timing: Command.Timing?
    /// The cell with spaces for its commands: every line, column and byte is where it was.
    package private(set) var swift: String
    /// The cell as Swift for a file, with its commands as comments.
    package private(set) var program: String

    /// Whether there is any Swift to run, besides comments.
    package var hasSwift: Bool {
        swift.utf8.split(separator: UInt8(ascii: "\n")).contains { !Line(String(Substring($0))).isBlank }
    }

    /// Whether there are commands at all.
    package var isPlain: Bool { commands.isEmpty && timing == nil }

    /// Splits a cell.
    ///
    /// - Parameters:
    ///   - source: What was written.
    ///   - names: What the cells so far have declared, and which words are programs.
    package init(_ source: String, names: some CommandNames) throws(CommandError) {
        var lines = source.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        var program = lines
        (swift, self.program) = (source, source)
        lines: for index in lines.indices {
            let line = Line(lines[index])
            if line.isBlank { continue }
            do {
                if let (name, arguments) = line.percentCommand, !names.declares("%") {
                    if arguments == "?" {
                        commands.append(.init(command: .help(try .named(name)), line: index + 1))
                    } else if let timing = Self.timings[name] {
                        self.timing = timing
                        let command = lines[index].utf8.prefix { $0 != UInt8(ascii: "%") }.count + name.utf8.count
                        let rest = String(Substring(lines[index].utf8.dropFirst(command)))
                        lines[index] = String(repeating: " ", count: command) + rest
                        if !Line(rest).isBlank { program[index] = rest.trimmed } else { program[index] = "// " + name }
                        break lines
                    } else {
                        add(try Command(.named(name), arguments: arguments), line: index + 1)
                    }
                } else if let command = line.shellCommand(names, rest: { lines[index...].joined(separator: "\n") }) {
                    commands.append(.init(command: .shell(command), line: index + 1))
                } else {
                    break lines
                }
            } catch {
                throw CommandError(error.message, hint: error.hint, line: index + 1)
            }
            program[index] = "// " + line.text
            lines[index] = String(repeating: " ", count: lines[index].utf8.count)
        }
        swift = lines.joined(separator: "\n")
        try refuseCommands(in: lines, names)
        self.program = program.joined(separator: "\n")
        if timing != nil, !hasSwift {
            throw CommandError("there is nothing to time", hint: CommandHelp.time.example, line: lines.count)
        }
    }

    /// A command below the first line of Swift would be read as Swift.
    private func refuseCommands(in lines: [String], _ names: some CommandNames) throws(CommandError) {
        let marked = lines.indices.filter { Line(lines[$0]).isMarked }
        guard !marked.isEmpty else { return }
        let statements = ParsedCell(swift, name: "cell")
        let starts = statements.linesOfStatements
        for index in marked where starts.contains(index + 1) {
            let line = Line(lines[index])
            var name: String?
            if let (command, _) = line.percentCommand {
                name = names.declares("%") || statements.extensionMembers.contains("operator %") ? nil : command
            } else if let word = line.word, !statements.declarations.contains(where: { $0.name == word }) {
                name = line.shellCommand(names, rest: { lines[index...].joined(separator: "\n") }).map { _ in "!" + word
                }
            }
            guard let name else { continue }
            throw CommandError(
                "\(name) stands below Swift: commands belong at the head of a cell",
                hint: "move the line to the beginning of the cell, or to a cell of its own", line: index + 1)
        }
    }

    /// Adds a command. Packages on successive lines are one request, because they must share their dependencies.
    private mutating func add(_ command: Command, line: Int) {
        if case .package(let requests) = command, case .package(let earlier)? = commands.last?.command {
            commands[commands.count - 1].command = .package(earlier + requests)
        } else {
            commands.append(.init(command: command, line: line))
        }
    }

    fileprivate static let timings: [String: Command.Timing] = ["%time": .once, "%timeit": .repeatedly]
}

extension CommandCell {
    /// Whether a cell ends with a command that needs Swift below it.
    package static func isWaiting(_ source: String) -> Bool {
        let last = source.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last.map {
            String(Substring($0))
        }
        return timings.keys.contains(last?.trimmed ?? "")
    }
}

/// The names that decide whether `!name` is Swift or a shell command.
package protocol CommandNames {
    /// Whether a cell has declared a name or an operator.
    func declares(_ name: String) -> Bool
    /// Whether the shell knows a command of this name.
    func isProgram(_ name: String) -> Bool
}

/// A command line that is being written.
package struct CommandLine {
    private let line: Substring
    private let cursor: String.Index

    /// The line at the cursor; `nil` if it is not a command, or cannot be one there.
    package init?(in code: String, at cursor: String.Index) {
        let start = code[..<cursor].lastIndex(where: \.isNewline).map(code.index(after:)) ?? code.startIndex
        guard code[..<start].split(whereSeparator: \.isNewline).allSatisfy({ Line($0).isHead }) else { return nil }
        let line = code[start...].prefix { !$0.isNewline }.drop { $0.isWhitespace }
        guard let mark = line.first, "%!".contains(mark) else { return nil }
        self.line = line
        self.cursor = cursor
    }

    /// The commands that complete the name before the cursor; after `%help`, the `%` may be missing.
    package var completions: Completions? {
        let typed = line[..<max(cursor, line.startIndex)]
        let start = typed.lastIndex(where: \.isWhitespace).map(typed.index(after:)) ?? typed.startIndex
        let command = typed[..<start].trimmed
        guard typed.first == "%", command.isEmpty || command == "%help" else { return nil }
        let name = typed[start...].first == "%" ? String(typed[start...]) : "%" + typed[start...]
        let matches = CommandHelp.all.filter { $0.name.hasPrefix(name) }
        return Completions(
            matches: matches.map { Completion($0.name, kind: "magic", signature: $0.summary) }, range: start..<cursor)
    }

    /// The command at the cursor, unless the cursor is on the Swift after it.
    package var help: CommandHelp? {
        if line.first == "!" { return try? .named("!") }
        guard let (name, _) = Line(line).percentCommand, let help = try? CommandHelp.named(name) else { return nil }
        let isOnName = line.distance(from: line.startIndex, to: max(cursor, line.startIndex)) <= name.count
        return isOnName || CommandCell.timings[name] == nil ? help : nil
    }
}

/// One line at the head of a cell.
private struct Line {
    let text: String

    init(_ line: some StringProtocol) { text = String(line).trimmed }

    var isBlank: Bool { text.isEmpty || text.hasPrefix("//") }

    /// `%name` and its arguments. `%%name`, as IPython writes some commands, is an unknown name.
    var percentCommand: (name: String, arguments: String)? {
        let marks = text.prefix { $0 == "%" }
        let word = text[marks.endIndex...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard (1...2).contains(marks.count), word.first?.isLetter == true else { return nil }
        let arguments = text[word.endIndex...].drop { $0.isWhitespace }
        return (String(marks + word), String(arguments))
    }

    /// Whether it begins as a command does.
    var isMarked: Bool { text.first == "%" || text.first == "!" }

    /// The word behind `!`.
    var word: String? {
        guard text.first == "!" else { return nil }
        let word = text.dropFirst().drop { $0.isWhitespace }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return word.isEmpty ? nil : String(word)
    }

    /// Whether the next line can be a command too.
    var isHead: Bool {
        isBlank || text.first == "!" || percentCommand.map { CommandCell.timings[$0.name] == nil } == true
    }

    /// The shell command, if this is not Swift.
    func shellCommand(_ names: some CommandNames, rest: () -> String) -> String? {
        guard text.first == "!" else { return nil }
        let command = text.dropFirst()
        guard let first = command.first else { return nil }
        if first.isWhitespace { return String(command.drop { $0.isWhitespace }) }
        if ["./", "../", "/", "~/"].contains(where: command.hasPrefix) { return String(command) }
        guard first.isLetter || first == "_" else { return nil }
        let name = String(command.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        // An expression may continue below: invalid as a line, it can be valid as a whole.
        let canBeSwift = Cells.Completeness(of: String(text)) != .invalid || Cells.Completeness(of: rest()) == .complete
        if canBeSwift {
            if names.declares(name) || Self.swiftWords.contains(name) { return nil }
            let program = command.prefix { !$0.isWhitespace && !";|&<>".contains($0) }
            return names.isProgram(String(program)) ? String(command) : nil
        }
        return String(command)
    }

    /// The keywords with which an expression after `!` can begin.
    private static let swiftWords: Set = ["true", "false", "self", "try", "await", "unsafe"]
}
