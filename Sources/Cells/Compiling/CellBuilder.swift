import Foundation

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
        guard unit.cell.mistakes.isEmpty else { throw .diagnosed(unit.cell.mistakes) }
        let output = compiler.output(module: unit.module)
        var phases = Phases()
        if let artifacts = cache?.artifacts(for: key), output.write(artifacts) {
            phases.isCached = true
        } else {
            phases = try compile(unit, task: task)
            if let cache, let artifacts = output.read() { cache.store(artifacts, for: key) }
        }
        return CellSession.CompiledCell(
            module: unit.module, object: output.object, number: unit.number,
            cell: unit.form == .cell ? unit.cell : unit.cell.withoutDeclarations,
            foundations: unit.foundations, key: key, phases: phases)
    }

    private func compile(_ unit: CellUnit, task: BuildTask) throws(CompilationError) -> Phases {
        var variants = unit.variants
        if unit.mayBeDiscardable, discards(unit, task: task) { variants.removeFirst() }
        for edits in variants.dropLast() {
            do {
                return try compile(unit, edits, task: task)
            } catch {
                guard case .diagnosed(let diagnostics) = error, unit.isWorthAnotherTry(diagnostics) else { throw error }
            }
        }
        return try compile(unit, variants[variants.count - 1], task: task)
    }

    private func compile(
        _ unit: CellUnit, _ edits: [ParsedCell.Edit], task: BuildTask
    ) throws(CompilationError) -> Phases {
        do {
            return try compiler.compile(
                unit.text(with: edits), module: unit.module, options: unit.options,
                libraries: unit.packages.map(\.path), task: task)
        } catch {
            guard case .diagnosed(let diagnostics) = error else { throw error }
            throw .diagnosed(unit.explained(diagnostics, edits))
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
        guard unit.cell.mistakes.isEmpty else { return unit.cell.mistakes }
        do throws(CompilationError) {
            try compiler.check(unit.text(with: unit.edits), module: unit.module, options: unit.options, task: task)
            return []
        } catch {
            guard case .diagnosed(let diagnostics) = error else { return [] }
            return unit.explained(diagnostics, unit.edits)
        }
    }
}
