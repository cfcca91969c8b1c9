import Cells
import JupyterWire
import Synchronization

/// Carries out the commands at the head of a cell, in their order.
final class CommandRunner: Sendable {
    private let programs = ProgramRunner()
    private let log = Mutex(SessionLog())

    /// Says that a new cell begins.
    func beginCell() { programs.beginCell() }

    /// Ends the command that is running, and keeps the next ones from starting.
    func interrupt() { programs.interrupt() }

    /// Notes a cell that ran to its end, for `%save`.
    func note(_ cell: CommandCell, number: Int) {
        log.withLock { $0.note(cell.program, number: number) }
    }

    /// Carries out one command of a cell.
    func run(_ entry: CommandCell.Entry, of cell: Cell, output: any OutputSink) throws(CellError) {
        do {
            switch entry.command {
            case .help(let help): output.page(.markdown(help?.text ?? CommandHelp.overview))
            case .save(let path, let cells):
                let count = try log.withLock { log throws(CommandError) in try log.save(cells, to: path) }
                output.write("\(count) cell\(count == 1 ? "" : "s") saved in \(path)\n".utf8, to: .stdout)
            case .load(let path): output.setNextInput(try SessionLog.load(path))
            case .shell(let line): try runShell(line, output)
            case .who, .undo, .reset, .package: throw CommandError("this command is still being built")
            }
        } catch let error as CommandError {
            throw CellError(CommandError(error.message, hint: error.hint, line: entry.line), cell: cell.executionCount)
        } catch let error as CompilationError {
            throw CellError(error)
        } catch let error as CellError {
            throw error
        } catch {
            throw CellError(name: "\(type(of: error))", value: "\(error)", next: "All variables are kept.")
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

extension JupyterWire.MimeBundle {
    /// Text that reads well with and without its Markdown made up.
    static func markdown(_ text: String) -> MimeBundle {
        MimeBundle(["text/markdown": .string(text), "text/plain": .string(text)])
    }
}
