import ArgumentParser
import Cells

/// Answers questions about cells that are being written: what the kernel starts.
struct LanguageServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "language-service", abstract: "Complete and explain code for a kernel (the kernel calls this).",
        shouldDisplay: false)

    func run() throws { try LanguageService.run() }
}
