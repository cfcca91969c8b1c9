/// The contents of the messages that a kernel sends: one function for each, with the required members as parameters.
package enum Content {
    /// `status`: whether the kernel is busy.
    package static func status(_ state: ExecutionState) -> JSON { ["execution_state": .string(state.rawValue)] }

    /// The state of a kernel.
    package enum ExecutionState: String, Sendable {
        /// The kernel handles a request.
        case busy
        /// The kernel has finished handling a request.
        case idle
    }

    /// `iopub_welcome`: a subscription has arrived; no message is missed from here on.
    package static func welcome(subscription: String) -> JSON { ["subscription": .string(subscription)] }

    /// `execute_input`: the code that runs, for front ends that did not send it.
    package static func executeInput(code: String, executionCount: Int) -> JSON {
        ["code": .string(code), "execution_count": .int(executionCount)]
    }

    /// `stream`: printed text.
    package static func stream(name: String, text: String) -> JSON { ["name": .string(name), "text": .string(text)] }

    /// `display_data` and `update_display_data`.
    package static func display(data: JSON, metadata: JSON, id: String?) -> JSON {
        ["data": data, "metadata": metadata, "transient": id.map { ["display_id": .string($0)] } ?? [:]]
    }

    /// `execute_result`: the value of a cell.
    package static func executeResult(data: JSON, metadata: JSON, executionCount: Int) -> JSON {
        ["data": data, "metadata": metadata, "execution_count": .int(executionCount)]
    }

    /// `clear_output`.
    package static func clearOutput(wait: Bool) -> JSON { ["wait": .bool(wait)] }

    /// `error`: a cell failed.
    package static func error(name: String, value: String, traceback: [String]) -> JSON {
        .object(members(ofError: name, value, traceback))
    }

    /// An error reply; `members` are those of the reply's type.
    package static func failure(
        name: String, value: String, traceback: [String] = [], members: [String: JSON] = [:]
    ) -> JSON {
        let all = members.merging(self.members(ofError: name, value, traceback)) { _, last in last }
        return .object(all.merging(["status": "error"]) { _, last in last })
    }

    private static func members(ofError name: String, _ value: String, _ traceback: [String]) -> [String: JSON] {
        ["ename": .string(name), "evalue": .string(value), "traceback": .array(traceback.map(JSON.string))]
    }

    /// The reply to a request that was given up unhandled.
    package static func aborted() -> JSON { ["status": "aborted"] }

    /// A successful reply.
    package static func ok(_ members: [String: JSON] = [:]) -> JSON {
        .object(members.merging(["status": "ok"]) { _, last in last })
    }

    /// `input_request`: a question to the user.
    package static func inputRequest(prompt: String, isPassword: Bool) -> JSON {
        ["prompt": .string(prompt), "password": .bool(isPassword)]
    }
}
