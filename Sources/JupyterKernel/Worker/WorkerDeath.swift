import Cells
import Glibc
import WorkerProtocol

/// The end of the process that runs the cells, and what is left.
struct WorkerDeath: Sendable {
    /// What took over.
    enum Recovery: Equatable {
        /// Its snapshot, with everything as it was before a cell; `nil` if no cell has run since.
        case state(beforeCell: Int?, lostDispatchQueues: Bool)
        /// Nothing: all that cells have made is lost.
        case nothing(reason: String?)
    }

    /// The process's exit status, or, if negative, the signal that ended it.
    var status: Int32
    /// What the Swift runtime printed last.
    var fatalError: String?
    /// The frames that ended the process, if they are known.
    var frames: [WorkerReport.Failure.Frame]
    /// Whether the process was killed because it could neither handle a failure nor end.
    var wasStuck = false
    /// Whether a cell closed the descriptors that connect the process with the kernel.
    var wasCutOff = false
    /// Whether the process was killed because the cell could not be stopped otherwise.
    var wasInterrupted = false
    /// Whether the system killed it because memory ran out.
    var wasOutOfMemory: Bool
    var recovery: Recovery

    /// Merges an earlier, unreported death: its rollback still stands.
    func following(_ earlier: WorkerDeath?) -> WorkerDeath {
        guard case .state(beforeCell: nil, _) = recovery, let earlier else { return self }
        var death = self
        death.recovery = earlier.recovery
        return death
    }

    /// Why the process ended.
    var reason: String {
        let reason =
            switch status {
            case _ where wasInterrupted: "the cell could not be stopped otherwise, so its process was ended"
            case -SIGKILL where wasCutOff:
                "the cell closed the files that connect its process with the kernel, and the process was ended"
            case -SIGKILL where wasStuck && !frames.isEmpty:
                "the cell ended its process, which did not end by itself and was killed"
            case -SIGKILL where wasStuck:
                "a failure left the cell's process unable to go on, and the process was ended"
            case -SIGKILL where wasOutOfMemory || fatalError?.hasPrefix("failed to allocate") == true:
                "the cell's process was killed because memory ran out"
            case -SIGKILL: "the cell's process was killed"
            case -SIGABRT where frames.isEmpty:
                "the cell's process was ended by the C library, which found its memory damaged"
            case -SIGABRT: "the cell ended its process with `abort()`"
            case -SIGSEGV, -SIGBUS: "the cell has damaged its process's memory, and the process was ended"
            case ..<0: "the cell's process was ended by signal \(-status)"
            default: "the cell ended its process with `exit(\(status))`"
            }
        return fatalError.map { "\(reason): \($0)" } ?? reason
    }

    /// What is left, for the error of the cell that ended the process.
    var consequence: String {
        switch recovery {
        case .state(_, let lostDispatchQueues):
            "Everything is as it was before this cell: variables, functions, types, and models with their weights."
                + (lostDispatchQueues ? " " + Self.dispatchNote : "")
        case .nothing(let reason): Self.lossNote(reason)
        }
    }

    /// What the next cell prints when the process ended between two cells.
    var note: String {
        let consequence =
            switch recovery {
            case .state(let cell, let lostDispatchQueues):
                (cell.map { "Everything is as it was before cell \($0): run that again if you need what it did." }
                    ?? "Everything is as it was.") + (lostDispatchQueues ? " " + Self.dispatchNote : "")
            case .nothing(let reason): Self.lossNote(reason)
            }
        let reason = reason.replacing("the cell's process", with: "the process that runs the cells", maxReplacements: 1)
        return "Between two cells, \(reason). \(consequence)\n"
    }

    fileprivate static let dispatchNote =
        "Dispatch queues, which an earlier cell has used, no longer work until the kernel is restarted; `Task` does."

    fileprivate static func lossNote(_ reason: String?) -> String {
        "All variables, functions and types are lost" + (reason.map { " (\($0))" } ?? "")
            + ": run the cells that you need again. The notebook itself is unharmed."
    }
}

extension WorkerDeath.Recovery {
    /// The number of the cell that was taken back.
    var cell: Int? {
        if case .state(let cell, _) = self { cell } else { nil }
    }

    /// What `%undo` prints.
    var undoNote: String {
        switch self {
        case .state(let cell, let lostDispatchQueues):
            "Cell \(cell ?? 0) is taken back: variables, functions and types are as they were before it."
                + (lostDispatchQueues ? " " + WorkerDeath.dispatchNote : "") + "\n"
        case .nothing(let reason): WorkerDeath.lossNote(reason) + "\n"
        }
    }
}
