/// The tables of names as they are: for a page of the documentation, and for the test that compiles them.
package enum NameTable {
    /// A row: what is written elsewhere, what is written here, and why.
    package struct Row: Sendable {
        package let habit: String
        package let swift: String
        package let reason: String
        /// The Swift as a statement, after the declarations of what it uses.
        package let check: String
    }

    /// All rows about names and members.
    package static var rows: [Row] {
        (Alias.names + Alias.members).map { alias in
            let receiver = alias.path.count > 1 && Alias.roots[alias.path[0]] == nil ? alias.path[0] : ""
            let code = alias.swift(arguments: nil, receiver: receiver)
            let isStatement =
                code.hasPrefix("let ") || code.contains(" += ") || code.isEmpty || code.hasPrefix("optimizer.")
            return Row(
                habit: alias.habit, swift: code, reason: alias.reason,
                check: code == "nil"
                    ? "_ = nil as Int?"
                    : code == "Layer"
                        ? "_ = Layer.self"
                        : isStatement
                            ? code : code.hasPrefix("print(") || code.contains(".append(") ? code : "_ = \(code)"
            )
        }
    }

    /// All values that are chosen by name, with their types: `Loss.crossEntropy`.
    package static var choices: [String] {
        Choice.all.flatMap { type, choice in
            (choice.names + choice.habits.values).map { "\(type).\($0)" }
        }.distinct.sorted()
    }

    /// The names that come with `import Foundation`.
    package static var foundation: [String] { ModuleNames.topLevel.sorted() }
}
