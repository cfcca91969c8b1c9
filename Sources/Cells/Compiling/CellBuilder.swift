import Foundation
import WorkerProtocol

/// Builds loadable cells, from the cache or by compiling them.
struct CellBuilder: Sendable {
    let compiler: Compiler
    let cache: CellCache?

    /// The key of everything that the result depends on: cells with equal keys are interchangeable.
    func key(of unit: CellUnit) -> ContentKey {
        ContentKey(
            of: [compiler.identity, unit.module, unit.text(with: unit.variants[0])] + unit.options
                + unit.foundationKeys.map(\.description)
                + unit.packages.map(\.path))
    }

    /// Builds a cell.
    func build(_ unit: CellUnit, key: ContentKey, task: BuildTask) throws(CompilationError) -> CellSession.CompiledCell
    {
        let mistakes = unit.mistakes
        guard mistakes.isEmpty else { throw .diagnosed(mistakes) }
        let output = compiler.output(module: unit.module)
        var phases = Phases()
        var notes: [WorkerNote] = []
        if let artifacts = cache?.artifacts(for: key), output.write(artifacts) {
            phases.isCached = true
            notes = artifacts.notes
        } else {
            (phases, notes) = try compile(unit, task: task)
            notes = (notes + unit.remarks(object: output.object)).sorted { ($0.line ?? 0) < ($1.line ?? 0) }
            if let cache, var artifacts = output.read() {
                artifacts.notes = notes
                cache.store(artifacts, for: key)
            }
        }
        return CellSession.CompiledCell(
            module: unit.module, object: output.object, number: unit.number,
            cell: unit.form == .cell ? unit.cell : unit.cell.withoutDeclarations,
            foundations: unit.foundations, reused: unit.reused, key: key, phases: phases,
            notes: notes)
    }

    /// A unit's duration of compiling and linking, and what the compiler's warnings teach.
    private typealias Result = (phases: Phases, notes: [WorkerNote])

    private func compile(_ unit: CellUnit, task: BuildTask) throws(CompilationError) -> Result {
        do {
            return try compile(unit, .quick, task: task)
        } catch {
            guard case .diagnosed(let mistakes) = error, mistakes.contains(where: SlowExpression.isSlow) else {
                throw error
            }
            let others = mistakes.filter { !SlowExpression.isSlow($0) }
            guard others.isEmpty else { throw .diagnosed(others) }
            return try compileSlow(unit, mistakes, task: task)
        }
    }

    /// Compiles a cell with expressions on which the compiler has given up, or says why it does not compile.
    private func compileSlow(
        _ unit: CellUnit, _ slow: [Diagnostic], task: BuildTask
    ) throws(CompilationError) -> Result {
        var separated = unit
        separated.edits += slow.flatMap { unit.cell.separatedClosures(line: $0.line, column: $0.column) }
        var errors: [Diagnostic] = []
        if separated.edits.count > unit.edits.count {
            do {
                return try compile(separated, .quick, task: task)
            } catch {
                guard case .diagnosed(let mistakes) = error else { throw error }
                errors = mistakes.filter { !SlowExpression.isSlow($0) }
            }
        }
        if let reason = SlowExpression(unit: separated, compiler: compiler).explain(slow[0], task: task) {
            throw .diagnosed([reason])
        }
        guard errors.isEmpty else { throw .diagnosed(errors) }
        // It may be correct.
        return try compile(unit, .thorough, task: task)
    }

    private func compile(
        _ unit: CellUnit, _ effort: Compiler.Effort, task: BuildTask
    ) throws(CompilationError) -> Result {
        var others = unit.variants[...]
        if unit.mayBeDiscardable, discards(unit, task: task) { others.removeFirst() }
        while true {
            let edits = others.removeFirst()
            do {
                let (phases, warnings) = try compiler.compile(
                    unit.text(with: edits), module: unit.module, options: unit.options,
                    libraries: unit.packages.map(\.path), effort: effort, task: task)
                return (phases, unit.form == .question ? [] : unit.notes(warnings, edits))
            } catch {
                guard case .diagnosed(let diagnostics) = error else { throw error }
                let mistakes = diagnostics.map { unit.cell.original($0, edits: edits) }
                if others.isEmpty || !unit.isWorthAnotherTry(mistakes) {
                    throw .diagnosed(explained(mistakes, of: unit, task))
                }
            }
        }
    }

    /// Whether the author of the function that a cell calls last wants its result to be ignored.
    private func discards(_ unit: CellUnit, task: BuildTask) -> Bool {
        let warnings = try? compiler.warnings(
            unit.text(with: unit.edits), module: unit.module, options: unit.options, task: task)
        return warnings.map { !unit.isMissed($0) } ?? false
    }

    /// The mistakes in a cell, without building it.
    func diagnose(_ unit: CellUnit, task: BuildTask) -> [Diagnostic] {
        let mistakes = unit.mistakes
        guard mistakes.isEmpty else { return mistakes }
        do throws(CompilationError) {
            try compiler.check(unit.text(with: unit.edits), module: unit.module, options: unit.options, task: task)
            return []
        } catch {
            guard case .diagnosed(let diagnostics) = error else { return [] }
            // While a cell is written, an expression that takes long may be correct.
            let mistakes = diagnostics.map { unit.cell.original($0, edits: unit.edits) }
            return explained(mistakes, of: unit, task).filter { !SlowExpression.isSlow($0) }
        }
    }

    /// The messages about a cell, explained.
    private func explained(_ mistakes: [Diagnostic], of unit: CellUnit, _ task: BuildTask) -> [Diagnostic] {
        Explanation(session: unit.session, cell: unit.cell) {
            libraryNames(among: $0, module: unit.module, task: task)
        }.explain(mistakes)
    }

    /// Which of some names come with `import Swiftlet`: the compiler is asked.
    private func libraryNames(among names: [String], module: String, task: BuildTask) -> Set<String> {
        guard !names.isEmpty, compiler.library != nil else { return [] }
        let text =
            "import Swiftlet\n#sourceLocation(file: \"cell\", line: 1)\n"
            + names.map { "_ = `\($0)`" }.joined(separator: "\n")
        do throws(CompilationError) {
            try compiler.check(text, module: module + "Names", options: [], task: task)
            return Set(names)
        } catch {
            guard case .diagnosed(let diagnostics) = error else { return [] }
            return Set(names).subtracting(diagnostics.compactMap(\.unknownName))
        }
    }
}
