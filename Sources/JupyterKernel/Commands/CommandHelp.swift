/// What is to be known of a command: `%help` shows it, and so do inspection and completion.
package struct CommandHelp: Hashable, Sendable {
    /// The command's name with its mark: `%who`.
    package let name: String
    /// What may follow the name.
    package let parameters: String
    /// What it does, in a line.
    package let summary: String
    /// All that is to be known, in Markdown.
    package let details: String
    /// A line that uses the command.
    package let example: String

    /// The command with this name, with or without its mark.
    package static func named(_ name: String) throws(CommandError) -> CommandHelp {
        if let found = all.first(where: { $0.name == name || $0.name.dropFirst() == name }) { return found }
        throw .unknown(
            "command", name.hasPrefix("%") ? name : "%" + name, among: all.map(\.name),
            otherwise: "%help lists all commands")
    }

    /// The command, its explanation and an example, in Markdown.
    package var text: String {
        let usage = parameters.isEmpty ? name : "\(name) \(parameters)"
        return "**`\(usage)`** – \(summary)\n\n\(details)\n\nExample: `\(example)`"
    }

    /// The list of all commands, in Markdown.
    package static var overview: String {
        let width = all.map { $0.name.count + $0.parameters.count }.max() ?? 0
        let lines = all.map { help in
            let usage = help.parameters.isEmpty ? help.name : "\(help.name) \(help.parameters)"
            return "    " + usage.padded(to: width + 3) + help.summary
        }
        return """
            **Commands** stand at the head of a cell, before its Swift.

            \(lines.joined(separator: "\n"))

            `%help time` explains one of them, and so does Shift-Tab on its name. Blank lines and `//` comments may stand before and \
            between commands. A space behind `!` says that a line is certainly the shell's; without one, `!ready` is Swift where a cell \
            has declared `ready`.
            """
    }

    static let time = CommandHelp(
        name: "%time", parameters: "[Swift]", summary: "run the cell, and say how long each phase took",
        details: """
            Runs the rest of the cell as it would run anyway: its variables stay. Then it prints the time that passed (wall), the time that \
            all processors worked for the cell (CPU), and the phases: reading, compiling, linking, running.
            """, example: "%time model(images)")

    static let timeit = CommandHelp(
        name: "%timeit", parameters: "[Swift]", summary: "run the cell many times, and say what a run takes",
        details: """
            Compiles the rest of the cell as the body of a function, and calls it as often as a good figure takes: about a second, but \
            never fewer than three times. It prints the median of the runs, the best, and how far the middle half of them lies apart. \
            Variables declared in the body are gone afterwards, while changes to earlier cells' variables stay. The value of the last \
            expression and all variables of the body count as used, so that the compiler cannot leave out the work that makes them; what it \
            can compute beforehand costs nothing.
            """, example: "%timeit a.matmul(b)")

    /// All commands, in the order of the list.
    package static let all: [CommandHelp] = [
        CommandHelp(
            name: "%help", parameters: "[command]", summary: "list the commands, or explain one",
            details: "Shows the text beside the notebook or below the cell, as the front end does with help.",
            example: "%help timeit"),
        CommandHelp(
            name: "%who", parameters: "", summary: "list variables, functions and types",
            details: """
                Lists what the cells so far have declared and a new cell can see: each variable with its type, its value or shape in short, \
                its size where that is known, and the cell that declared it; then functions and types. Computed variables are not \
                computed for it.
                """, example: "%who"),
        time, timeit,
        CommandHelp(
            name: "%undo", parameters: "", summary: "take the last cell back",
            details: """
                Puts all variables back to what they were before the last cell ran, and forgets what that cell declared. What it wrote to \
                files, or showed, stays. Only the last cell can be taken back.
                """, example: "%undo"),
        CommandHelp(
            name: "%reset", parameters: "", summary: "forget all cells",
            details: """
                Starts over with an empty session: variables, functions, types and packages are gone, and their memory is free. The numbers \
                of the cells go on, and `%save` still knows the cells before.
                """, example: "%reset"),
        CommandHelp(
            name: "%package", parameters: "address requirement [products]", summary: "make a Swift package importable",
            details: """
                Builds a package with SwiftPM, optimised as cells are, and makes its libraries importable in this cell and later ones. The \
                words are those of Package.swift: `from:`, `exact:`, `branch:` or `revision:` after a repository's address; `path: ../folder` \
                for a package on this machine; a whole `.package(url: …, from: …)` works as well. Names of products may follow; without \
                any, all libraries of the package are meant. What was built once is kept in `~/.cache/swiftlet/packages`.

                Packages that share a dependency must stand in one cell, a line each. A package that cannot be built or loaded leaves \
                the session as it was.
                """, example: "%package https://github.com/apple/swift-algorithms from: \"1.2.0\" Algorithms"),
        CommandHelp(
            name: "%save", parameters: "file [cells]", summary: "write the cells of this session into a file",
            details: """
                Writes what was run in this session into a Swift file, in the order in which it ran: all cells, or those named, as in \
                `1-5 8`. Commands become comments. A file that `%save` has not written is never overwritten.
                """, example: "%save session.swift 1-5 8"),
        CommandHelp(
            name: "%load", parameters: "file", summary: "put a file's text into a new cell",
            details: "The text appears in a cell below this one, to be read, changed and run.",
            example: "%load session.swift"),
        CommandHelp(
            name: "!", parameters: "command", summary: "run a command of the shell",
            details: """
                Runs the line with `/bin/sh` in the notebook's folder and shows what it prints while it prints. Its input is empty. A status \
                other than 0 is said, and the cell goes on. Each line has a shell of its own: `!cd folder` has no effect on the next.
                """, example: "!ls -l"),
    ]
}

extension String {
    /// The text, followed by as many spaces as make it this long.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension StringProtocol {
    /// The text without the white space around it.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)])
    }
}
