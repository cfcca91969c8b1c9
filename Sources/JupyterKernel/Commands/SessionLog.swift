import Foundation

/// The cells of the session in the order in which they ran, for `%save`.
struct SessionLog {
    private struct Entry {
        var number: Int
        var source: String
    }

    /// The first line of a saved file, which may be overwritten.
    private static let mark = "// Saved by Swiftlet."

    private var entries: [Entry] = []

    /// Records a cell that has finished. A cell outside the history has the number of an earlier one, and is left out.
    mutating func note(_ source: String, number: Int) {
        if number > entries.last?.number ?? 0 { entries.append(Entry(number: number, source: source)) }
    }

    /// Removes a cell.
    mutating func remove(_ number: Int?) { entries.removeAll { $0.number == number } }

    /// Writes the given cells to a file, in the given order, or all.
    ///
    /// - Returns: How many cells were written.
    func save(_ cells: [ClosedRange<Int>], to path: String) throws(CommandError) -> Int {
        let chosen =
            cells.isEmpty ? entries : cells.flatMap { range in entries.filter { range.contains($0.number) } }
        guard !chosen.isEmpty else {
            throw CommandError(
                "there is nothing to save", hint: "only cells that ran to their end in this session are known")
        }
        let file = path.expandingHome
        if let old = try? String(contentsOfFile: file, encoding: .utf8), !old.hasPrefix(Self.mark), !old.isEmpty {
            throw CommandError(
                "\(path) exists and was not written by %save", hint: "choose another name, or remove it first")
        }
        let parts = chosen.map { "// Cell \($0.number)\n\($0.source)\n" }
        do {
            try ([Self.mark + "\n"] + parts).joined(separator: "\n").write(
                toFile: file, atomically: true, encoding: .utf8)
        } catch {
            throw CommandError("\(path) cannot be written: \(error.localizedDescription)")
        }
        return chosen.count
    }

    /// The text of a file.
    static func load(_ path: String) throws(CommandError) -> String {
        do {
            return try String(contentsOfFile: path.expandingHome, encoding: .utf8)
        } catch {
            throw CommandError("\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}

extension String {
    /// The path with `~` expanded.
    var expandingHome: String {
        guard hasPrefix("~/"), let home = ProcessInfo.processInfo.environment["HOME"] else { return self }
        return home + dropFirst()
    }
}
