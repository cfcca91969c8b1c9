/// What the cells so far have declared, and which of it a new cell sees.
package struct Scope: Sendable {
    private struct Entry: Sendable {
        var module: String
        var declaration: ParsedCell.Declaration
    }

    private struct Extensions: Sendable {
        var module: String
        var members: Set<String>
    }

    private var entries: [String: [Entry]] = [:]
    private var extensions: [Extensions] = []
    private var imports: [String] = []

    package init() {}

    /// The modules whose declarations a later cell can still see.
    package func module(declaring name: String) -> String? { entries[name]?.last?.module }

    /// The variables' names in the order of declaration, by the module that declares them.
    var variables: [String: [String]] {
        let declared = entries.values.joined().filter { $0.declaration.kind == .var }
        return Dictionary(grouping: declared, by: \.module).mapValues { entries in
            entries.map(\.declaration).sorted { ($0.line, $0.name) < ($1.line, $1.name) }.map(\.name)
        }
    }

    /// Whether a new cell sees something of this name, or an operator.
    package func declares(_ name: String) -> Bool {
        entries[name]?.isEmpty == false || extensions.contains { $0.members.contains("operator " + name) }
    }

    /// Adds what a cell declared: it takes the place of what had the same name, and of functions with the same signature.
    package mutating func add(_ cell: ParsedCell, module: String) {
        for declaration in cell.declarations {
            entries[declaration.name, default: []].removeAll {
                $0.module != module
                    && (declaration.kind != .func || $0.declaration.kind != .func
                        || $0.declaration.signature == declaration.signature)
            }
            entries[declaration.name, default: []].append(Entry(module: module, declaration: declaration))
        }
        if !cell.extensionMembers.isEmpty {
            extensions.removeAll { $0.members.isSubset(of: cell.extensionMembers) }
            extensions.append(Extensions(module: module, members: cell.extensionMembers))
        }
        for statement in cell.imports where !imports.contains(statement) { imports.append(statement) }
    }

    /// The `import` statements that give a cell what it refers to.
    ///
    /// Names come by scoped imports, of which the newest wins; extensions and operators, which have no name to import by, come
    /// with their whole module, behind which the scoped imports take precedence.
    ///
    /// - Parameter all: Whether names are imported that the cell does not refer to.
    package func importStatements(for cell: ParsedCell, all: Bool = false) -> [String] {
        var statements = imports.filter { !cell.imports.contains($0) }
        statements += extensions.filter { !$0.members.isSubset(of: cell.extensionMembers) }.map {
            "@testable import \($0.module)"
        }
        for name in all ? entries.keys.sorted() : cell.references.sorted() {
            var seen: Set<String> = []
            for entry in entries[name] ?? [] where seen.insert(entry.module).inserted {
                statements.append("@testable import \(entry.declaration.kind.rawValue) \(entry.module).`\(name)`")
            }
        }
        return statements
    }

    /// The changes that let a cell read an earlier cell's variable while it declares its own of the same name, and what the wrappers
    /// of top-level variables project.
    package func qualifications(for cell: ParsedCell) -> [ParsedCell.Edit] {
        let earlier = cell.ownEarlierReferences.flatMap { name, ranges -> [ParsedCell.Edit] in
            guard let module = module(declaring: name) else { return [] }
            return ranges.map { .init(range: $0, text: "\(module).\(name)") }
        }
        let projections = cell.projections.flatMap { name, ranges -> [ParsedCell.Edit] in
            let wrapper = "_" + name
            let isWrapped = module(declaring: wrapper) != nil || cell.declarations.contains { $0.name == wrapper }
            return isWrapped ? ranges.map { .init(range: $0, text: "\(wrapper).projectedValue") } : []
        }
        return earlier + projections
    }
}
