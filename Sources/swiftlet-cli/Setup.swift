import Cells
import Foundation

/// The locations of this program, its library and its toolchain.
struct Setup {
    /// This program's path.
    static let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "swiftlet"

    /// The folder of the package from which this program was built, if it still exists.
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    let toolchain: Toolchain
    let library: Library

    init() throws {
        toolchain = try Toolchain.current()
        library = try Library.current(packageRoot: Self.packageRoot)
    }

    /// The compiler's version: "6.3.1".
    var version: String {
        let output = (try? Subprocess.run([toolchain.compiler, "--version"]).output) ?? ""
        let words = output.split { $0.isWhitespace }
        guard let index = words.firstIndex(of: "version"), index + 1 < words.count else { return "unknown" }
        return String(words[index + 1])
    }
}
