import CWorker
import Foundation

/// The symbols of a compiled cell: those that it defines and those that it uses of other cells.
struct SymbolTable {
    /// All mangled names.
    private(set) var names: [String] = []

    /// The symbols of a shared object; none if it cannot be read.
    init(object path: String) {
        guard let data = FileManager.default.contents(atPath: path) else { return }
        names = data.withUnsafeBytes { Self.read(Image(bytes: $0)) } ?? []
    }

    /// A file whose offsets may be invalid.
    private struct Image {
        let bytes: UnsafeRawBufferPointer

        func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: UInt64) -> Value? {
            guard let offset = Int(exactly: offset), offset <= bytes.count - MemoryLayout<Value>.size else {
                return nil
            }
            return bytes.loadUnaligned(fromByteOffset: offset, as: type)
        }

        func string(at offset: UInt64) -> String? {
            guard let offset = Int(exactly: offset), offset < bytes.count else { return nil }
            return String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func read(_ image: Image) -> [String]? {
        guard let file = image.load(Elf64_Ehdr.self, at: 0) else { return nil }
        func section(_ index: UInt32) -> Elf64_Shdr? {
            image.load(Elf64_Shdr.self, at: file.e_shoff &+ UInt64(index) &* UInt64(file.e_shentsize))
        }
        for index in 0..<UInt32(file.e_shnum) {
            guard let symbols = section(index), symbols.sh_type == UInt32(SHT_DYNSYM),
                let strings = section(symbols.sh_link)
            else { continue }
            let count = symbols.sh_size / UInt64(MemoryLayout<Elf64_Sym>.size)
            return (0..<count).compactMap { number in
                image.load(Elf64_Sym.self, at: symbols.sh_offset &+ number &* UInt64(MemoryLayout<Elf64_Sym>.size))
                    .flatMap { image.string(at: strings.sh_offset &+ UInt64($0.st_name)) }
            }
        }
        return nil
    }
}

extension SymbolTable {
    /// The demangled types of the variables that a module declares: `Swift.Array<Cell3.Dog>`.
    func variableTypes(module: String) -> [String: String] {
        types(module: module, symbolsEndingIn: "vp", named: "")
    }

    /// The demangled types of the computed variables that a module declares.
    func computedVariableTypes(module: String) -> [String: String] {
        types(module: module, symbolsEndingIn: "vg", named: ".getter")
    }

    private func types(module: String, symbolsEndingIn suffix: String, named kind: String) -> [String: String] {
        var types: [String: String] = [:]
        for name in names where name.hasSuffix(suffix) {
            guard let text = Demangler.text(of: name), text.hasPrefix(module + "."),
                let colon = text.firstRange(of: kind + " : ")
            else { continue }
            types[String(text[..<colon.lowerBound].dropFirst(module.count + 1))] = String(text[colon.upperBound...])
        }
        return types
    }
}

/// A declaration of a cell that other cells can use.
struct Use: Hashable, Sendable {
    var module: String
    var name: String
}

extension SymbolTable {
    /// The declarations of other cells that a cell uses: those in its symbols, nested types included.
    func uses(by module: String) -> Set<Use> {
        var uses: Set<Use> = []
        for name in names where name.contains("Cell") {
            guard let text = Demangler.text(of: name) else { continue }
            uses.formUnion(Self.uses(in: text).filter { $0.module != module })
        }
        return uses
    }

    /// The declarations, of its own cell and of others, that a declaration uses: the type of a variable, the types of a
    /// function's parameters and result, the members of a type.
    func uses(ofDeclaration name: String, in module: String) -> Set<Use> {
        let declaration = Use(module: module, name: name)
        var uses: Set<Use> = []
        for symbol in names where symbol.contains(module) {
            guard let text = Demangler.text(of: symbol) else { continue }
            let found = Self.uses(in: text)
            if found.contains(declaration) { uses.formUnion(found) }
        }
        return uses.subtracting([declaration])
    }

    /// Names such as `Cell3.Dog` in a demangled name.
    static func uses(in text: String) -> Set<Use> {
        Set(text.matches(of: /\b(Cell\d+(?:_\d+)?)\.(\w+)/).map { Use(module: String($0.1), name: String($0.2)) })
    }
}
