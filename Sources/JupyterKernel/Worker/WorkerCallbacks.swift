import Cells
import Foundation
import JupyterWire
import Synchronization
import WorkerProtocol

/// What the callbacks of one job have shown, and for whom they run.
struct CallbackTurn {
    /// Told that the kernel is busy; `nil` until a callback has begun.
    var activity: (any OutputSink)?
    /// The outputs of the cells under which callbacks print.
    var outputs: [any OutputSink] = []
    /// The callback that failed.
    var failed: WorkerComms.Callback?
}

/// Callbacks that run because a widget was moved.
extension WorkerSession {
    /// Delivers a front end's message to the worker, and waits until it is taken.
    ///
    /// - Returns: Whether there is a worker.
    @discardableResult
    func deliver(_ message: CommMessage, output: any OutputSink) -> Bool {
        guard let worker = state.withLock({ $0.machine.worker }) else { return false }
        comms.deliver(message, output: output, to: worker)
        return true
    }

    /// Stops callbacks that run while no cell runs, or else what earlier cells have started and still runs.
    func interruptBackground() {
        if state.withLock({ $0.machine.job != nil }) {
            interrupt()
        } else {
            state.withLock { $0.machine.worker }?.send(.interrupt(serial: 0))
        }
    }

    /// Shows the error of a callback: in its output area, or below the cell that registered it.
    func show(_ error: CellError, of callback: WorkerComms.Callback) {
        if let area = callback.output {
            state.withLock { $0.machine.worker }?.send(
                .callbackFailed(output: area, name: error.name, message: error.value, traceback: error.traceback))
        } else {
            let text = error.traceback.joined(separator: "\n") + "\n"
            output(of: callback.origin)?.write(text.utf8, to: .stderr)
        }
    }

    /// The message that was delivered last has been handled: callbacks that waited for that may run.
    func messageHandled() {
        if comms.messageHandled() { takeCallbackTurn() }
    }

    /// Runs the callbacks that are waiting, as soon as no cell runs.
    func takeCallbackTurn() {
        let isFirst = state.withLock { state in
            defer { state.isCallbackTurnComing = true }
            return !state.isCallbackTurnComing
        }
        if isFirst { Thread.detachNewThread { self.runCallbacks() } }
    }

    private func runCallbacks() {
        turn.lock()
        defer { turn.unlock() }
        state.withLock { $0.isCallbackTurnComing = false }
        // More callbacks may wait behind one that failed.
        while case .failed? = runCallbackJob() {}
    }

    /// Runs one job of callbacks to its end; `nil` if there is no worker.
    private func runCallbackJob() -> WorkerJob.Ending? {
        // The callbacks may be those of a snapshot that is taking over.
        replacing.withLock { _ in }
        let job = newJob(.callbacks)
        let (start, worker) = state.withLock { ($0.machine.begin(job), $0.machine.worker) }
        guard case .begun(let ended) = start, let worker else { return nil }
        worker.send(.runCallbacks(serial: job.serial))
        let ending = ended.wait()
        let turn = state.withLock { state in
            defer { state.callbackTurn = CallbackTurn() }
            return state.callbackTurn
        }
        if case .failed(let failure, let fatalError) = ending, let failed = turn.failed {
            show(describe(failure, fatalError), of: failed)
        }
        for output in turn.outputs { output.drain() }
        turn.activity?.workEnded()
        return ending
    }

    /// A callback begins. If it belongs to no cell's run, the kernel is busy for the front end's message.
    func begin(_ callback: WorkerComms.Callback, serial: Int) {
        comms.run(callback, serial: serial)
        let (sink, output) = (comms.lastOutput, output(of: callback.origin))
        let isFirst = state.withLock { state in
            guard state.machine.serial == serial else { return false }
            if callback.output == nil, let output { state.callbackTurn.outputs.append(output) }
            guard state.callbackTurn.activity == nil else { return false }
            state.callbackTurn.activity = sink
            return true
        }
        if isFirst { sink?.workGoesOn() }
    }
}
