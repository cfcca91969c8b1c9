import Cells
import JupyterWire
import Synchronization

/// Runs the commands at the head of a cell, in order.
final class CommandRunner: Sendable {
    private let cells: CellSession
    private let questions: SessionQuestions
    private let toolchain: Toolchain
    private let programs = ProgramRunner()
    private let log = Mutex(SessionLog())

    init(cells: CellSession, questions: SessionQuestions, toolchain: Toolchain) {
        self.cells = cells
        self.questions = questions
        self.toolchain = toolchain
    }

    /// A new cell begins.
    func beginCell(output: any OutputSink) {
        programs.beginCell()
        questions.beginCell(output: output)
    }

    /// Ends the running command, and prevents the next ones from starting.
    func interrupt() { programs.interrupt() }

    /// Records a cell that has finished, for `%save`.
    func note(_ cell: CommandCell, number: Int) {
        log.withLock { $0.note(cell.program, number: number) }
    }

    /// Removes a cell that was taken back.
    func forget(cell number: Int?) { log.withLock { $0.remove(number) } }

    /// Runs one command of a cell. `%undo` and `%reset` are the interpreter's.
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
            case .undo, .reset: preconditionFailure("%undo and %reset are the interpreter's")
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
                let remark = variable.earlierCell.map { " (the earlier one, of cell \($0))" } ?? ""
                return .init(
                    name: variable.name, type: variable.type + remark, text: summary?.text ?? "",
                    bytes: summary?.bytes, cell: variable.cell)
            },
            declarations: cells.declarations.map { ($0.text, $0.cell) })
    }

    /// Makes packages importable, or leaves the session as it was.
    private func use(_ requests: [PackageRequest], _ output: any OutputSink) throws {
        guard let cache = CacheFolder.named("packages") else {
            throw PackageBuilder.Failure(
                message: "there is no cache folder for packages: set XDG_CACHE_HOME")
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
                    next: "What is already built is kept for the next time. The session is unchanged.")
            }
            throw error
        }
    }

    private func add(_ product: PackageBuilder.Product) throws {
        let library = product.library
        if cells.packages.contains(library) { return }
        if let own = library.modulesOfThisProgram.first {
            throw PackageBuilder.Failure(
                message: "its module \(own) is also part of the kernel, and two modules of one name cannot be loaded",
                details: ["Use a package that does not contain \(own)."])
        }
        if let loaded = cells.packages.flatMap(\.modules).first(where: library.modules.contains) {
            throw PackageBuilder.Failure(
                message: "another build of the module \(loaded) has been loaded already",
                details: [
                    "Run %reset, and then all %package lines that need \(loaded) in one cell: they are built together."
                ])
        }
        cells.use(library)
        do {
            guard let reason = try questions.check(product.modules) else { return }
            throw PackageBuilder.Failure(message: "it was built but cannot be loaded: \(reason)")
        } catch {
            cells.forget(library)
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
