import Cells

/// An invalid command, or one that cannot be carried out.
package struct CommandError: Error, Hashable {
    /// What is wrong.
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// The line of the cell, counted from 1.
    package var line: Int

    /// An error with the given properties.
    package init(_ message: String, hint: String? = nil, line: Int = 1) {
        self.message = message
        self.hint = hint
        self.line = line
    }
}

extension CommandError {
    /// An unknown name, with the name that was probably meant.
    static func unknown(_ what: String, _ name: String, among names: [String], otherwise hint: String) -> CommandError {
        guard let likely = name.nearest(among: names) else {
            return CommandError("there is no \(what) \(name)", hint: hint)
        }
        return CommandError("there is no \(what) \(name)", hint: "did you mean \(likely)?")
    }
}

extension CellError {
    /// A command of a cell that is invalid or failed.
    init(_ error: CommandError, cell: Int) {
        self.init(
            name: "CommandError", value: "cell \(cell), line \(error.line): \(error.message)",
            next: error.hint ?? "All variables are kept.")
    }
}

extension CellError {
    /// A package that could not be built or loaded.
    init(_ failure: PackageBuilder.Failure) {
        self.init(name: "PackageError", value: failure.message, next: "The session is unchanged.")
        traceback.insert(contentsOf: failure.details, at: 1)
    }
}
