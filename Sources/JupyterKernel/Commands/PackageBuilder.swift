import Cells
import Foundation
import Glibc

/// Builds Swift packages with SwiftPM, so that cells can import them.
///
/// A generated package with one empty dynamic library depends on the requested packages: SwiftPM resolves all versions
/// together and links everything into one shared object.
struct PackageBuilder {
    /// A failed build, in SwiftPM's words.
    struct Failure: Error {
        var message: String
        var details: [String] = []
    }

    /// A package that was built.
    struct Product {
        /// The compiler's and linker's arguments for cells.
        var library: PackageLibrary
        /// Names and versions: "swift-algorithms 1.2.0".
        var packages: [String]
        /// The modules that cells can import.
        var modules: [String]
    }

    /// The number of SwiftPM's lines that an error shows.
    private static let shownLines = 12

    private let requests: [PackageRequest]
    private let toolchain: Toolchain
    private let programs: ProgramRunner
    private let report: (String) -> Void
    /// The name of the package, its library and its only own module.
    private let name: String
    private let folder: String

    /// A builder for some packages.
    ///
    /// - Parameters:
    ///   - cache: The folder that keeps what was built.
    ///   - report: Takes a line about each step.
    init(
        _ requests: [PackageRequest], cache: String, toolchain: Toolchain, programs: ProgramRunner,
        report: @escaping (String) -> Void
    ) throws {
        self.requests = try requests.map { try $0.resolved() }
        self.toolchain = toolchain
        self.programs = programs
        self.report = report
        let key = ContentKey(
            of: [toolchain.root] + self.requests.map { "\($0.dependency) \($0.products.joined(separator: " "))" })
        name = "CellPackages_" + key.description.prefix(12)
        folder = cache + "/" + name
    }

    /// Resolves, builds and links everything.
    func build() throws -> Product {
        try FileManager.default.createDirectory(atPath: folder + "/Sources/\(name)", withIntermediateDirectories: true)
        return try alone(buildAlone)
    }

    /// Runs a body while no other kernel builds the same package.
    private func alone(_ body: () throws -> Product) throws -> Product {
        let lock = open(folder + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw Failure(message: "\(folder): \(String(cString: strerror(errno)))") }
        defer { close(lock) }
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            if programs.isInterrupted { throw CompilationError.interrupted }
            report("another kernel is building it")
            usleep(100_000)
        }
        return try body()
    }

    private func buildAlone() throws -> Product {
        try write("", to: "Sources/\(name)/Nothing.swift")
        try write(manifest([]), to: "Package.swift")
        let found = try dependencies()
        var products: [[String]] = []
        var modules: [String] = []
        for (request, dependency) in zip(requests, found) {
            let description: PackageDescription = try json([
                "package", "--package-path", dependency.path, "dump-package",
            ])
            let chosen = try description.libraries(named: request.products, of: request.name)
            products.append(chosen.map(\.name))
            modules += chosen.flatMap(\.targets).filter { !modules.contains($0) }
        }
        try write(manifest(products), to: "Package.swift")
        _ = try swift(["build", "-c", "release", "--product", name, "--package-path", folder])
        return Product(
            library: try library(),
            packages: zip(requests, found).map { request, found in
                found.version == "unspecified" ? request.name : "\(request.name) \(found.version)"
            },
            modules: modules.map { $0.replacing("-", with: "_") })
    }

    // MARK: The package

    /// The manifest, with the products of each package that was asked for.
    private func manifest(_ products: [[String]]) -> String {
        let uses = zip(requests, products).flatMap { request, products in
            products.map { ".product(name: \"\($0)\", package: \"\(request.name)\")" }
        }
        return """
            // swift-tools-version: 5.9
            import PackageDescription

            let package = Package(
                name: "\(name)",
                products: [.library(name: "\(name)", type: .dynamic, targets: ["\(name)"])],
                dependencies: [\(requests.map(\.dependency).joined(separator: ", "))],
                targets: [.target(name: "\(name)", dependencies: [\(uses.joined(separator: ", "))])]
            )

            """
    }

    /// Writes a file if its text has changed: SwiftPM rebuilds what is newer than before.
    private func write(_ text: String, to file: String) throws {
        let path = folder + "/" + file
        if (try? String(contentsOfFile: path, encoding: .utf8)) == text { return }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// A dependency, as SwiftPM describes it.
    private struct Dependency: Decodable {
        var identity: String
        var version: String
        var path: String
        var dependencies: [Dependency]
    }

    /// Fetches what is missing, and finds each requested package.
    private func dependencies() throws -> [Dependency] {
        let root: Dependency = try json(["package", "--package-path", folder, "show-dependencies", "--format", "json"])
        return try requests.map { request in
            guard let found = root.dependencies.first(where: { $0.identity == request.name.lowercased() }) else {
                throw Failure(message: "SwiftPM cannot find package \(request.name)")
            }
            return found
        }
    }

    /// A manifest as SwiftPM reads it.
    private struct PackageDescription: Decodable {
        struct Product: Decodable {
            struct Kind: Decodable {
                var library: [String]?
            }

            var name: String
            var targets: [String]
            var type: Kind
        }

        var products: [Product]

        /// The libraries of these names, or all.
        func libraries(named names: [String], of package: String) throws -> [Product] {
            let libraries = products.filter { $0.type.library != nil }
            guard !libraries.isEmpty else { throw CommandError("\(package) has no library that could be imported") }
            if names.isEmpty { return libraries }
            return try names.map { name in
                if let found = libraries.first(where: { $0.name == name }) { return found }
                throw CommandError(
                    "\(package) has no library \(name)",
                    hint: "it has \(libraries.map(\.name).sorted().joined(separator: ", "))")
            }
        }
    }

    // MARK: What was built

    /// The part of SwiftPM's build plan that says how a module is compiled.
    private struct Plan: Decodable {
        struct Command: Decodable {
            var moduleName: String
            var importPath: String
            var otherArguments: [String]
        }

        var swiftCommands: [String: Command]
    }

    /// What cells need to import the modules: the search paths of the empty module and the library.
    private func library() throws -> PackageLibrary {
        let built = folder + "/.build/release"
        guard let data = FileManager.default.contents(atPath: built + "/description.json"),
            let plan = try? JSONDecoder().decode(Plan.self, from: data),
            let command = plan.swiftCommands.values.first(where: { $0.moduleName == name }),
            let objects = try? String(contentsOfFile: "\(built)/\(name).product/Objects.LinkFileList", encoding: .utf8)
        else { throw Failure(message: "what SwiftPM has built in \(built) cannot be read") }
        let modules = objects.split(separator: "\n").compactMap { object -> String? in
            let folder = object.split(separator: "/").last { $0.hasSuffix(".build") }
            return folder.map { String($0.dropLast(".build".count)) }
        }
        let published = try publish("\(built)/lib\(name).so", command.importPath)
        return PackageLibrary(
            path: "\(published)/lib\(name).so",
            arguments: ["-I", published + "/Modules"] + Self.searchArguments(command.otherArguments),
            modules: Set(modules).subtracting([name]))
    }

    /// Copies what was built to a folder named by its contents: the package may be rebuilt, with changes, while cells
    /// use it.
    private func publish(_ library: String, _ modules: String) throws -> String {
        let files = FileManager.default
        guard let contents = files.contents(atPath: library) else {
            throw Failure(message: "\(library) cannot be read")
        }
        let published = folder + "/" + ContentKey(of: contents).description.prefix(16)
        if files.fileExists(atPath: published) { return published }
        let draft = published + "-\(ProcessInfo.processInfo.processIdentifier)"
        try files.createDirectory(atPath: draft, withIntermediateDirectories: true)
        try files.copyItem(atPath: library, toPath: draft + "/lib\(name).so")
        try files.copyItem(atPath: modules, toPath: draft + "/Modules")
        do {
            try files.moveItem(atPath: draft, toPath: published)
        } catch {
            // Another kernel was faster.
            try files.removeItem(atPath: draft)
        }
        return published
    }

    /// The compiler's search paths for modules, headers and macros.
    private static func searchArguments(_ arguments: [String]) -> [String] {
        var found: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "-F", "-load-plugin-executable", "-plugin-path":
                if let path = rest.popFirst() { found += [argument, path] }
            case "-Xcc":
                guard let option = rest.popFirst() else { break }
                if option == "-I" || option == "-isystem", rest.popFirst() == "-Xcc", let path = rest.popFirst() {
                    found += ["-Xcc", option, "-Xcc", path]
                } else if option.hasPrefix("-fmodule-map-file=") || option.hasPrefix("-I") || option.hasPrefix("-D") {
                    found += ["-Xcc", option]
                }
            default: break
            }
        }
        return found
    }

    // MARK: SwiftPM

    private func json<Value: Decodable>(_ arguments: [String]) throws -> Value {
        let text = try swift(arguments)
        // Warnings about the manifest stand before it.
        guard let start = text.firstIndex(of: "{"),
            let value = try? JSONDecoder().decode(Value.self, from: Data(text[start...].utf8))
        else { throw Failure(message: "the output of swift \(arguments[0]) cannot be read") }
        return value
    }

    /// Runs a command of SwiftPM and returns what it printed on standard output.
    private func swift(_ arguments: [String]) throws -> String {
        var output: [UInt8] = []
        var all: [UInt8] = []
        let status = try programs.run([toolchain.root + "/bin/swift"] + arguments) { bytes, stream in
            if stream == .stdout { output += bytes }
            all += bytes
            let lines = String(decoding: all.suffix(500), as: UTF8.self).split(separator: "\n")
            if arguments[0] == "build" || stream == .stderr, let line = lines.last, !line.contains("warning: ") {
                report(String(line))
            }
        }
        guard status != 0 else { return String(decoding: output, as: UTF8.self) }
        let lines = String(decoding: all, as: UTF8.self).split(separator: "\n").map(String.init)
        guard let first = lines.firstIndex(where: { $0.contains("error: ") }) else {
            throw Failure(
                message: "swift \(arguments[0]) ended with status \(status)", details: lines.suffix(Self.shownLines))
        }
        let message = lines[first].split(separator: "error: ", maxSplits: 1).last.map(String.init) ?? lines[first]
        throw Failure(message: message, details: Array(lines[first...].prefix(Self.shownLines)))
    }
}

extension PackageRequest {
    /// The package as a manifest's dependency.
    fileprivate var dependency: String {
        switch location {
        case .repository(let url, let requirement): ".package(url: \"\(url)\", \(requirement))"
        case .folder(let path): ".package(path: \"\(path)\")"
        }
    }

    /// The request with a folder's complete path.
    fileprivate func resolved() throws(CommandError) -> PackageRequest {
        guard case .folder(let path) = location else { return self }
        var request = self
        let complete = URL(filePath: path.expandingHome).standardizedFileURL.resolvingSymlinksInPath().path
        request.location = .folder(path: complete)
        guard FileManager.default.fileExists(atPath: complete + "/Package.swift") else {
            throw CommandError(
                "there is no package in \(complete)", hint: "a package's folder has a file Package.swift")
        }
        return request
    }
}
