import Cells
import Foundation
import JupyterWire
import Synchronization
import WorkerProtocol

/// Code that runs because a widget was moved.
extension WorkerSession {
    /// Hands a front end's message to the worker, and waits until it is taken.
    ///
    /// - Returns: Whether there is a worker.
    @discardableResult
    func deliver(_ message: CommMessage, output: any OutputSink) -> Bool {
        guard let connection = state.withLock({ $0.connection }) else { return false }
        comms.deliver(message, output: output, to: connection)
        return true
    }

    /// Stops code that runs because of a widget while no cell runs.
    func interruptCallbacks() {
        if state.withLock({ $0.running != nil }) { _ = interrupt() }
    }

    /// Shows what went wrong in code that ran because of a widget: in the code's area for output, or under the cell that asked for it.
    func show(_ error: CellError, of callback: WorkerComms.Callback) {
        if let area = callback.output {
            state.withLock { $0.connection }?.send(
                .callbackFailed(output: area, name: error.name, message: error.value, traceback: error.traceback))
        } else {
            let text = error.traceback.joined(separator: "\n") + "\n"
            output(of: callback.origin)?.write(text.utf8, to: .stderr)
        }
    }

    /// The message that was delivered last was handled to its end.
    func messageHandled() {
        if comms.messageHandled() { takeCallbackTurn() }
    }

    /// Has the code run that widgets have waiting, once no cell runs.
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
        while true {
            let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
            let connection = state.withLock { state in
                state.running = state.connection == nil ? nil : number
                state.ending = nil
                return state.connection
            }
            guard let connection else { return }
            connection.send(.runCallbacks(serial: number))
            let ending = waitForEnd()
            let (activity, outputs, failed) = state.withLock { state in
                defer { (state.callbackActivity, state.callbackOutputs, state.failedCallback) = (nil, [], nil) }
                return (state.callbackActivity, state.callbackOutputs, state.failedCallback)
            }
            if case .failed(let failure, let fatalError) = ending, let failed {
                show(describe(failure, fatalError), of: failed)
            }
            // The next cell is told.
            if case .died(let death) = ending { state.withLock { $0.death = death } }
            for output in outputs { output.drain() }
            activity?.workEnded()
            // Behind code that has failed there may be more.
            guard case .failed = ending else { return }
        }
    }

    /// A job begins to run code because of a widget. Without a cell, it is for the front end's message that the kernel is busy.
    func begin(_ callback: WorkerComms.Callback, serial: Int) {
        comms.run(callback, serial: serial)
        let (sink, output) = (comms.lastOutput, output(of: callback.origin))
        let isFirst = state.withLock { state in
            guard state.running == serial else { return false }
            if callback.output == nil, let output { state.callbackOutputs.append(output) }
            defer { state.callbackActivity = sink }
            return state.callbackActivity == nil
        }
        if isFirst { sink?.workGoesOn() }
    }
}
