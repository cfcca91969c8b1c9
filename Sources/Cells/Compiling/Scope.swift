/// The declarations of the cells so far, and which of them a new cell sees.
package struct Scope: Sendable {
    private struct Entry: Sendable {
        var module: String
        var declaration: ParsedCell.Declaration
    }

    private struct Module: Sendable {
        var name: String
        /// The declarations that have no name to import by; empty once later cells have redeclared all of them.
        var extensionMembers: Set<String>
        var declaresOperators: Bool
        /// The modules of earlier cells that it was compiled against.
        var foundations: Set<String>
    }

    /// The `import` statements of a new cell, and the modules of cells that they name.
    package struct Imports: Sendable, Equatable {
        package var statements: [String]
        /// The oldest first.
        package var modules: [String]
    }

    /// A declaration that a newer one replaced.
    struct Replaced: Hashable, Sendable {
        var kind: ParsedCell.Kind
        var use: Use
    }

    private var entries: [String: [Entry]] = [:]
    /// The oldest first.
    private var modules: [Module] = []
    private var imports: [String] = []

    package init() {}

    /// The module whose declaration of a name a later cell sees.
    package func module(declaring name: String) -> String? { entries[name]?.last?.module }

    /// The names of the variables in the order of declaration, by module.
    var variables: [String: [String]] {
        let declared = entries.values.joined().filter { $0.declaration.kind == .var }
        return Dictionary(grouping: declared, by: \.module).mapValues { entries in
            entries.map(\.declaration).sorted { ($0.line, $0.name) < ($1.line, $1.name) }.map(\.name)
        }
    }

    /// Functions and types, with the modules that declare them.
    var functionsAndTypes: [(module: String, declaration: ParsedCell.Declaration)] {
        entries.values.joined().filter { $0.declaration.kind != .var }.map { ($0.module, $0.declaration) }
    }

    /// Whether a new cell sees a declaration of this name or operator.
    package func declares(_ name: String) -> Bool {
        entries[name]?.isEmpty == false || modules.contains { $0.extensionMembers.contains("operator " + name) }
    }

    /// Adds a cell's declarations. They replace declarations of the same name, and functions of the same signature.
    ///
    /// - Parameter foundations: The modules of earlier cells that it was compiled against.
    package mutating func add(_ cell: ParsedCell, module: String, foundations: [String] = []) {
        for declaration in cell.declarations {
            entries[declaration.name, default: []].removeAll {
                $0.module != module && declaration.replaces($0.declaration)
            }
            entries[declaration.name, default: []].append(Entry(module: module, declaration: declaration))
        }
        for index in modules.indices where modules[index].extensionMembers.isSubset(of: cell.extensionMembers) {
            modules[index].extensionMembers = []
        }
        modules.append(
            Module(
                name: module, extensionMembers: cell.extensionMembers, declaresOperators: cell.declaresOperators,
                foundations: Set(foundations)))
        for statement in cell.imports where !imports.contains(statement) { imports.append(statement) }
    }

    /// Whether a new cell sees a type of this name.
    func isType(_ name: String) -> Bool { entries[name]?.last?.declaration.kind.isType == true }

    /// The names that a new cell sees.
    func names(ofTypes: Bool) -> [String] {
        entries.values.joined().filter { !ofTypes || $0.declaration.kind.isType }.map(\.declaration.name)
    }

    /// The declarations that a cell's will replace.
    func replaced(by cell: ParsedCell) -> [Replaced] {
        let replaced = cell.declarations.flatMap { declaration in
            (entries[declaration.name] ?? []).filter { declaration.replaces($0.declaration) }.map {
                Replaced(kind: $0.declaration.kind, use: Use(module: $0.module, name: declaration.name))
            }
        }
        var seen: Set<Replaced> = []
        return replaced.filter { seen.insert($0).inserted }
    }

    /// The imports that a cell needs for the names that it refers to.
    ///
    /// Names are imported by scoped imports, so that only the newest declaration of each is visible. Members have no
    /// name to import by: those of a module become visible with any scoped import from it, and of equal members of
    /// several modules the compiler chooses those of the module that is imported last. So modules are imported in the
    /// order of their age, each with at least its ``marker(of:)``, also those that the cell does not refer to but whose
    /// types it may use. Only operators need an import of the whole module, which precedes all scoped imports.
    ///
    /// - Parameter all: Whether to import also names that the cell does not refer to.
    package func imports(for cell: ParsedCell, all: Bool = false) -> Imports {
        let names = all ? Array(entries.keys) : Array(cell.references)
        var found: [String: [Entry]] = [:]
        for entry in names.compactMap({ entries[$0] }).joined() { found[entry.module, default: []].append(entry) }

        let extending = modules.filter { !$0.extensionMembers.isSubset(of: cell.extensionMembers) }
        var needed = Set(found.keys).union(extending.map(\.name))
        needed.formUnion(cell.ownEarlierReferences.keys.compactMap(module(declaring:)))
        for module in modules where needed.contains(module.name) { needed.formUnion(module.foundations) }

        var result = Imports(statements: imports.filter { !cell.imports.contains($0) }, modules: [])
        for module in modules where needed.contains(module.name) {
            result.modules.append(module.name)
            let isWhole = module.declaresOperators && extending.contains { $0.name == module.name }
            result.statements.append(
                isWhole
                    ? "@testable import \(module.name)"
                    : "@testable import typealias \(module.name).\(Self.marker(of: module.name))")
            let declared = Set(
                (found[module.name] ?? []).map {
                    "\($0.declaration.kind.rawValue) \(module.name).`\($0.declaration.name)`"
                })
            result.statements += declared.sorted().map { "@testable import \($0)" }
        }
        return result
    }

    /// A name that every cell declares so that something can be imported from it.
    static func marker(of module: String) -> String { "__\(module)" }

    /// The edits that let a cell read an earlier cell's variable before it declares a variable of the same name, and
    /// read the projected values of top-level property wrappers.
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
