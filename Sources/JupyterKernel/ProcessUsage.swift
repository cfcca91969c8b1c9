import Foundation
import Glibc
package import JupyterWire
import Synchronization

/// The processor time and memory of the kernel and all processes that it has started, for `usage_request`.
///
/// The reply has the members of ipykernel's, which jupyter-resource-usage shows. Processor percentages are averages
/// since the previous reply; the first reply has none for the whole machine.
package final class ProcessUsage: Sendable {
    /// A process in the system's process table.
    private struct Entry {
        let parent: Int32
        /// In ticks since the system's start; together with the identifier, it is unique.
        let started: Int
        /// Processor time.
        let ticks: Int
    }

    /// A measurement.
    private struct Sample {
        let time = ContinuousClock.now
        var ticks: [Int32: Entry] = [:]
        var hostBusy = 0.0
        var hostTotal = 0.0
    }

    private let folder: String
    private let process: Int32
    private let last = Mutex<Sample?>(nil)

    /// - Parameters:
    ///   - folder: The `/proc` file system.
    ///   - process: The process to measure, with its descendants.
    package init(folder: String = "/proc", process: Int32 = getpid()) {
        self.folder = folder
        self.process = process
    }

    /// The content of a `usage_reply`.
    package func measure() -> JSON {
        let (now, before) = last.withLock { last in
            let now = sample()
            defer { last = now }
            return (now, last)
        }
        let memory = now.ticks.keys.reduce(0) { $0 + proportionalMemory(of: $1) }
        var usage: [String: JSON] = [
            "hostname": .string(Self.hostName), "pid": .int(Int(process)),
            "kernel_cpu": .double(before.map { Self.share(now, since: $0) } ?? 0), "kernel_memory": .int(memory),
            "cpu_count": .int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), "host_virtual_memory": hostMemory(),
        ]
        if let before, now.hostTotal > before.hostTotal {
            let percent = (now.hostBusy - before.hostBusy) / (now.hostTotal - before.hostTotal) * 100
            usage["host_cpu_percent"] = .double(percent.inTenths)
        }
        return .object(usage)
    }

    /// The machine's name, without Foundation's network query.
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: Processors

    private func sample() -> Sample {
        var table: [Int32: Entry] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            if let identifier = Int32(name), let entry = entry(of: identifier) { table[identifier] = entry }
        }
        var sample = Sample()
        for (identifier, entry) in table where isOurs(identifier, in: table) { sample.ticks[identifier] = entry }

        // user, nice, system, idle, iowait, irq, softirq, steal
        let line = text("stat").prefix { $0 != "\n" }
        let times = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        sample.hostTotal = times.reduce(0, +)
        sample.hostBusy = sample.hostTotal - times.dropFirst(3).prefix(2).reduce(0, +)
        return sample
    }

    private func isOurs(_ identifier: Int32, in table: [Int32: Entry]) -> Bool {
        var ancestor = identifier
        for _ in 0..<100 {
            if ancestor == process { return true }
            guard let parent = table[ancestor]?.parent, parent != 0 else { return false }
            ancestor = parent
        }
        return false
    }

    private func entry(of identifier: Int32) -> Entry? {
        // After the name in parentheses, which may contain anything: state, parent, …
        let text = text("\(identifier)/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let user = Int(fields[11]),
            let system = Int(fields[12]), let started = Int(fields[19])
        else { return nil }
        return Entry(parent: parent, started: started, ticks: user + system)
    }

    /// The processes' use of one processor between two samples, in percent.
    private static func share(_ now: Sample, since before: Sample) -> Double {
        let ticks = now.ticks.reduce(0) { sum, process in
            guard let earlier = before.ticks[process.key], earlier.started == process.value.started else { return sum }
            return sum + process.value.ticks - earlier.ticks
        }
        let seconds = max((now.time - before.time) / .seconds(1), 1e-3)
        return (Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK))) / seconds * 100).inTenths
    }

    // MARK: Memory

    /// A process's proportional set size in bytes: shared memory, as with its snapshot, is divided among the processes.
    private func proportionalMemory(of identifier: Int32) -> Int {
        let rollup = fields("\(identifier)/smaps_rollup")
        return rollup["Pss"] ?? fields("\(identifier)/status")["VmRSS"] ?? 0
    }

    private func hostMemory() -> JSON {
        let fields = fields("meminfo")
        func bytes(_ name: String) -> Int { fields[name] ?? 0 }
        let (total, available) = (bytes("MemTotal"), bytes("MemAvailable"))
        let percent = total == 0 ? 0 : Double(total - available) / Double(total) * 100
        return [
            "total": .int(total), "available": .int(available), "percent": .double(percent.inTenths),
            "used": .int(total - available), "free": .int(bytes("MemFree")), "active": .int(bytes("Active")),
            "inactive": .int(bytes("Inactive")), "buffers": .int(bytes("Buffers")),
            "cached": .int(bytes("Cached") + bytes("SReclaimable")), "shared": .int(bytes("Shmem")),
            "slab": .int(bytes("Slab")),
        ]
    }

    /// The lines `Name:  12 kB` of a file, in bytes.
    private func fields(_ path: String) -> [String: Int] {
        var fields: [String: Int] = [:]
        for line in text(path).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let value = parts[1].split(separator: " ").first.flatMap({ Int($0) }) else {
                continue
            }
            fields[String(parts[0])] = value * 1024
        }
        return fields
    }

    private func text(_ path: String) -> String {
        (try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)) ?? ""
    }
}

extension Double {
    /// Rounded to one decimal.
    fileprivate var inTenths: Double { (self * 10).rounded() / 10 }
}
