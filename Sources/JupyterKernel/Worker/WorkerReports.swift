import Foundation
import Synchronization
import WorkerProtocol

/// What the worker reports, and to whom it goes.
extension WorkerSession {
    func handle(_ event: WorkerConnection.Event) {
        switch event {
        case .printed(let bytes, let stream): print(bytes, to: stream, serial: 0)
        case .report(let report): handle(report)
        case .ended(let status): replaceWorker(thatEndedWith: status)
        }
    }

    /// The output of a cell, or, for what belongs to none, of the newest.
    func output(of serial: Int) -> (any OutputSink)? {
        comms.output(of: serial) ?? state.withLock { $0.outputs[serial] }
    }

    private func print(_ bytes: [UInt8], to stream: StandardStream, serial: Int) {
        let (output, visible) = state.withLock { state in
            // The error that ends a cell says what the run time prints about it; for a thread of an earlier cell nobody else does.
            let mayEndCell =
                stream == .stderr && (serial == 0 || serial == state.running || comms.isRunning(for: serial))
            return (state.outputs[serial], mayEndCell ? state.fatalErrors.pass(bytes) : bytes)
        }
        if !visible.isEmpty { output?.write(visible, to: stream) }
    }

    private func handle(_ report: WorkerReport) {
        let running = state.withLock { $0.running }
        switch report {
        case .ready: break
        case .snapshot(let error):
            let isAwaited = state.withLock { state in
                state.snapshotError = error
                defer { state.isMakingSnapshot = false }
                return state.isMakingSnapshot
            }
            if isAwaited { ended.signal() }
        case .ending(let frames): state.withLock { $0.lastWords = frames }
        case .stopping(let serial):
            if serial == running { state.withLock { $0.lastSign = .now } }
        case .printed(let serial, let stream, let bytes, _):
            print(Array(bytes), to: stream, serial: serial)
        case .display(let serial, let value, let identifier):
            output(of: serial)?.display(value, id: identifier)
        case .update(let serial, let value, let identifier):
            output(of: serial)?.update(value, id: identifier)
        case .result(let serial, let value): output(of: serial)?.result(value)
        case .clearOutput(let serial, let wait): output(of: serial)?.clearOutput(wait: wait)
        case .input(let serial, let prompt):
            let output = output(of: serial)
            // The pump must go on meanwhile.
            Thread.detachNewThread {
                let line: String?
                do throws(InputError) {
                    line = try output?.input(prompt: prompt, isPassword: false)
                } catch {
                    // An interrupt ends the wait by itself; a front end that cannot ask is the end of input.
                    if error == .interrupted { return }
                    line = nil
                }
                self.state.withLock { $0.connection }?.send(.input(line))
            }
        case .finished(let serial):
            _ = comms.end(serial: serial)
            if serial == running { end { _ in .finished } }
        case .failed(let serial, let failure):
            let callback = comms.end(serial: serial)
            if serial == running {
                state.withLock { $0.failedCallback = callback }
                end { .failed(failure, fatalError: $0) }
            } else if let callback {
                let fatalError = state.withLock { $0.fatalErrors.take() }
                // Another program is asked for the lines.
                Thread.detachNewThread { self.show(self.describe(failure, fatalError), of: callback) }
            }
        case .comm(let serial, let comm): comms.forward(comm, to: output(of: serial))
        case .commTaken(let number): comms.taken(number)
        case .openComms(let ids): comms.begin(with: ids, output: output(of: 0))
        case .callbacksWait: if comms.mayRunCallbacks() { takeCallbackTurn() }
        case .callback(let serial, let origin, let area): begin(.init(origin: origin, output: area), serial: serial)
        case .unstoppable(let serial): if serial == running { state.withLock { $0.connection }?.kill() }
        }
    }

    /// Wakes the thread that waits for the cell, if one does.
    private func end(_ ending: (_ fatalError: FatalError?) -> Ending) {
        let isWaiting = state.withLock { state in
            let fatalError = state.fatalErrors.take()
            guard state.running != nil, state.ending == nil else { return false }
            state.ending = ending(fatalError)
            return true
        }
        if isWaiting { ended.signal() }
    }
}
