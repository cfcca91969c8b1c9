import Foundation
import Glibc

/// The compiled modules that cells import, and the module maps of the C modules beneath them.
package struct Library: Sendable {
    /// The folder of the `.swiftmodule` files.
    package var modules: String
    /// The module maps of the C modules.
    package var moduleMaps: [String]

    /// The C modules that the library's Swift modules are built on, and that a cell's compiler must find.
    package static let foundations = ["CKernels", "COpenBLAS", "CPNG", "CCairo", "CGraphviz", "CZlib"]

    /// The modules that make up `import Swiftlet`.
    package static let modules = [
        "Swiftlet", "Tensors", "Networks", "Architectures", "Datasets", "Plots", "Notebook", "WorkerProtocol",
    ]

    /// The library of the running program: beside it, as installed, or inside the package, as built.
    ///
    /// - Parameter packageRoot: The folder of the package that the program was built from.
    package static func current(packageRoot: String) throws(CompilationError) -> Library {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw .noToolchain("/proc/self/exe cannot be read")
        }
        let folder = URL(filePath: program).deletingLastPathComponent().path
        let installed = folder + "/modules"
        if access(installed, R_OK) == 0 {
            return Library(modules: installed, moduleMaps: foundations.map { "\(installed)/\($0)/module.modulemap" })
        }
        let built = folder + "/Modules"
        guard access(built, R_OK) == 0 else {
            throw .noToolchain(
                "the library's modules are neither in \(installed) nor in \(built); install Swiftlet again")
        }
        let maps = foundations.map { name in
            name == "CKernels"
                ? "\(folder)/CKernels.build/module.modulemap" : "\(packageRoot)/Sources/\(name)/module.modulemap"
        }
        return Library(modules: built, moduleMaps: maps)
    }

    /// The files that the compiler reads.
    var files: [String] { Self.modules.map { "\(modules)/\($0).swiftmodule" } + moduleMaps }

    /// The compiler's arguments to find the library.
    package var arguments: [String] {
        ["-I", modules] + moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
    }
}
