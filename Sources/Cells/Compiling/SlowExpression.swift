import Dispatch
import Synchronization

/// Finds out why the compiler gives up on an expression: among numbers of several types, or without an import, it tries
/// all meanings of all operators and never comes to an end.
struct SlowExpression {
    let unit: CellUnit
    let compiler: Compiler

    /// Whether the compiler gave up on an expression that takes too long.
    static func isSlow(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.message.contains("unable to type-check this expression in reasonable time")
    }

    /// The reason; `nil` if there is none to be found, and the expression may be correct.
    func explain(_ diagnostic: Diagnostic, task: BuildTask) -> Diagnostic? {
        guard let formula = unit.cell.formula(line: diagnostic.line, column: diagnostic.column) else { return nil }
        let reasons = Mutex<[String?]>([nil, nil])
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            let reason = index == 0 ? mixedNumbers(formula, task: task) : missingImport(formula, task: task)
            reasons.withLock { $0[index] = reason }
        }
        return reasons.withLock { $0[1] ?? $0[0] }.map { reason in
            var result = diagnostic
            result.message = reason
            result.notes = []
            result.excerpt = Array(diagnostic.excerpt.prefix(2))
            return result
        }
    }

    /// The errors of the cell with additional edits and imports.
    private func mistakes(
        _ name: String, adding edits: [ParsedCell.Edit] = [], imports: String = "", task: BuildTask
    ) -> [Diagnostic]? {
        do throws(CompilationError) {
            try compiler.check(
                imports + unit.text(with: edits + unit.edits), for: name, module: unit.module, options: unit.options,
                effort: .trial, task: task)
            return []
        } catch {
            guard case .diagnosed(let diagnostics) = error else { return nil }
            return diagnostics
        }
    }

    // MARK: Numbers of several types

    private func mixedNumbers(_ formula: ParsedCell.Formula, task: BuildTask) -> String? {
        guard formula.operands.count > 1 else { return nil }
        // Each operand is given to a type that it cannot have, so that the compiler tells the one that it has.
        let probes = formula.operands.enumerated().map { index, operand in
            "struct __SwiftletProbe\(index) {}; let __swiftletProbe\(index): __SwiftletProbe\(index) = \(operand); "
        }
        let edit = ParsedCell.Edit(range: formula.start..<formula.start, text: "do { \(probes.joined()) }; ")
        var types: [(operand: String, type: String)] = []
        for diagnostic in mistakes("types", adding: [edit], task: task) ?? [] {
            if let match = diagnostic.message.firstMatch(
                of: /value of type '([^']+)' to specified type '__SwiftletProbe(\d+)'/),
                let index = Int(match.output.2), formula.operands.indices.contains(index)
            {
                types.append((formula.operands[index], String(match.output.1)))
            }
        }
        let integers = types.filter { Self.integers.contains($0.type) }
        for type in ["Tensor", "Double", "Float"] {
            let others = types.filter { $0.type == type }
            let strange = integers + types.filter { type == "Double" && $0.type == "Float" }
            guard !others.isEmpty, let first = strange.first else { continue }
            let target = type == "Tensor" ? "Double" : type
            return "this formula mixes \(first.type) with \(type): \(Self.list(strange, of: first.type)), "
                + "\(Self.list(others, of: type)); write \(target)(\(first.operand))"
        }
        return nil
    }

    private static let integers: Set = [
        "Int", "Int8", "Int16", "Int32", "Int64", "UInt", "UInt8", "UInt16", "UInt32", "UInt64",
    ]

    /// "'n' is an Int", "'a' and 'b' are Doubles".
    private static func list(_ operands: [(operand: String, type: String)], of type: String) -> String {
        let names = operands.filter { $0.type == type }.prefix(4).map { "'\($0.operand)'" }
        let article = "AEIO".contains(type.first ?? "x") ? "an" : "a"
        guard names.count > 1 else { return "\(names.joined()) is \(article) \(type)" }
        return names.dropLast().joined(separator: ", ") + " and \(names[names.count - 1]) are of type \(type)"
    }

    // MARK: A missing import

    private func missingImport(_ formula: ParsedCell.Formula, task: BuildTask) -> String? {
        let functions = formula.functions.filter { !unit.session.scope.declares($0) }.sorted()
        guard !functions.isEmpty else { return nil }
        for module in ["Foundation", "Swiftlet"] {
            guard !unit.prelude.contains("import \(module);"), !unit.cell.imports.contains("import \(module)") else {
                continue
            }
            guard mistakes("imports", imports: "import \(module); ", task: task)?.isEmpty == true else { continue }
            let mathematics = functions.filter { Self.mathematics.contains($0) }
            let named = (mathematics.isEmpty ? functions : mathematics).prefix(3).map { "'\($0)'" }
            return "\(named.joined(separator: ", ")) of numbers need\(named.count == 1 ? "s" : "") "
                + "`import \(module)`: write it at the beginning of the notebook"
        }
        return nil
    }

    private static let mathematics: Set = [
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos", "cosh", "erf", "erfc", "exp",
        "exp2", "expm1", "floor", "fmod", "hypot", "lgamma", "log", "log10", "log1p", "log2", "pow", "round", "sin",
        "sinh", "sqrt", "tan", "tanh", "tgamma", "trunc",
    ]
}
