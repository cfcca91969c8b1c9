import Foundation
import Tensors

// The course's workloads, timed as the peers' scripts time them: one JSON object a line.
//
//     swiftlet-bench [--threads 2] [NAME …]

var wanted = Array(CommandLine.arguments.dropFirst())
if let flag = wanted.firstIndex(of: "--threads"), flag + 1 < wanted.count, let count = Int(wanted[flag + 1]) {
    ThreadPool.threadCount = count
    wanted.removeSubrange(flag...flag + 1)
}
let known = Workload.all.map(\.name)
if let unknown = wanted.first(where: { !known.contains($0) }) {
    print("\(unknown) is no workload; these are: \(known.joined(separator: ", "))")
    exit(2)
}
print(#"{"swiftlet": true, "threads": \#(ThreadPool.threadCount)}"#)
for workload in Workload.all where wanted.isEmpty || wanted.contains(workload.name) { try workload.measure() }
