/// Something that a cell asks of the kernel instead of Swift: a line such as `%who` or `!ls`.
package enum Command: Hashable, Sendable {
    /// Explains all commands, or one.
    case help(CommandHelp?)
    /// Lists what the cells so far have declared.
    case who
    /// Takes the last cell back.
    case undo
    /// Forgets all cells.
    case reset
    /// Makes Swift packages importable.
    case package([PackageRequest])
    /// Writes the cells of the session into a file.
    case save(path: String, cells: [ClosedRange<Int>])
    /// Puts a file's text into the next cell.
    case load(path: String)
    /// Runs a command of the shell.
    case shell(String)

    /// How the Swift below a command is timed.
    package enum Timing: Hashable, Sendable {
        /// Once, as the cell would run anyway.
        case once
        /// Many times, for a figure that can be compared.
        case repeatedly
    }

    /// Reads what follows a command's name. `%time` and `%timeit` are not read here: they say how Swift is run.
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

    /// Reads the number of a cell, or a range such as `3-7`.
    private static func cells(_ text: String) throws(CommandError) -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        if ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last {
            return first...last
        }
        throw CommandError("\(text) is no cell", hint: "%save file.swift 1-5 8 saves the cells 1 to 5, and 8")
    }
}

extension StringProtocol {
    /// The words of a line; quotes hold a word together, and `~` is the user's folder.
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
