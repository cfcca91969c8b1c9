import Foundation

/// The files of one cell in a session's build folder.
struct BuildOutput {
    let folder: String
    /// The name of the cell's module.
    let module: String

    var source: String { path("swift") }
    var swiftModule: String { path("swiftmodule") }
    var swiftDocumentation: String { path("swiftdoc") }
    var machineCode: String { path("o") }
    var object: String { path("so") }

    private func path(_ suffix: String) -> String { "\(folder)/\(module).\(suffix)" }

    /// The compiled cell, for the cache.
    func read() -> CellCache.Artifacts? {
        guard let module = FileManager.default.contents(atPath: swiftModule),
            let documentation = FileManager.default.contents(atPath: swiftDocumentation),
            let object = FileManager.default.contents(atPath: object)
        else { return nil }
        return .init(module: module, documentation: documentation, object: object)
    }

    /// Writes a compiled cell to where the compiler would have written it.
    ///
    /// - Returns: Whether there was enough space.
    func write(_ artifacts: CellCache.Artifacts) -> Bool {
        do {
            try artifacts.module.write(to: URL(filePath: swiftModule))
            try artifacts.documentation.write(to: URL(filePath: swiftDocumentation))
            try artifacts.object.write(to: URL(filePath: object))
            return true
        } catch {
            return false
        }
    }
}
