import Foundation
import JupyterWire
import Synchronization

/// A line below the cell that shows a package's progress and, at the end, what can be imported.
final class PackageProgress {
    private static let interval = Duration.milliseconds(250)

    private let title: String
    private let output: any OutputSink
    private let identifier = UUID().uuidString.lowercased()
    private var lastShown: ContinuousClock.Instant?

    init(_ requests: [PackageRequest], _ output: any OutputSink) {
        title = requests.map(\.name).joined(separator: ", ")
        self.output = output
    }

    /// Shows a line of SwiftPM, unless another one was shown just now.
    func show(_ line: String) {
        let now = ContinuousClock.now
        if let lastShown, now - lastShown < Self.interval { return }
        set("\(title): \(line)")
    }

    /// Shows what can be imported.
    func end(_ text: String) { set(text) }

    /// Shows that the build has failed, if its progress was shown.
    func fail() { if lastShown != nil { set("\(title): not built") } }

    private func set(_ text: String) {
        if lastShown == nil {
            output.display(.text(text), id: identifier)
        } else {
            output.update(.text(text), id: identifier)
        }
        lastShown = .now
    }
}
