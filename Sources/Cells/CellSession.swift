/// The cells of one session, each compiled against those before it.
package final class CellSession {
    /// A cell that is ready to be loaded.
    package struct CompiledCell: Sendable {
        /// The name of the cell's module, unique in the session.
        package var module: String
        /// The shared object.
        package var object: String
        /// The function that runs the cell's top-level code.
        package var entryPoint: String { module + "_main" }
        /// The number in the cell's prompt.
        package let number: Int
        /// What the student wrote.
        package var source: String { cell.source }
        let cell: ParsedCell
    }

    private let compiler: Compiler
    private var scope = Scope()
    private var modules: Set<String> = []

    package init(compiler: Compiler) { self.compiler = compiler }

    /// Compiles a cell. Its declarations are visible to later cells once it is given to ``adopt(_:)``.
    ///
    /// - Parameters:
    ///   - source: What the student wrote.
    ///   - number: The number in the cell's prompt, which errors name.
    package func compile(_ source: String, number: Int) throws(CompilationError) -> CompiledCell {
        let name = "cell \(number)"
        let cell = ParsedCell(source, name: name)
        guard cell.mistakes.isEmpty else { throw .diagnosed(cell.mistakes) }
        let module = newModuleName(number)
        let prelude = Self.prelude(scope.importStatements(for: cell), name: name)
        // A conformance that a cell adds to another cell's type would have to be public: an import for testing makes the type so.
        let options = cell.hasForeignConformance ? ["-disable-access-control"] : []
        let compiler = compiler

        func compile(_ edits: [ParsedCell.Edit]) throws(CompilationError) -> CompiledCell {
            do {
                let text = prelude + cell.edited(with: edits) + "\n"
                let object = try compiler.compile(text, module: module, options: options)
                return CompiledCell(module: module, object: object, number: number, cell: cell)
            } catch {
                guard case .diagnosed(let diagnostics) = error else { throw error }
                throw .diagnosed(diagnostics.map { cell.original($0, edits: edits) })
            }
        }

        let edits = cell.edits + scope.qualifications(for: cell)
        guard let shown = cell.shownExpression else { return try compile(edits) }
        do {
            return try compile(Self.showing(shown, edits))
        } catch {
            guard case .diagnosed(let diagnostics) = error,
                diagnostics.contains(where: { cell.isIn(shown, line: $0.line) })
            else { throw error }
            // The mistake may be that the value cannot be shown, or read otherwise than without being shown: compile the bare cell.
            return try compile(edits)
        }
    }

    /// The edits, with the last expression handed to the function that shows its value.
    private static func showing(_ range: Range<Int>, _ edits: [ParsedCell.Edit]) -> [ParsedCell.Edit] {
        [.init(range: range.lowerBound..<range.lowerBound, text: "__swiftletShow(")] + edits
            + [.init(range: range.upperBound..<range.upperBound, text: ")")]
    }

    /// Makes a cell's declarations visible to the cells after it.
    ///
    /// - Parameter line: The line at which the cell failed, if it did. Variables from there on were never given a value: what had
    ///   their names before is still meant. Without a known line, `0`, that is all of them.
    package func adopt(_ compiled: CompiledCell, failedAt line: Int? = nil) {
        var cell = compiled.cell
        if let line { cell.declarations.removeAll { $0.kind == .var && $0.line >= line } }
        scope.add(cell, module: compiled.module)
    }

    /// Forgets all cells: their variables are gone.
    package func reset() { scope = Scope() }

    package func interrupt() { compiler.interrupt() }

    /// A module of an earlier run of the same number, before its process died, must not be met again.
    private func newModuleName(_ number: Int) -> String {
        var name = "Cell\(number)"
        var attempt = 1
        while !modules.insert(name).inserted {
            attempt += 1
            name = "Cell\(number)_\(attempt)"
        }
        return name
    }

    /// What stands before the cell's own first line: all on one line, since lines are counted from the cell's first.
    private static func prelude(_ imports: [String], name: String) -> String {
        let support = [
            "@_silgen_name(\"swiftlet_show_result\") private func __swiftletShow<Value>(_ value: Value)",
            "@_silgen_name(\"swiftlet_await\") private func __swiftletAwait<Value, Failure: Error>"
                + "(_ body: @escaping () async throws(Failure) -> Value) throws(Failure) -> Value",
        ]
        return (imports + support).joined(separator: "; ") + "\n#sourceLocation(file: \"\(name)\", line: 1)\n"
    }
}
