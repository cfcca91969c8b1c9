import Cells

/// The names that the cells of a session know, and those that the shell does.
struct SessionNames: CommandNames {
    let session: CellSession

    func declares(_ name: String) -> Bool { session.declares(name) }

    func isProgram(_ name: String) -> Bool {
        // The shell itself knows best: its own words count as well.
        let answer = try? Subprocess.run(["/bin/sh", "-c", "command -v -- \"$1\"", "sh", name])
        return answer?.status == 0
    }
}
