import Foundation
import Tensors

/// A file name of its own in a folder for such.
func temporaryPath(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)-\(name)").path
}

/// The text of an error.
func text(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
}

/// Runs a computation that fails as it does in a notebook: its thread ends where it is, and the others go on.
func failing(_ body: @escaping @Sendable () throws -> Void) {
    let ended = DispatchSemaphore(value: 0)
    Failure.handler = { _ in
        ended.signal()
        while true { sleep(1000) }
    }
    Thread.detachNewThread {
        try? body()
        fatalError("it should have failed")
    }
    ended.wait()
}
