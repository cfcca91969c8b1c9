/// A command that cannot be understood or met, told so that the next attempt succeeds.
package struct CommandError: Error, Hashable {
    /// What is wrong.
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// The line of the cell, counted from 1.
    package var line: Int

    /// An error of these parts.
    package init(_ message: String, hint: String? = nil, line: Int = 1) {
        self.message = message
        self.hint = hint
        self.line = line
    }
}

extension CommandError {
    /// A name that nothing has, with the one that was probably meant.
    static func unknown(_ what: String, _ name: String, among names: [String], otherwise hint: String) -> CommandError {
        let nearest = names.map { ($0, $0.editDistance(to: name)) }.min { $0.1 < $1.1 }
        guard let (likely, distance) = nearest, 2 * distance < likely.count else {
            return CommandError("there is no \(what) \(name)", hint: hint)
        }
        return CommandError("there is no \(what) \(name)", hint: "did you mean \(likely)?")
    }
}

extension String {
    /// How many characters must be inserted, removed or replaced to make this text another one.
    func editDistance(to other: String) -> Int {
        let (own, other) = (Array(self), Array(other))
        var row = Array(0...other.count)
        for (i, character) in own.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, wanted) in other.enumerated() {
                let replaced = diagonal + (character == wanted ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}

extension CellError {
    /// A command of a cell that cannot be understood or met.
    init(_ error: CommandError, cell: Int) {
        self.init(
            name: "CommandError", value: "cell \(cell), line \(error.line): \(error.message)",
            next: error.hint ?? "All variables are kept.")
    }
}

extension CellError {
    /// A package that cannot be used.
    init(_ failure: PackageBuilder.Failure) {
        self.init(name: "PackageError", value: failure.message, next: "The session is as it was.")
        traceback.insert(contentsOf: failure.details, at: 1)
    }
}
