import WorkerProtocol

extension Diagnostic {
    /// The warning as a note, if it teaches something; most only tidy up.
    var note: WorkerNote? {
        guard severity == .warning, let identifier, let advice = advice(for: identifier) else { return nil }
        return WorkerNote("\(advice.message ?? message); \(advice.hint)", line: line)
    }

    /// What to do about the mistake behind a warning, and other words for it where the compiler's are not a beginner's.
    private func advice(for identifier: String) -> (message: String?, hint: String)? {
        switch identifier {
        case "expression_unused_result_call":
            let name = message.firstMatch(of: /'(\w+)/).map { String($0.output.1) }
            let inPlace = ["sorted": "sort", "shuffled": "shuffle", "reversed": "reverse"]
            if let name, let method = inPlace[name] {
                return (nil, "keep it, as in `let result = …`; `\(method)()` changes the array itself")
            }
            return (nil, "keep it, as in `let result = …`; of values, only that of a cell's last line is shown")
        case "expression_unused_result_operator" where message.contains("'=='"):
            return (nil, "`==` compares; `=` assigns")
        case "expression_unused_result", "expression_unused_result_operator", "expression_unused_literal":
            return (nil, "only the value of a cell's last line is shown; write `print(…)` to see it here")
        case "debug_description_in_string_interpolation_segment", "optional_to_any_coercion":
            return (
                "an optional value prints as `Optional(…)` or `nil`",
                "unwrap it, as in `value ?? 0` or `if let value { … }`"
            )
        case "nan_comparison": return ("nothing equals NaN, not even NaN itself", "ask with `.isNaN`")
        case "unreachable_code_after_stmt": return (nil, "move it before that statement, or delete it")
        case "warn_infinite_recursive_call": return (nil, "return without a call in the simplest case")
        case "use_of_qq_on_non_optional_value": return (nil, "leave `??` out")
        default: return nil
        }
    }
}

extension CellUnit {
    /// The compiler's warnings that teach, as notes about the student's source.
    func notes(_ warnings: [Diagnostic], _ edits: [ParsedCell.Edit]) -> [WorkerNote] {
        let own = warnings.filter { warning in
            warning.file == cell.name && !isMeant(warning) && !isDisplayed(warning) && warning.line <= cell.lineCount
                && !(warning.excerpt.first ?? "").dropFirst(warning.column - 1).hasPrefix("__swiftlet")
        }
        var seen: Set<Int> = []
        return own.compactMap { warning in
            var warning = cell.original(warning, edits: edits)
            // Neither modules nor the compiler's groups of warnings are a student's words.
            warning.message.replace(/\bCell\d+(_\d+)?\.|\s\[#[\w-]+\]$/, with: "")
            return warning.note
        }.filter { seen.insert($0.line ?? 0).inserted }
    }

    /// Whether an optional is displayed: it is shown as what it is.
    private func isDisplayed(_ warning: Diagnostic) -> Bool {
        warning.identifier == "optional_to_any_coercion"
            && (warning.excerpt.first ?? "").prefix(warning.column - 1).hasSuffix("display(")
    }

    /// A semicolon behind a cell's last expression says that its value is not to be shown.
    private func isMeant(_ warning: Diagnostic) -> Bool {
        guard cell.shownExpression == nil, let last = cell.statements.last, last.contains(warning.line) else {
            return false
        }
        return warning.identifier?.hasPrefix("expression_unused") == true
    }
}

extension ParsedCell {
    /// The number of the source's lines.
    var lineCount: Int { source.utf8.count { $0 == UInt8(ascii: "\n") } + 1 }
}

extension CellUnit {
    /// What a reading of the source remarks on it, once it is compiled to this object.
    func remarks(object: String) -> [WorkerNote] {
        guard form != .question, ArithmeticRemarks.isWorthReading(cell.source) else { return [] }
        let own = SymbolTable(object: object).variableTypes(module: module).mapValues(TypeName.readable)
        let types = Dictionary(session.variables.map { ($0.name, $0.type) }) { $1 }.merging(own) { $1 }
        return ArithmeticRemarks(cell.source, variables: types).notes
    }
}
