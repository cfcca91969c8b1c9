import CWorker
import Dispatch
import Synchronization
import Tensors

/// A task's result, passed from the task's thread to the thread that waits.
private final class PendingResult<Value, Failure: Error>: @unchecked Sendable {
    let body: () async throws(Failure) -> Value
    var result: Result<Value, Failure>?

    init(_ body: @escaping () async throws(Failure) -> Value) { self.body = body }
}

/// Waits, on a cell's thread, for the value of a top-level `await`. An interrupt cancels the task.
@_silgen_name("swiftlet_await")
public func awaitResult<Value, Failure: Error>(
    _ body: @escaping () async throws(Failure) -> Value
) throws(Failure) -> Value {
    let box = PendingResult(body)
    let done = DispatchSemaphore(value: 0)
    let task = Task.detached {
        do throws(Failure) {
            box.result = .success(try await box.body())
        } catch {
            box.result = .failure(error)
        }
        done.signal()
    }
    let serial = Int(cw_current_serial())
    while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
        if Interruption.isRequested { task.cancel() }
        // The task's own thread may have failed, which ends the cell.
        if serial > 0, WorkerProcess.current?.runningSerial != serial { cw_park() }
    }
    guard let result = box.result else { fatalError("the task ended without a result") }
    return try result.get()
}
