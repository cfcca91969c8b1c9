import Cells
import Foundation
import Testing

/// The course's formulas compile as a cell, each without a noticeable wait: where literals meet overloaded operators,
/// the compiler may search for minutes, or give up.
@Suite struct FormulaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The most milliseconds that the compiler may take to type-check one expression.
    private static let limit = 200

    /// The compiler's messages about a file that it type-checks like a cell.
    private func messages(about path: String) throws -> (status: Int32, text: String) {
        let process = Process(), pipe = Foundation.Pipe()
        process.executableURL = URL(filePath: try Toolchain.current().compiler)
        process.arguments =
            ["-typecheck", path, "-module-name", "Formulas", "-swift-version", "5"]
            + ["-warn-long-expression-type-checking=\(Self.limit)"]
            + (try Library.current(packageRoot: Self.root)).arguments
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Formulas as in notebooks, and those whose values are compared with plain numbers.
    @Test(arguments: ["Fixtures/formulas_to_compile", "Integration/formulas_with_values"])
    func formulasAreQuickToCompile(file: String) throws {
        let (status, text) = try messages(about: Self.root + "/Tests/\(file).swift")
        #expect(status == 0, "\(text)")
        #expect(!text.contains("to type-check"), "\(text)")
    }

    /// What a tensor cannot hold is said in one sentence, for a literal as for a variable.
    @Test(arguments: [
        #"[["a", "b"]]"#, #"[1, "b"]"#, "[[[1, 2], [3, true]]]", "[1, [2]]", "[[1.0, nil]]", "[names]",
    ]) func wrongElementsAreExplained(elements: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "elements-\(UUID()).swift")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("import Swiftlet\nlet names = [\"a\"]\nlet t = Tensor(\(elements))\n".utf8).write(to: file)
        let (status, text) = try messages(about: file.path)
        #expect(status != 0 && text.contains("a tensor's elements must be numbers or Bool, all of one type"), "\(text)")
    }
}
