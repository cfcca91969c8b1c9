/// A command to the kernel in a cell: a line such as `%who` or `!ls`.
package enum Command: Hashable, Sendable {
    /// Explains one command, or lists all.
    case help(CommandHelp?)
    /// Lists the declarations of all cells.
    case who
    /// Takes the last cell back.
    case undo
    /// Forgets all cells.
    case reset
    /// Builds Swift packages and makes them importable.
    case package([PackageRequest])
    /// Writes the cells of the session to a file.
    case save(path: String, cells: [ClosedRange<Int>])
    /// Puts a file's text into the next cell.
    case load(path: String)
    /// Runs a shell command.
    case shell(String)

    /// How the Swift below `%time` or `%timeit` is timed.
    package enum Timing: Hashable, Sendable {
        /// One ordinary run of the cell.
        case once
        /// Many runs, for a reliable measurement.
        case repeatedly
    }

    /// Parses the arguments of a command. `%time` and `%timeit` are not among them: they say how Swift is run.
    init(_ help: CommandHelp, arguments: String) throws(CommandError) {
        func expectNone() throws(CommandError) {
            if !arguments.isEmpty {
                throw CommandError(
                    "\(help.name) takes no arguments, but \"\(arguments)\" follows it", hint: help.example)
            }
        }
        switch help.name {
        case "%help": self = .help(arguments.isEmpty ? nil : try CommandHelp.named(arguments))
        case "%who":
            try expectNone()
            self = .who
        case "%undo":
            try expectNone()
            self = .undo
        case "%reset":
            try expectNone()
            self = .reset
        case "%package": self = .package([try PackageRequest(arguments)])
        case "%save":
            var words = arguments.shellWords[...]
            guard let path = words.popFirst() else { throw CommandError("%save needs a file", hint: help.example) }
            self = .save(path: path, cells: try words.map(Self.cells))
        case "%load":
            let words = arguments.shellWords
            guard words.count == 1 else { throw CommandError("%load needs one file", hint: help.example) }
            self = .load(path: words[0])
        default: preconditionFailure("\(help.name) is documented and does nothing")
        }
    }

    /// Parses the number of a cell, or a range such as `3-7`.
    private static func cells(_ text: String) throws(CommandError) -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        if ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last {
            return first...last
        }
        throw CommandError(
            "\(text) is not the number of a cell or a range",
            hint: "%save file.swift 1-5 8 saves the cells 1 to 5, and 8")
    }
}

extension StringProtocol {
    /// The words of a line. A quoted text is one word.
    var shellWords: [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in self {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}
