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

/// How long a canceled task may take to end before the cell stops waiting for it.
private let patience = Duration.milliseconds(300)

/// Waits, on a cell's thread, for the value of a top-level `await`. An interrupt cancels the task and stops the cell.
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
    let stopping = WorkerProcess.current?.stopping
    stopping?.isAwaiting = true
    var isEnded = false
    while !isEnded {
        isEnded = done.wait(timeout: .now() + .milliseconds(50)) == .success
        // The task's own thread may have failed, which ends the cell.
        if serial > 0, WorkerProcess.current?.runningSerial != serial { cw_park() }
        // A training in the task stops by itself, and the cell goes on.
        guard serial > 0, Interruption.isRequested, !Interruption.isDeferred, stopping?.concerns(serial) == true else {
            continue
        }
        task.cancel()
        if !isEnded { _ = done.wait(timeout: .now() + patience / .seconds(1)) }
        WorkerProcess.current?.stopHere("while it awaited a task")
    }
    stopping?.isAwaiting = false
    guard let result = box.result else { fatalError("the task ended without a result") }
    return try result.get()
}
