import Foundation
import Synchronization
import WorkerProtocol

/// A progress bar, with the rate and the remaining time.
///
/// In a notebook it is updated in place, at most a few times a second, however often ``advance(by:note:)`` is called;
/// in a terminal it is one line of text that is overwritten.
///
/// ```swift
/// let bar = ProgressBar(total: 1000, label: "drawing", unit: "samples")
/// var sum = 0.0
/// for _ in 0..<1000 { sum += Double(Tensor.normal([100]).mean().item()); bar.advance() }
/// bar.finish()
/// ```
public final class ProgressBar: Sendable {
    private struct State {
        var done = 0
        var note = ""
        var lastShown: ContinuousClock.Instant?
        var handle: DisplayHandle?
        var isFinished = false
    }

    /// The total number of units of work.
    public let total: Int
    /// The text before the bar.
    public let label: String
    /// The name of the units: with `"images"`, the rate reads "images/s".
    public let unit: String

    private let started = ContinuousClock.now
    private let interval: Duration
    private let state = Mutex(State())

    /// Creates a bar at zero. It is shown at the first call of ``advance(by:note:)``.
    ///
    /// - Parameters:
    ///   - total: The total number of units of work.
    ///   - label: The text before the bar.
    ///   - unit: The name of the units.
    ///   - interval: The minimum time between two updates.
    public init(total: Int, label: String = "", unit: String = "steps", interval: Duration = .milliseconds(250)) {
        self.total = max(total, 1)
        self.label = label
        self.unit = unit
        self.interval = interval
    }

    /// The number of completed units.
    public var completed: Int { state.withLock { $0.done } }

    /// Records progress, and updates the bar if the interval has passed.
    ///
    /// - Parameters:
    ///   - count: The number of units completed since the last call.
    ///   - note: Additional text, such as a loss. Evaluated only when the bar is updated.
    public func advance(by count: Int = 1, note: @autoclosure () -> String = "") {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            state.done = min(max(state.done + count, 0), total)
            guard !state.isFinished else { return false }
            if let last = state.lastShown, now - last < interval { return false }
            state.lastShown = now
            return true
        }
        if isDue {
            let text = note()
            state.withLock { $0.note = text }
            draw()
        }
    }

    /// Updates the bar a last time: it is full, or, after an interruption, shows the progress so far.
    public func finish(note: String? = nil) {
        let isFirst = state.withLock { state in
            if let note { state.note = note }
            defer { state.isFinished = true }
            return !state.isFinished
        }
        if isFirst { draw() }
    }

    /// The bar as it is now.
    private func view(_ snapshot: State) -> ProgressView {
        ProgressView(
            label: label, unit: unit, done: snapshot.done, total: total, elapsed: ContinuousClock.now - started,
            note: snapshot.note, isFinished: snapshot.isFinished)
    }

    private func draw() {
        let snapshot = state.withLock { $0 }
        let view = view(snapshot)
        guard FrontEnd.isNotebook else {
            FileHandle.standardError.write(Data(("\r" + view.text + (snapshot.isFinished ? "\n" : "")).utf8))
            return
        }
        if let handle = snapshot.handle {
            handle.update(view)
        } else {
            let handle = display(view)
            state.withLock { $0.handle = handle }
        }
    }
}

extension ProgressBar: Displayable, CustomStringConvertible {
    /// The bar as a line of text.
    public var description: String { view(state.withLock { $0 }).text }
    /// The bar as it is now. It shows itself as it advances.
    public var mimeBundle: MimeBundle { view(state.withLock { $0 }).mimeBundle }
}

extension ProgressBar: Inspectable {
    package var inspection: Inspection {
        Inspection(
            (label.isEmpty ? "" : label + " ")
                + "\(ProgressView.grouped(completed))/\(ProgressView.grouped(total)) \(unit)")
    }
}

/// One drawing of a progress bar.
package struct ProgressView: Displayable, CustomStringConvertible {
    package let label: String
    package let unit: String
    package let done: Int
    package let total: Int
    package let elapsed: Duration
    package let note: String
    package let isFinished: Bool

    package init(
        label: String, unit: String, done: Int, total: Int, elapsed: Duration, note: String, isFinished: Bool
    ) {
        self.label = label
        self.unit = unit
        self.done = done
        self.total = total
        self.elapsed = elapsed
        self.note = note
        self.isFinished = isFinished
    }

    private var seconds: Double { elapsed / .seconds(1) }
    private var fraction: Double { Double(done) / Double(total) }

    /// "12,800/60,000 images · 15,200 images/s · 3 s left".
    var figures: String {
        var parts = ["\(Self.grouped(done))/\(Self.grouped(total)) \(unit)"]
        if seconds > 0, done > 0 {
            let rate = Double(done) / seconds
            parts.append((rate < 10 ? String(format: "%.1f", rate) : Self.grouped(Int(rate))) + " \(unit)/s")
            parts.append(
                isFinished ? Self.clock(seconds) : Self.clock(seconds * (1 - fraction) / fraction) + " left")
        }
        if !note.isEmpty { parts.append(note) }
        return parts.joined(separator: " · ")
    }

    /// 60000 as "60,000". (Foundation's formatters would load the data of all languages.)
    package static func grouped(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// A duration in a suitable unit: "4.2 s", "1:05 min", "2:00:00 h".
    package static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "–" }
        if seconds < 9.95 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return String(format: "%d:%02d min", whole / 60, whole % 60) }
        return String(format: "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60)
    }

    package var text: String {
        let width = 24
        let filled = Int((fraction * Double(width)).rounded())
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return (label.isEmpty ? "" : label + " ") + bar + " " + figures
    }

    package var description: String { text }

    package var mimeBundle: MimeBundle {
        let percent = String(format: "%.1f", fraction * 100)
        let color = isFinished && done < total ? "#d98c21" : "#3b8bd4"
        return .html(
            """
            <div class="swiftlet-progress" role="progressbar" \
            aria-valuenow="\(percent)" aria-valuemin="0" aria-valuemax="100" \
            style="display:flex;align-items:center;gap:.8em;\
            font-family:var(--jp-ui-font-family,sans-serif);font-size:13px">\
            <span>\(label.htmlEscaped)</span>\
            <span style="flex:0 0 16em;height:.7em;border-radius:.35em;\
            background:rgba(128,128,128,.25);overflow:hidden">\
            <span style="display:block;height:100%;width:\(percent)%;background:\(color)"></span></span>\
            <span style="font-variant-numeric:tabular-nums">\(figures.htmlEscaped)</span></div>
            """, text: text)
    }
}
