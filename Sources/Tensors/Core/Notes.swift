internal import Glibc
internal import Synchronization

/// Remarks on code that runs but may not do what was meant: inputs that are not scaled, operands that stretch each
/// other, a loss that explodes.
///
/// A notebook shows a note as one line beside the cell's output, once for each line of the cell; other programs print
/// it on standard error. Notes change nothing in what is computed.
/// ```swift
/// Notes.isEnabled = false                 // from here on there are none, the compiler's included
/// ```
public enum Notes {
    private static let isOn = Atomic<Bool>(true)
    private static let shown = Mutex<Set<Note>>([])

    /// Whether notes are shown. True at the beginning.
    public static var isEnabled: Bool {
        get { isOn.load(ordering: .relaxed) }
        set { isOn.store(newValue, ordering: .relaxed) }
    }

    /// The function that shows notes instead of printing them, if any. Set once, before tensors are used. It is called
    /// on the thread that posts, and decides what was shown already.
    package nonisolated(unsafe) static var handler: (@Sendable (Note) -> Void)?

    /// Shows a note, unless they are disabled.
    ///
    /// - Parameters:
    ///   - kind: What the note is about. A line of a cell shows one note of each kind.
    ///   - message: What was seen, with shapes or values.
    ///   - hint: What to do about it.
    ///   - path: The layers in which it was seen, outermost first.
    @inline(never)
    package static func post(
        _ kind: StaticString, _ message: @autoclosure () -> String, hint: @autoclosure () -> String = "",
        path: [String] = LayerPath.current
    ) {
        guard isEnabled else { return }
        let note = Note(kind: "\(kind)", message: message(), hint: hint(), path: path)
        if let collector = ThreadContext.current.noteCollector {
            collector.add(note)
        } else if let handler {
            handler(note)
        } else if shown.withLock({ $0.insert(note).inserted }) {
            let line = Array("note: \(note)\n".utf8)
            _ = write(STDERR_FILENO, line, line.count)
        }
    }

    /// Runs a computation and returns the notes that it posts on this thread, each once, instead of showing them.
    package static func collecting<R>(_ body: () throws -> R) rethrows -> (result: R, notes: [Note]) {
        let context = ThreadContext.current, before = context.noteCollector
        let collector = NoteCollector()
        context.noteCollector = collector
        defer { context.noteCollector = before }
        return (try body(), collector.notes)
    }
}

/// A remark on code that runs but may not do what was meant.
package struct Note: Sendable, Hashable, CustomStringConvertible {
    /// What it is about.
    package let kind: String
    /// What was seen, with shapes or values.
    package let message: String
    /// What to do about it.
    package let hint: String
    /// The layers in which it was seen, outermost first.
    package let path: [String]

    /// `lenet: the training inputs go from 0 to 255; divide them by 255`.
    package var description: String {
        (path.isEmpty ? "" : path.joined(separator: " › ") + ": ") + message + (hint.isEmpty ? "" : "; \(hint)")
    }
}

/// The notes of one computation.
final class NoteCollector {
    private(set) var notes: [Note] = []

    func add(_ note: Note) { if !notes.contains(note) { notes.append(note) } }
}
