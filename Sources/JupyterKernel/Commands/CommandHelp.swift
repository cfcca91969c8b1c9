/// The documentation of a command, for `%help`, inspection and completion.
package struct CommandHelp: Hashable, Sendable {
    /// The command's name, including `%` or `!`: `%who`.
    package let name: String
    /// The parameters, as the documentation lists them.
    package let parameters: String
    /// A summary in one line.
    package let summary: String
    /// The complete explanation, in Markdown.
    package let details: String
    /// A line that uses the command.
    package let example: String

    /// The command with a name, with or without its `%`.
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

            `%help time` explains one of them, and so does Shift-Tab on its name. Blank lines and `//` comments may \
            stand before and between commands. A line that begins with `! ` is always the shell's; without the space, \
            `!ready` is Swift if a cell has declared `ready`.
            """
    }

    static let time = CommandHelp(
        name: "%time", parameters: "[Swift]", summary: "run the cell and print how long each phase took",
        details: """
            Runs the rest of the cell as usual: its variables stay. Then it prints the elapsed time (wall), the time \
            of all processors (CPU), and the time of each phase: parsing, compiling, linking, running.
            """, example: "%time model(images)")

    static let timeit = CommandHelp(
        name: "%timeit", parameters: "[Swift]", summary: "run the cell many times and print how long one run takes",
        details: """
            Compiles the rest of the cell as the body of a function, and calls it often enough for a reliable result: \
            for about a second, but never fewer than three times. It prints the median of the runs, the best, and how \
            far the middle half of them lies apart. Variables declared in the body are gone afterwards, while changes \
            to earlier cells' variables stay. The value of the last expression and all variables of the body count as \
            used, so that the compiler cannot remove their computation; what it computes at compile time costs \
            nothing.
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
                Lists the declarations that a new cell can use: each variable with its type, a short form of its \
                value or shape, its size if that is known, and the cell that declared it; then functions and types. \
                Computed variables are not evaluated.
                """, example: "%who"),
        time, timeit,
        CommandHelp(
            name: "%undo", parameters: "", summary: "take the last cell back",
            details: """
                Restores all variables to their values before the last cell ran, and removes what that cell declared. \
                What it wrote to files, or showed, stays. Only the last cell can be taken back.
                """, example: "%undo"),
        CommandHelp(
            name: "%reset", parameters: "", summary: "forget all cells",
            details: """
                Starts over with an empty session: variables, functions, types and packages are gone, and their \
                memory is freed. The numbers of the cells continue, and `%save` still knows the earlier cells.
                """, example: "%reset"),
        CommandHelp(
            name: "%package", parameters: "address requirement [products]", summary: "make a Swift package importable",
            details: """
                Builds a package with SwiftPM, optimised as cells are, and makes its libraries importable in this \
                cell and later ones. The notation is that of Package.swift: `from:`, `exact:`, `branch:` or \
                `revision:` after a repository's address; `path: ../folder` for a package on this machine; a whole \
                `.package(url: …, from: …)` works as well. Names of products may follow; without any, all libraries \
                of the package become importable. Builds are kept in `~/.cache/swiftlet/packages`.

                Packages that share a dependency must be requested in one cell, on a line each. A package that \
                cannot be built or loaded leaves the session unchanged.
                """, example: "%package https://github.com/apple/swift-algorithms from: \"1.2.0\" Algorithms"),
        CommandHelp(
            name: "%save", parameters: "file [cells]", summary: "write the cells of this session to a file",
            details: """
                Writes the cells of this session to a Swift file, in the order in which they ran: all cells, or those \
                given as in `1-5 8`. Commands become comments. Only files that `%save` has written are overwritten.
                """, example: "%save session.swift 1-5 8"),
        CommandHelp(
            name: "%load", parameters: "file", summary: "put a file's text into a new cell",
            details: "The text appears in a cell below this one, to be read, changed and run.",
            example: "%load session.swift"),
        CommandHelp(
            name: "!", parameters: "command", summary: "run a command of the shell",
            details: """
                Runs the line with `/bin/sh` in the notebook's folder and shows its output as it is printed. Its \
                input is empty. A status other than 0 is reported, and the cell continues. Each line runs in a new \
                shell: `!cd folder` has no effect on the next line.
                """, example: "!ls -l"),
    ]
}

extension String {
    /// The text, padded with spaces to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension StringProtocol {
    /// The text without leading and trailing white space.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)])
    }
}
