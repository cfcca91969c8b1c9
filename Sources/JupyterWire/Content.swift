/// The contents of the messages a kernel sends: one function for each, so that nothing required is forgotten.
package enum Content {
    /// `status`: whether the kernel is at work.
    package static func status(_ state: ExecutionState) -> JSON { ["execution_state": .string(state.rawValue)] }

    /// What a kernel is doing.
    package enum ExecutionState: String, Sendable {
        /// It handles a request.
        case busy
        /// It has finished handling a request.
        case idle
    }

    /// `iopub_welcome`: a subscription has arrived, nothing is missed from here on.
    package static func welcome(subscription: String) -> JSON { ["subscription": .string(subscription)] }

    /// `execute_input`: what is being run, for those who did not send it.
    package static func executeInput(code: String, executionCount: Int) -> JSON {
        ["code": .string(code), "execution_count": .int(executionCount)]
    }

    /// `stream`: text that was printed.
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

    /// A reply that says why the request was not met; the members are those of the kind of reply.
    package static func failure(
        name: String, value: String, traceback: [String] = [], members: [String: JSON] = [:]
    ) -> JSON {
        let all = members.merging(self.members(ofError: name, value, traceback)) { _, last in last }
        return .object(all.merging(["status": "error"]) { _, last in last })
    }

    private static func members(ofError name: String, _ value: String, _ traceback: [String]) -> [String: JSON] {
        ["ename": .string(name), "evalue": .string(value), "traceback": .array(traceback.map(JSON.string))]
    }

    /// A reply that says the request was met, and how.
    package static func ok(_ members: [String: JSON] = [:]) -> JSON {
        .object(members.merging(["status": "ok"]) { _, last in last })
    }

    /// `input_request`: a question to the person in front.
    package static func inputRequest(prompt: String, isPassword: Bool) -> JSON {
        ["prompt": .string(prompt), "password": .bool(isPassword)]
    }
}
