import Foundation
import Glibc
import SwiftParser

/// The Swift toolchain that compiles cells.
///
/// It must be the one that compiled this program: a compiled module can only be read by the compiler that wrote it. It
/// is found through SwiftParser, which is loaded from that toolchain.
package struct Toolchain: Sendable {
    /// The `usr` folder of the toolchain.
    package let root: String

    /// The toolchain in a `usr` folder.
    package init(root: String) { self.root = root }

    /// The toolchain with which this program was built.
    package static func current() throws(CompilationError) -> Toolchain {
        // `readToEnd`, since the file has no size, and other ways to read it stop after the first page.
        let data = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
        let maps = String(decoding: data ?? Data(), as: UTF8.self)
        let suffix = "/lib/swift/host/libSwiftParser.so"
        guard let line = maps.split(separator: "\n").first(where: { $0.hasSuffix(suffix) }),
            let start = line.firstIndex(of: "/")
        else { throw CompilationError.noToolchain("SwiftParser is not loaded from a toolchain") }
        let toolchain = Toolchain(root: String(line[start...].dropLast(suffix.count)))
        for tool in [toolchain.compiler, toolchain.linker] where access(tool, X_OK) != 0 {
            throw CompilationError.noToolchain("\(tool) is missing")
        }
        return toolchain
    }

    package var compiler: String { root + "/bin/swift-frontend" }
    package var linker: String { root + "/bin/ld.lld" }
    package var symbolizer: String { root + "/bin/llvm-symbolizer" }
    /// The folder of the Swift runtime and Foundation.
    package var libraries: String { root + "/lib/swift/linux" }

    /// The toolchain's shared libraries. The linker keeps those that a cell needs.
    package var libraryNames: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        return files.filter {
            $0.hasPrefix("lib") && $0.hasSuffix(".so") && !$0.contains("XCTest") && !$0.contains("Testing")
        }
        .map { String($0.dropFirst(3).dropLast(3)) }.sorted()
    }
}
