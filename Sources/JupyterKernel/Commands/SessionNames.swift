import Cells

/// The names that a session's cells have declared, and those that the shell knows.
struct SessionNames: CommandNames {
    let cells: CellSession

    func declares(_ name: String) -> Bool { cells.declares(name) }

    func isProgram(_ name: String) -> Bool {
        // The shell knows its builtins too.
        let answer = try? Subprocess.run(["/bin/sh", "-c", "command -v -- \"$1\"", "sh", name])
        return answer?.status == 0
    }
}
