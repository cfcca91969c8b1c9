import CWorker
import Glibc
import Tensors
import WorkerProtocol

extension WorkerReport.Failure {
    /// Describes an error that a cell did not catch, or that the library raised.
    init(_ error: any Error, kind: Kind, frames: [Frame]) {
        let name = String(describing: type(of: error))
        guard var operation = error as? any OperationError else {
            self.init(kind: kind, name: name, message: ErrorText.sentence(of: error), frames: frames)
            return
        }
        // Without its location the error reads "ShapeError in lenet › dense: …"; the kernel adds the cell's line.
        let place = operation.location.map { Place(cell: $0.file, line: $0.line) }
        operation.location = nil
        let subject = operation.path.isEmpty ? operation.operation : operation.path.joined(separator: " › ")
        let prefix = "\(name) in \(subject): "
        let text = operation.description
        let message = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
        self.init(kind: kind, name: name, subject: subject, place: place, message: message, frames: frames)
    }

    /// Describes the error of a `try!` in the calling code, as `cw_watch_failed_tries` reports it.
    init?(triedBy box: UnsafeRawPointer?, _ file: UnsafePointer<CChar>?, _ length: Int, _ line: Int) {
        guard let box, let file else { return nil }
        let error = unsafeBitCast(box, to: (any Error).self)
        self.init(error, kind: .thrown, frames: Backtrace.frames(Backtrace.here()))
        let name = String(decoding: UnsafeRawBufferPointer(start: file, count: length), as: UTF8.self)
        if name.hasPrefix("cell ") { place = Place(cell: name, line: line) }
    }

    /// The failure of a cell that was interrupted.
    static func stopped(_ occasion: String, at frames: [Frame]) -> Self {
        .init(kind: .stopped, name: "Interrupted", message: "the cell was stopped \(occasion)", frames: frames)
    }

    /// Describes what a signal handler reported.
    init(_ event: cw_event) {
        let frames = Backtrace.frames(of: event)
        switch event.kind {
        case CW_STOPPED:
            self = .stopped("in the middle of its code", at: frames)
        case CW_STACK_OVERFLOW:
            self.init(
                kind: .stackOverflow, name: "StackOverflow",
                message: "calls are nested too deeply: does a function call itself without end?", frames: frames)
        case CW_THREAD_ENDED:
            self.init(
                kind: .trapped, name: "ThreadEnded",
                message: "the code ended its own thread with `pthread_exit`: return from it, or throw an error",
                frames: frames)
        default:
            self.init(kind: .trapped, name: "Trap", message: Self.description(of: event), frames: frames)
        }
    }

    private static func description(of event: cw_event) -> String {
        switch event.signal {
        case SIGSEGV, SIGBUS:
            "memory at address 0x\(String(event.fault_address, radix: 16)) cannot be accessed: check unsafe pointers"
        case SIGFPE: "invalid arithmetic, such as an integer division by zero in C"
        default: "the code stopped itself: a precondition failed"
        }
    }
}
