import Cells
import Testing

/// A session whose cells are compiled for real and count as having run.
final class TestSession {
    private let compiler: Compiler
    let session: CellSession
    private var count = 0

    init() throws {
        compiler = try Compiler(toolchain: .current(), library: nil)
        session = CellSession(compiler: compiler)
    }

    deinit {
        session.interrupt()
        compiler.removeFolder()
    }

    /// Compiles a cell, and notes that it ran, or failed in a statement.
    ///
    /// - Returns: The note about what it has redeclared.
    @discardableResult
    func run(
        _ source: String, id: String? = nil, failingIn statement: Int? = nil, because stop: CellStop? = nil
    ) throws
        -> String?
    {
        count += 1
        let cell = try session.compile(source, number: count, id: id)
        session.attempt(cell)
        return session.adopt(cell, failedIn: statement, because: stop)
    }

    /// The messages about a cell that does not compile, without place and source.
    func mistakes(_ source: String, id: String? = nil) -> [String] {
        count += 1
        do throws(CompilationError) {
            _ = try session.compile(source, number: count, id: id)
            return []
        } catch {
            guard case .diagnosed(let diagnostics) = error else { return ["\(error)"] }
            return diagnostics.map(\.message)
        }
    }
}
