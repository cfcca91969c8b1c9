import Foundation
import WorkerProtocol

/// What a worker leaves behind that explains its death.
struct DeathEvidence {
    var fatalErrors = FatalErrorFilter()
    /// The frames that ended the process, if it reported them.
    var frames: [WorkerReport.Failure.Frame] = []
    /// Whether the process was killed because it could neither handle a failure nor end.
    var wasStuck = false
    /// Whether a cell closed the descriptors that connect the process with the kernel.
    var wasCutOff = false
    /// The system's count of out-of-memory kills when it was last looked at.
    private var outOfMemoryCount = Self.outOfMemoryCount

    /// A new cell begins: earlier kills of other processes do not concern it.
    mutating func beginCell() { outOfMemoryCount = Self.outOfMemoryCount }

    /// The death of a worker. The evidence is used up.
    mutating func death(status: Int32, recovery: WorkerDeath.Recovery) -> WorkerDeath {
        let count = Self.outOfMemoryCount
        defer { (outOfMemoryCount, frames, wasStuck, wasCutOff) = (count, [], false, false) }
        return WorkerDeath(
            status: status, fatalError: fatalErrors.take()?.message, frames: frames, wasStuck: wasStuck,
            wasCutOff: wasCutOff, wasOutOfMemory: count > outOfMemoryCount,
            recovery: recovery)
    }

    /// How many processes the system has killed because memory ran out, its own or that of a control group.
    private static var outOfMemoryCount: Int {
        let statistics = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
        let line = statistics.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
    }
}
