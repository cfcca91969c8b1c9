import Foundation
import Glibc
import Testing
import Worker
import WorkerProtocol

/// Cells and the worker agree about the functions that cells call.
@Suite struct WorkerFunctionTests {
    /// The worker's functions are linked into this program, whose symbol table `nm` reads.
    static let symbols: Set<Substring> = {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["nm", "--defined-only", "/proc/\(getpid())/exe"]
        process.standardOutput = pipe
        guard (try? process.run()) != nil, let data = try? pipe.fileHandleForReading.readToEnd() else { return [] }
        return Set(
            String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
                let fields = line.split(separator: " ")
                return fields.count == 3 && fields[1] == "T" ? fields[2] : nil
            })
    }()

    @Test(arguments: WorkerFunction.allCases) func theWorkerDefinesWhatCellsCall(function: WorkerFunction) {
        #expect(Self.symbols.contains(Substring(function.symbol)))
    }
}
