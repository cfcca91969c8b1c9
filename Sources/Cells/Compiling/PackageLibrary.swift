import Glibc

/// A Swift package that cells can import: modules, and the shared object that holds them.
package struct PackageLibrary: Sendable, Hashable {
    /// The shared object.
    package let path: String
    /// The compiler's arguments to find the modules.
    package let arguments: [String]
    /// The modules in the shared object, those included that cells have no business with.
    package let modules: Set<String>

    /// The library in a shared object. Its path must name its contents: cells that were compiled with it are kept.
    package init(path: String, arguments: [String], modules: Set<String>) {
        self.path = path
        self.arguments = arguments
        self.modules = modules
    }

    /// Of the modules those that this process has as well. Two of one name in a process would be mistaken for each other.
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
