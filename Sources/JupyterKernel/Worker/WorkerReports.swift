import Foundation
import Synchronization
import WorkerProtocol

/// Handles what the worker reports.
extension WorkerSession {
    func handle(_ event: WorkerConnection.Event) {
        switch event {
        case .printed(let bytes, let stream): print(bytes, to: stream, serial: 0)
        case .report(let report): handle(report)
        case .failing(let failure): state.withLock { $0.machine.failureBegan(failure, at: .now) }
        case .stillFailing(let worker): endIfStuck(worker)
        case .recovered(let failure): state.withLock { $0.machine.failureHandled(failure) }
        case .isCutOff: state.withLock { $0.evidence.wasCutOff = true }
        case .ended(let status): replaceWorker(thatEndedWith: status)
        }
    }

    /// The output of a cell; the newest one's for what belongs to none.
    func output(of serial: Int) -> (any OutputSink)? {
        comms.output(of: serial) ?? state.withLock { $0.outputs[serial] }
    }

    private func print(_ bytes: [UInt8], to stream: StandardStream, serial: Int) {
        let (output, visible) = state.withLock { state in
            // The error that ends a cell repeats what the runtime prints; for a thread of an earlier cell nothing does.
            let mayEndCell =
                stream == .stderr && (serial == 0 || serial == state.machine.serial || comms.isRunning(for: serial))
            return (state.outputs[serial], mayEndCell ? state.evidence.fatalErrors.pass(bytes) : bytes)
        }
        if !visible.isEmpty { output?.write(visible, to: stream) }
    }

    private func handle(_ report: WorkerReport) {
        switch report {
        case .ready: break
        case .snapshot(let error): state.withLock { $0.machine.snapshotEnded(error: error) }
        case .ending(let frames): state.withLock { $0.evidence.frames = frames }
        case .stopping(let serial): state.withLock { $0.machine.stopping(serial, at: .now) }
        case .printed(let serial, let stream, let bytes, _):
            print(Array(bytes), to: stream, serial: serial)
        case .display(let serial, let value, let identifier):
            output(of: serial)?.display(value, id: identifier)
        case .update(let serial, let value, let identifier):
            output(of: serial)?.update(value, id: identifier)
        case .result(let serial, let value): output(of: serial)?.result(value)
        case .note(let serial, let note):
            let text = (locate(note).map { "\($0): " } ?? "") + note.message
            // The optimizer may have made several calls of one line.
            let isNew = shownNotes.withLock { shown in
                if shown.serial != serial { shown = (serial, []) }
                return shown.texts.insert(text).inserted
            }
            if isNew { output(of: serial)?.display(.note(text), id: nil) }
        case .clearOutput(let serial, let wait): output(of: serial)?.clearOutput(wait: wait)
        case .input(let serial, let prompt, let isPassword):
            let output = output(of: serial)
            // Reports must be handled meanwhile.
            Thread.detachNewThread {
                let line: String?
                do throws(InputError) {
                    line = try output?.input(prompt: prompt, isPassword: isPassword)
                } catch {
                    // An interrupt ends the wait by itself; a front end that cannot ask means the end of input.
                    if error == .interrupted { return }
                    line = nil
                }
                self.state.withLock { $0.machine.worker }?.send(.input(line))
            }
        case .finished(let serial):
            _ = comms.end(serial: serial)
            end(serial, failed: nil) { _ in .finished }
        case .failed(let serial, let failure):
            let callback = comms.end(serial: serial)
            if !end(serial, failed: callback, { .failed(failure, fatalError: $0) }), let callback {
                let fatalError = state.withLock { $0.evidence.fatalErrors.take() }
                // Symbolizing the frames takes another program's time.
                Thread.detachNewThread { self.show(self.describe(failure, fatalError), of: callback) }
            }
        case .comm(let serial, let comm): comms.forward(comm, to: output(of: serial))
        case .commTaken(let number): comms.taken(number)
        case .openComms(let ids): comms.begin(with: ids, output: output(of: 0))
        case .callbacksWait: if comms.mayRunCallbacks() { takeCallbackTurn() }
        case .callback(let serial, let origin, let area): begin(.init(origin: origin, output: area), serial: serial)
        case .unstoppable(let serial):
            state.withLock { $0.machine.serial == serial ? $0.machine.worker : nil }?.kill()
        }
    }

    /// Ends a job.
    ///
    /// - Parameter callback: Which callback has failed.
    /// - Returns: Whether the job was running.
    @discardableResult
    private func end(
        _ serial: Int, failed callback: WorkerComms.Callback?, _ ending: (_ fatalError: FatalError?) -> WorkerJob.Ending
    ) -> Bool {
        state.withLock { state in
            guard state.machine.serial == serial else { return false }
            state.callbackTurn.failed = callback
            state.machine.jobEnded(serial, ending(state.evidence.fatalErrors.take()))
            return true
        }
    }
}
