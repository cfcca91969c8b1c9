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
    /// What was compiled, by its text.
    private var records: [String: Reuse.Record] = [:]
    /// The modules that declared a type before the newest one did, by its name.
    private var formerTypes: [String: [String]] = [:]

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
            for entry in entries[declaration.name] ?? []
            where entry.module != module && declaration.replaces(entry.declaration) && entry.declaration.kind.isType {
                formerTypes[declaration.name, default: []].append(entry.module)
            }
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
        add(imports: cell.imports)
        for code in cell.codes {
            records[code.text] = .init(module: module, code: code, origins: origins(of: code))
        }
    }

    /// Adds `import` statements, which hold for all later cells.
    mutating func add(imports statements: [String]) {
        for statement in statements where !imports.contains(statement) { imports.append(statement) }
    }

    /// Whether a cell has imported a module.
    func imports(_ module: String) -> Bool { imports.contains { $0.hasSuffix(" " + module) } }

    /// Whether a new cell sees a type of this name.
    func isType(_ name: String) -> Bool { entries[name]?.last?.declaration.kind.isType == true }

    /// The names that a new cell sees.
    func names(ofTypes: Bool) -> [String] {
        entries.values.joined().filter { !ofTypes || $0.declaration.kind.isType }.map(\.declaration.name)
    }

    /// The declarations that a cell's will replace.
    func replaced(by cell: ParsedCell) -> [Replaced] {
        let replaced = cell.declarations.flatMap { declaration in
            (entries[declaration.name] ?? []).filter { declaration.replaces($0.declaration) }.flatMap { entry in
                // Something may still be of a type that was replaced before.
                let former = entry.declaration.kind.isType ? formerTypes[declaration.name] ?? [] : []
                return (former + [entry.module]).map {
                    Replaced(kind: entry.declaration.kind, use: Use(module: $0, name: declaration.name))
                }
            }
        }
        var seen: Set<Replaced> = []
        return replaced.filter { seen.insert($0).inserted }
    }

    // MARK: What was compiled before

    /// Where code with the same text was compiled, if it is still what later cells see.
    func record(of code: ParsedCell.Code) -> Reuse.Record? {
        guard let record = records[code.text] else { return nil }
        if let declaration = code.declaration {
            let isSeen = entries[declaration.name]?.contains { entry in
                entry.module == record.module && entry.declaration.kind == declaration.kind
                    && entry.declaration.signature == declaration.signature
            }
            return isSeen == true ? record : nil
        }
        let module = modules.last { $0.name == record.module }
        return module.map { code.extensionMembers.isSubset(of: $0.extensionMembers) } == true ? record : nil
    }

    /// The modules from which code takes its names and members, as a cell with it would.
    ///
    /// - Parameters:
    ///   - cell: The cell with the code; `nil` for one that the scope contains.
    ///   - repeated: What the cell does not declare anew, and the modules that have it.
    func origins(
        of code: ParsedCell.Code, in cell: ParsedCell? = nil, repeated: [(code: ParsedCell.Code, module: String)] = []
    ) -> Reuse.Origins {
        let new = "the cell itself"
        let modulesOfRepeated = Dictionary(repeated.map { ($0.code.text, $0.module) }) { first, _ in first }
        var origins: Reuse.Origins = [:]
        for name in code.names {
            let own = cell?.declarations.filter { $0.name == name } ?? []
            var found = Set(
                (entries[name] ?? []).filter { entry in !own.contains { $0.replaces(entry.declaration) } }.map(\.module)
            )
            for declaration in own {
                let code = cell?.codes.first { $0.declaration == declaration }
                found.insert(code.flatMap { modulesOfRepeated[$0.text] } ?? new)
            }
            if !found.isEmpty { origins[name] = found }
        }
        for (module, members) in extensions(besides: cell, modulesOfRepeated, new: new) {
            for member in members {
                let name = member.drop { $0 != "." }.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                if code.words.contains(String(name)) { origins["." + name, default: []].insert(module) }
            }
        }
        return origins
    }

    /// The members of extensions, with their modules.
    private func extensions(
        besides cell: ParsedCell?, _ repeated: [String: String], new: String
    ) -> [(module: String, members: Set<String>)] {
        let own = (cell?.codes ?? []).map { (repeated[$0.text] ?? new, $0.extensionMembers) }
        let replaced = own.filter { $0.0 == new }.reduce(into: Set<String>()) { $0.formUnion($1.1) }
        return modules.map { ($0.name, $0.extensionMembers.subtracting(replaced)) } + own
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
        for entry in names.compactMap({ entries[$0] }).joined() {
            // A function that the cell declares again, perhaps with another result, would be ambiguous.
            let isReplaced =
                entry.declaration.kind == .func
                && cell.declarations.contains { own in
                    own.kind == .func && own.name == entry.declaration.name && own.replaces(entry.declaration)
                }
            if !isReplaced { found[entry.module, default: []].append(entry) }
        }

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
            guard let module = module(declaring: name) else {
                return ranges.filter(\.isEmpty).map { .init(range: $0, text: name) }
            }
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
