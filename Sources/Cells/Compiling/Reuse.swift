/// A cell's functions, types and extensions that an earlier run of it, or another cell, has compiled already.
///
/// What is declared again word for word, and refers to the same declarations as before, is the same: the cell is
/// compiled without it and imports it. So a type keeps its values, functions and extensions when its cell runs again.
struct Reuse: Sendable {
    /// What was compiled earlier.
    struct Record: Sendable {
        var module: String
        var code: ParsedCell.Code
        /// The modules that declare what it refers to.
        var origins: Origins
    }

    /// Where names and members come from: the modules of cells, by name.
    typealias Origins = [String: Set<String>]

    /// What is not compiled again.
    private(set) var codes: [ParsedCell.Code] = []
    /// The modules that have it.
    private(set) var modules: Set<String> = []

    /// Nothing is reused.
    init() {}

    /// What a cell repeats of those before it. Functions are repeated only where types need them.
    init(_ cell: ParsedCell, in scope: Scope) {
        guard cell.codes.contains(where: { $0.declaration?.kind.isType == true }) else { return }
        var records: [Int: Record] = [:]
        for (index, code) in cell.codes.enumerated() { records[index] = scope.record(of: code) }
        // Whatever refers to something new is new itself.
        var isSettled = false
        while !isSettled {
            isSettled = true
            let repeated = records.map { (cell.codes[$0.key], $0.value.module) }
            for (index, record) in records {
                let origins = scope.origins(of: cell.codes[index], in: cell, repeated: repeated)
                if origins != record.origins {
                    records[index] = nil
                    isSettled = false
                }
            }
        }
        let needed = Self.needed(records.keys.map { cell.codes[$0] })
        for (index, record) in records.sorted(by: { $0.key < $1.key }) {
            let code = cell.codes[index]
            if code.declaration?.kind == .func, !needed.contains(code.text) { continue }
            codes.append(code)
            modules.insert(record.module)
        }
        if !codes.contains(where: { $0.declaration?.kind.isType == true }) { self = Reuse() }
    }

    /// The texts of the types, and of what they refer to.
    private static func needed(_ codes: [ParsedCell.Code]) -> Set<String> {
        var waiting = codes.filter { $0.declaration?.kind != .func }
        var found = Set(waiting.map(\.text))
        while let next = waiting.popLast() {
            for code in codes where code.declaration.map({ next.names.contains($0.name) }) == true {
                if found.insert(code.text).inserted { waiting.append(code) }
            }
        }
        return found
    }

    /// The cell without what it repeats.
    func reduced(_ cell: ParsedCell) -> ParsedCell {
        guard !codes.isEmpty else { return cell }
        var result = cell
        let repeated = Set(codes.map(\.text))
        result.codes.removeAll { repeated.contains($0.text) }
        let declared = Set(codes.compactMap(\.declaration))
        result.declarations.removeAll { declared.contains($0) }
        let kept = result.codes.reduce(into: Set<String>()) { $0.formUnion($1.extensionMembers) }
        result.extensionMembers.subtract(codes.flatMap(\.extensionMembers).filter { !kept.contains($0) })
        let types = Set(result.declarations.map(\.name))
        result.hasForeignConformance =
            cell.hasForeignConformance
            || result.codes.contains { code in
                code.declaration == nil
                    && code.extensionMembers.contains { member in
                        member.contains(": ") && !member.hasSuffix(": ")
                            && !types.contains(String(member.prefix { $0 != ":" }))
                    }
            }
        return result
    }

    /// Edits that leave out what is repeated. Every line stays where it is.
    func apply(to edits: [ParsedCell.Edit], of cell: ParsedCell) -> [ParsedCell.Edit] {
        guard !codes.isEmpty else { return edits }
        let source = Array(cell.source.utf8)
        let blanks = codes.map { code in
            let text = source[code.range].map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
            return ParsedCell.Edit(range: code.range, text: String(decoding: text, as: UTF8.self))
        }
        let rest = edits.compactMap { edit -> ParsedCell.Edit? in
            let place = edit.range.lowerBound
            guard let range = codes.map(\.range).first(where: { $0.lowerBound < place && place <= $0.upperBound })
            else { return edit }
            // A call that tells of the next statement stands behind what was left out.
            guard edit.range.isEmpty, edit.text.hasPrefix("; ") else { return nil }
            return ParsedCell.Edit(range: range.upperBound..<range.upperBound, text: edit.text.dropFirst(2) + ";")
        }
        return blanks + rest
    }
}
