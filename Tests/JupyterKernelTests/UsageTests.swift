import Foundation
import JupyterKernel
import JupyterWire
import Testing

extension KernelTests {
    @Suite struct UsageTests {
        /// A system of three processes of ours and one of somebody else's.
        final class Machine {
            let folder = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString)

            deinit { try? FileManager.default.removeItem(at: folder) }

            func write(_ text: String, to path: String) throws {
                let file = folder.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }

            func process(_ identifier: Int, parent: Int, user: Int, system: Int, started: Int = 9, pss: Int) throws {
                let fields = ["S", "\(parent)"] + Array(repeating: "0", count: 9) + ["\(user)", "\(system)"]
                let rest = Array(repeating: "0", count: 6) + ["\(started)", "0", "0"]
                try write(
                    "\(identifier) (a (b) c) \((fields + rest).joined(separator: " "))\n", to: "\(identifier)/stat")
                try write(
                    "0-1 [rollup]\nRss: 999 kB\nPss:   \(pss) kB\nPss_Anon: 7 kB\n", to: "\(identifier)/smaps_rollup")
            }

            func host(user: Int, idle: Int) throws {
                try write("cpu  \(user) 0 0 \(idle) 0 0 0 0 5 5\ncpu0 1 1 1 1\n", to: "stat")
                try write("MemTotal: 1000 kB\nMemFree: 300 kB\nMemAvailable: 400 kB\nSlab: 5 kB\n", to: "meminfo")
            }
        }

        @Test func theKernelAndAllItHasStartedAreCounted() throws {
            let machine = Machine()
            try machine.host(user: 100, idle: 100)
            try machine.process(10, parent: 1, user: 5, system: 5, pss: 100)
            try machine.process(11, parent: 10, user: 50, system: 5, pss: 20)
            try machine.process(12, parent: 11, user: 0, system: 0, pss: 3)
            try machine.process(13, parent: 1, user: 7, system: 7, pss: 5000)
            let usage = ProcessUsage(folder: machine.folder.path, process: 10)
            let first = usage.measure()
            #expect(first["pid"] == 10 && first["kernel_memory"] == .int(123 * 1024))
            #expect(first["kernel_cpu"] == 0.0 && first["host_cpu_percent"] == nil)
            let memory = try #require(first["host_virtual_memory"])
            #expect(memory["total"] == .int(1000 * 1024) && memory["used"] == .int(600 * 1024))
            #expect(memory["percent"] == 60.0 && memory["slab"] == .int(5 * 1024))

            // A new process under an old number has used nothing yet.
            try machine.host(user: 130, idle: 110)
            try machine.process(11, parent: 10, user: 950, system: 5, pss: 20)
            try machine.process(12, parent: 11, user: 5_000_000, system: 0, started: 10, pss: 3)
            let second = usage.measure()
            #expect(second["host_cpu_percent"] == 75.0)
            let share = try #require(second["kernel_cpu"]?.double)
            #expect(share > 0 && share <= 900 * 1000 * 100)
        }

        @Test func theRequestIsAnsweredWhileACellRuns() throws {
            let interpreter = MockInterpreter(["endless": MockInterpreter.endless])
            try withKernel(interpreter) { client throws in
                let cell = client.execute("endless")
                interpreter.waitUntilRunning()
                let request = client.send("usage_request", on: .control)
                let usage = try client.reply(to: request, on: .control).content
                #expect(usage["pid"] == .int(Int(getpid())) && usage["hostname"]?.string?.isEmpty == false)
                #expect(try #require(usage["kernel_memory"]?.int) > 1 << 20)
                #expect(try #require(usage["cpu_count"]?.int) > 0)
                #expect(try #require(usage["host_virtual_memory"]?["available"]?.int) > 0)
                client.send("interrupt_request", on: .control)
                _ = try client.reply(to: cell)
            }
        }
    }
}
