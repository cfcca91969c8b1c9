import ArgumentParser
import Cells

/// Completes and explains code of cells. The kernel starts this command.
struct LanguageServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "language-service", abstract: "Complete and explain code for a kernel (the kernel calls this).",
        shouldDisplay: false)

    func run() throws { try LanguageService.run() }
}
