import JupyterWire
import Processes

/// Requests for the user's input, one at a time.
final class StandardInput: Sendable {
    private struct Question {
        let messageID: String
        let identities: [[UInt8]]
        var answer: Result<String, InputError>?
    }

    private struct State {
        var question: Question?
        var isClosed = false
    }

    private let state = Monitor(State())
    private let session: Session
    private let outbox: Outbox

    init(session: Session, outbox: Outbox) {
        self.session = session
        self.outbox = outbox
    }

    /// Asks the front end that sent a request, and waits for the answer.
    func ask(prompt: String, isPassword: Bool, for request: Message) throws(InputError) -> String {
        let message = session.message(
            "input_request", Content.inputRequest(prompt: prompt, isPassword: isPassword), parent: request.header.json,
            identities: request.identities)
        let question = Question(messageID: message.header.messageID, identities: request.identities)
        let isAsked = state.wait { state -> Bool? in
            if state.isClosed { return false }
            guard state.question == nil else { return nil }
            state.question = question
            return true
        }
        guard isAsked else { throw .interrupted }
        outbox.post(message, on: .stdin)
        return try state.wait { state -> Result<String, InputError>? in
            guard let answer = state.question?.answer else { return nil }
            state.question = nil
            return answer
        }.get()
    }

    /// Handles an `input_reply`. One that does not belong to the open question is late, and dropped.
    func receive(_ message: Message) {
        guard message.type == "input_reply", let value = message.content["value"]?.string else { return }
        state.withLock { state in
            guard let question = state.question, question.identities == message.identities else { return }
            // Not every front end sends a parent header.
            let answered = message.parentHeader["msg_id"]?.string
            guard answered == nil || answered == question.messageID else { return }
            state.question?.answer = .success(value)
        }
    }

    /// Ends the open question without an answer.
    func interrupt() {
        state.withLock { $0.question?.answer = .failure(.interrupted) }
    }

    /// Ends the open question without an answer, and rejects later ones.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.question?.answer = .failure(.interrupted)
        }
    }
}
