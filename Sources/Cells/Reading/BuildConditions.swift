import Foundation
import SwiftIfConfig
import SwiftSyntax

/// What the conditions of `#if` mean in a cell: the clause that the compiler compiles is the one that is read.
struct BuildConditions {
    /// Whether a module can be imported; by default, whether it is one of the library's or the toolchain's.
    var canImport: @Sendable (_ module: String) -> Bool = { ModuleFolders.known.contains($0) }
}

extension BuildConditions: BuildConfiguration {
    func canImport(importPath: [(TokenSyntax, String)], version: CanImportVersion) -> Bool {
        importPath.first.map { canImport($0.1) } ?? false
    }

    func isCustomConditionSet(name: String) -> Bool { false }
    func hasFeature(name: String) -> Bool { ["MemberImportVisibility", "BareSlashRegexLiterals"].contains(name) }
    func hasAttribute(name: String) -> Bool { true }
    func isActiveTargetOS(name: String) -> Bool { name == "Linux" }
    func isActiveTargetEnvironment(name: String) -> Bool { false }
    func isActiveTargetRuntime(name: String) -> Bool { name == "_Native" || name == "_multithreaded" }
    func isActiveTargetPointerAuthentication(name: String) -> Bool { name == "_none" }
    func isActiveTargetObjectFormat(name: String) -> Bool { name == "ELF" }

    func isActiveTargetArchitecture(name: String) -> Bool {
        #if arch(arm64)
        name == "arm64"
        #else
        name == "x86_64"
        #endif
    }

    var targetPointerBitWidth: Int { 64 }
    var targetAtomicBitWidths: [Int] { [8, 16, 32, 64, 128] }
    var endianness: Endianness { .little }
    /// As `-swift-version 5` sets it.
    var languageVersion: VersionTuple { VersionTuple(5, 10) }

    var compilerVersion: VersionTuple {
        #if compiler(>=6.4)
        VersionTuple(6, 4)
        #else
        VersionTuple(6, 3)
        #endif
    }
}

/// The folders in which a cell's compiler looks for modules.
struct ModuleFolders: Sendable {
    let folders: [String]

    /// The toolchain's.
    static let known: ModuleFolders = {
        guard let toolchain = try? Toolchain.current() else { return ModuleFolders(folders: []) }
        return ModuleFolders(folders: [toolchain.libraries])
    }()

    func contains(_ module: String) -> Bool {
        Library.modules.contains(module) || Library.foundations.contains(module) || module == "Swift"
            || folders.contains { FileManager.default.fileExists(atPath: "\($0)/\(module).swiftmodule") }
    }
}
