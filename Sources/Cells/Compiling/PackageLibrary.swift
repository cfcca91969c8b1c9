import Glibc

/// A Swift package that cells can import: modules, and the shared object that holds them.
package struct PackageLibrary: Sendable, Hashable {
    /// The shared object.
    package let path: String
    /// The compiler's arguments to find the modules.
    package let arguments: [String]
    /// All modules in the shared object, also those that cells do not import.
    package let modules: Set<String>

    /// The library in a shared object. Its path must identify its contents, since cells that were compiled with it are
    /// cached.
    package init(path: String, arguments: [String], modules: Set<String>) {
        self.path = path
        self.arguments = arguments
        self.modules = modules
    }

    /// The modules that this process has as well: a process cannot have two modules of one name.
    package var modulesOfThisProgram: [String] {
        let names = SymbolTable(object: path).names
        return modules.filter { module in
            if Library.modules.contains(module) || Library.foundations.contains(module) { return true }
            let prefix = "$s\(module.utf8.count)\(module)"
            // The descriptor of the module itself, of a type or of a protocol.
            return names.contains { name in
                name.hasPrefix(prefix) && ["MXM", "Mn", "Mp"].contains(where: name.hasSuffix) && dlsym(nil, name) != nil
            }
        }.sorted()
    }
}
