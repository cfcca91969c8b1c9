import ArgumentParser
import Cells
import Foundation

/// The location of an installed kernel.
struct InstallLocation: ParsableArguments {
    @Option(help: "Install under this folder, in share/jupyter.")
    var prefix: String?

    @Flag(help: "Install in the user's Jupyter data folder (this is the default).")
    var user = false

    /// The folder of the kernelspec.
    var folder: URL { data.appending(path: "kernels/swiftlet") }

    /// The folder of the JupyterLab extension for the kernel's notebooks.
    var extensionFolder: URL { data.appending(path: "labextensions/swiftlet") }

    /// Jupyter's data folder.
    private var data: URL {
        let environment = ProcessInfo.processInfo.environment
        let path: String
        if let prefix {
            path = prefix + "/share/jupyter"
        } else if let data = environment["JUPYTER_DATA_DIR"] {
            path = data
        } else if let data = environment["XDG_DATA_HOME"] {
            path = data + "/jupyter"
        } else {
            path = (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/jupyter"
        }
        return URL(filePath: path).standardizedFileURL
    }

    func validate() throws {
        if prefix != nil, user { throw ValidationError("--prefix and --user cannot be combined: use one of them") }
    }
}

/// Installs the kernel so that it does not need the folder in which it was built.
struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "install", abstract: "Install the kernel for Jupyter.")

    @OptionGroup var location: InstallLocation

    func run() throws {
        let target = location.folder
        try install("the kernel", in: target) { fresh in
            try writeProgram(into: fresh)
            try writeModules(into: fresh.appending(path: "modules"))
            try writeKernelspec(into: fresh, program: target.appending(path: "swiftlet").path)
        }
        try install("JupyterLab's extension", in: location.extensionFolder) { fresh in
            for name in ["package.json", "static"] {
                let source = kernelspec.appending(path: "labextension").appending(path: name)
                try FileManager.default.copyItem(at: source, to: fresh.appending(path: name))
            }
        }
        print("Installed the kernel in \(target.path)")
    }

    /// Writes a folder beside its final location, then moves it there: running kernels keep their files, and a full
    /// disk leaves the old folder intact.
    private func install(_ what: String, in target: URL, write: (URL) throws -> Void) throws {
        let files = FileManager.default
        let fresh = target.deletingLastPathComponent().appending(
            path: ".swiftlet-\(ProcessInfo.processInfo.processIdentifier)")
        do {
            try files.createDirectory(at: fresh, withIntermediateDirectories: true)
            try write(fresh)
            if files.fileExists(atPath: target.path) { try files.removeItem(at: target) }
            try files.moveItem(at: fresh, to: target)
        } catch {
            try? files.removeItem(at: fresh)
            throw ValidationError("\(what) could not be installed in \(target.path): \(error.localizedDescription)")
        }
    }

    /// The folder of the files that are copied unchanged.
    private var kernelspec: URL { URL(filePath: Setup.packageRoot).appending(path: "kernelspec") }

    private func writeProgram(into folder: URL) throws {
        try FileManager.default.copyItem(at: URL(filePath: Setup.program), to: folder.appending(path: "swiftlet"))
    }

    private func writeModules(into folder: URL) throws {
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        let library = try Library.current(packageRoot: Setup.packageRoot)
        let built = URL(filePath: library.modules)
        for name in Library.modules {
            for suffix in ["swiftmodule", "swiftdoc"] {
                let file = "\(name).\(suffix)"
                try files.copyItem(at: built.appending(path: file), to: folder.appending(path: file))
            }
        }
        for (name, map) in zip(Library.foundations, library.moduleMaps) {
            try copyFoundation(name, map: URL(filePath: map), to: folder.appending(path: name))
        }
    }

    /// Copies the map and headers of a C module. CKernels, which is compiled here, has a generated map, and its headers
    /// are in the sources.
    private func copyFoundation(_ name: String, map: URL, to folder: URL) throws {
        let files = FileManager.default
        guard name == "CKernels", !Setup.program.hasPrefix(map.deletingLastPathComponent().path) else {
            try files.copyItem(at: map.deletingLastPathComponent(), to: folder)
            return
        }
        let headers = URL(filePath: Setup.packageRoot).appending(path: "Sources/CKernels/include")
        try files.copyItem(at: headers, to: folder)
        let text = "module CKernels {\n    umbrella header \"CKernels.h\"\n    export *\n}\n"
        try text.write(to: folder.appending(path: "module.modulemap"), atomically: false, encoding: .utf8)
    }

    private func writeKernelspec(into folder: URL, program: String) throws {
        let template = try String(contentsOf: kernelspec.appending(path: "kernel.json"), encoding: .utf8)
        let path = String(decoding: try JSONEncoder().encode(program), as: UTF8.self)
        let text = template.replacing("\"swiftlet\"", with: path.replacing("\\/", with: "/"), maxReplacements: 1)
        try text.write(to: folder.appending(path: "kernel.json"), atomically: false, encoding: .utf8)
        for name in try FileManager.default.contentsOfDirectory(atPath: kernelspec.path) where name.hasPrefix("logo-") {
            try FileManager.default.copyItem(at: kernelspec.appending(path: name), to: folder.appending(path: name))
        }
    }
}

/// Removes an installed kernel.
struct UninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "uninstall", abstract: "Remove the installed kernel.")

    @OptionGroup var location: InstallLocation

    func run() throws {
        let target = location.folder
        guard FileManager.default.fileExists(atPath: target.path) else {
            print("No kernel is installed in \(target.path)")
            return
        }
        try FileManager.default.removeItem(at: target)
        try? FileManager.default.removeItem(at: location.extensionFolder)
        print("Removed \(target.path)")
    }
}
