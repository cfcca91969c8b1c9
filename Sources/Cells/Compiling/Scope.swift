/// What the cells so far have declared, and which of it a new cell sees.
package struct Scope: Sendable {
    private struct Entry: Sendable {
        var module: String
        var declaration: ParsedCell.Declaration
    }

    private struct Module: Sendable {
        var name: String
        /// What it declares without a name to import by; empty once later cells have declared all of it again.
        var extensionMembers: Set<String>
        var declaresOperators: Bool
        /// The modules of the cells that it was built on.
        var foundations: Set<String>
    }

    /// The `import` statements of a new cell, and the cells' modules that they name.
    package struct Imports: Sendable, Equatable {
        package var statements: [String]
        /// From the oldest on.
        package var modules: [String]
    }

    /// A declaration whose place a newer one took.
    struct Replaced: Hashable, Sendable {
        var kind: ParsedCell.Kind
        var use: Use
    }

    private var entries: [String: [Entry]] = [:]
    /// From the oldest on.
    private var modules: [Module] = []
    private var imports: [String] = []

    package init() {}

    /// The module whose declaration of a name a later cell sees.
    package func module(declaring name: String) -> String? { entries[name]?.last?.module }

    /// The variables' names in the order of declaration, by the module that declares them.
    var variables: [String: [String]] {
        let declared = entries.values.joined().filter { $0.declaration.kind == .var }
        return Dictionary(grouping: declared, by: \.module).mapValues { entries in
            entries.map(\.declaration).sorted { ($0.line, $0.name) < ($1.line, $1.name) }.map(\.name)
        }
    }

    /// Everything else that has a name, with the modules that declare it.
    var functionsAndTypes: [(module: String, declaration: ParsedCell.Declaration)] {
        entries.values.joined().filter { $0.declaration.kind != .var }.map { ($0.module, $0.declaration) }
    }

    /// Whether a new cell sees something of this name, or an operator.
    package func declares(_ name: String) -> Bool {
        entries[name]?.isEmpty == false || modules.contains { $0.extensionMembers.contains("operator " + name) }
    }

    /// Adds what a cell declared: it takes the place of what had the same name, and of functions with the same signature.
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

    /// The declarations whose place a cell's will take.
    func replaced(by cell: ParsedCell) -> [Replaced] {
        let replaced = cell.declarations.flatMap { declaration in
            (entries[declaration.name] ?? []).filter { declaration.replaces($0.declaration) }.map {
                Replaced(kind: $0.declaration.kind, use: Use(module: $0.module, name: declaration.name))
            }
        }
        var seen: Set<Replaced> = []
        return replaced.filter { seen.insert($0).inserted }
    }

    /// The imports that give a cell what it refers to.
    ///
    /// Names come by scoped imports, so that of each only the newest declaration is seen. Members have no name to import by: those of a
    /// module are seen with any scoped import from it, and of several modules' equal members the compiler takes those of the module
    /// that is imported last. So modules come in the order of their age, each with at least its ``marker(of:)``, also those that the
    /// cell does not refer to, but whose types it may meet. Only operators need an import of the whole module, which goes before
    /// all scoped ones.
    ///
    /// - Parameter all: Whether names are imported that the cell does not refer to.
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

    /// A name that every cell declares, for the sake of being imported.
    static func marker(of module: String) -> String { "__\(module)" }

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
