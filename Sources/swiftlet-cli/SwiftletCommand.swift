import ArgumentParser
import JupyterKernel

/// Swift for Jupyter, with networks: the command behind the kernel.
@main
struct SwiftletCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftlet",
        abstract: "Swift for Jupyter: compiled cells that define and train neural networks.",
        version: Kernel.version,
        subcommands: [
            InstallCommand.self, UninstallCommand.self, KernelCommand.self, WorkerCommand.self,
            LanguageServiceCommand.self, RunCommand.self,
            DoctorCommand.self,
        ])
}
