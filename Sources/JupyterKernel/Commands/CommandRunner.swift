import Cells
import JupyterWire
import Synchronization

/// Carries out the commands at the head of a cell, in their order.
final class CommandRunner: Sendable {
    private let session: CellSession
    private let questions: SessionQuestions
    private let toolchain: Toolchain
    private let programs = ProgramRunner()
    private let log = Mutex(SessionLog())

    init(session: CellSession, questions: SessionQuestions, toolchain: Toolchain) {
        self.session = session
        self.questions = questions
        self.toolchain = toolchain
    }

    /// Says that a new cell begins.
    func beginCell() { programs.beginCell() }

    /// Ends the command that is running, and keeps the next ones from starting.
    func interrupt() { programs.interrupt() }

    /// Notes a cell that ran to its end, for `%save`.
    func note(_ cell: CommandCell, number: Int) {
        log.withLock { $0.note(cell.program, number: number) }
    }

    /// Forgets a cell that was taken back.
    func forget(cell number: Int?) { log.withLock { $0.remove(number) } }

    /// Carries out one command of a cell, unless it concerns the session as a whole.
    func run(_ entry: CommandCell.Entry, of cell: Cell, output: any OutputSink) throws(CellError) {
        do {
            switch entry.command {
            case .help(let help): output.page(.markdown(help?.text ?? CommandHelp.overview))
            case .save(let path, let cells):
                let count = try log.withLock { log throws(CommandError) in try log.save(cells, to: path) }
                output.write("\(count) cell\(count == 1 ? "" : "s") saved in \(path)\n".utf8, to: .stdout)
            case .load(let path): output.setNextInput(try SessionLog.load(path))
            case .shell(let line): try runShell(line, output)
            case .who: output.display(table.bundle, id: nil)
            case .package(let requests): try use(requests, output)
            case .undo, .reset: preconditionFailure("what concerns the whole session is the interpreter's")
            }
        } catch let error as CommandError {
            throw CellError(CommandError(error.message, hint: error.hint, line: entry.line), cell: cell.executionCount)
        } catch let error as PackageBuilder.Failure {
            throw CellError(error)
        } catch let error as CompilationError {
            throw CellError(error)
        } catch let error as CellError {
            throw error
        } catch {
            throw CellError(name: "\(type(of: error))", value: "\(error)", next: "All variables are kept.")
        }
    }

    private var table: VariableTable {
        VariableTable(
            rows: questions.variables().map { variable, summary in
                .init(
                    name: variable.name, type: variable.type, text: summary?.text ?? "", bytes: summary?.bytes,
                    cell: variable.cell)
            },
            declarations: session.declarations.map { ($0.text, $0.cell) })
    }

    /// Makes packages importable, or leaves the session as it was.
    private func use(_ requests: [PackageRequest], _ output: any OutputSink) throws {
        guard let cache = CacheFolder.named("packages") else {
            throw PackageBuilder.Failure(
                message: "there is no folder that could keep what is built: set XDG_CACHE_HOME")
        }
        let progress = PackageProgress(requests, output)
        do {
            let builder = try PackageBuilder(requests, cache: cache, toolchain: toolchain, programs: programs) { line in
                progress.show(line)
            }
            let product = try builder.build()
            try add(product)
            progress.end(
                "\(product.packages.joined(separator: ", ")): import \(product.modules.joined(separator: ", "))")
        } catch {
            progress.fail()
            if case CompilationError.interrupted = error {
                throw CellError(
                    name: "Interrupted", value: "the package was being built",
                    next: "What is already built is kept for the next time. The session is as it was.")
            }
            throw error
        }
    }

    private func add(_ product: PackageBuilder.Product) throws {
        let library = product.library
        if session.packages.contains(library) { return }
        if let own = library.modulesOfThisProgram.first {
            throw PackageBuilder.Failure(
                message: "its module \(own) is part of the kernel itself, and two of that name cannot be told apart",
                details: ["Use a package that does without \(own)."])
        }
        if let loaded = session.packages.flatMap(\.modules).first(where: library.modules.contains) {
            throw PackageBuilder.Failure(
                message: "another build of the module \(loaded) has been loaded already",
                details: [
                    "Run %reset, and then all %package lines that need \(loaded) in one cell: they are built together."
                ])
        }
        session.use(library)
        do {
            guard let reason = try questions.check(product.modules) else { return }
            throw PackageBuilder.Failure(message: "it was built and cannot be loaded: \(reason)")
        } catch {
            session.forget(library)
            throw error
        }
    }

    private func runShell(_ line: String, _ output: any OutputSink) throws {
        let status: Int32
        do {
            status = try programs.run(["/bin/sh", "-c", line]) { output.write($0, to: $1) }
        } catch CompilationError.interrupted {
            throw CellError(
                name: "Interrupted", value: "the command was ended: \(line)",
                next: "What it did until then is done. All variables are kept.")
        }
        if status > 0 { output.write("(the command ended with status \(status))\n".utf8, to: .stderr) }
        if status < 0 { output.write("(the command was ended by signal \(-status))\n".utf8, to: .stderr) }
    }
}
