import ArgumentParser
import Swiftlet
import Worker

/// Runs a kernel's cells. The kernel starts this command.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Run cells for a kernel (the kernel calls this).", shouldDisplay: false)

    func run() throws {
        TrainingDisplay.install()
        WorkerProcess.run()
    }
}
