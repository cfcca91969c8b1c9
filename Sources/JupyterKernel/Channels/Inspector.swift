import JupyterWire
import Synchronization

/// Answers `debug_request`: shows the variables of the notebook to a front end's panel.
///
/// The requests are those of the Debug Adapter Protocol and the few that Jupyter added to it. A compiled cell cannot be
/// stepped through; so what is about breakpoints and threads is answered with none.
final class Inspector: Sendable {
    private struct State {
        var isStarted = false
        /// The variables as they were when last asked for, unless a cell was run since.
        var variables: [Variable]?
        /// The variables a front end knows, by the number it asks for their parts with.
        var parts: [Int: [Variable]] = [:]
        /// What was last shown, for as long as a cell runs.
        var shown: JSON = []
    }

    private let interpreter: any Interpreter
    private let state = Mutex(State())

    init(interpreter: any Interpreter) { self.interpreter = interpreter }

    /// Whether an answer takes the interpreter, which is another's while a cell runs.
    func needsInterpreter(_ request: Message) -> Bool {
        switch request.content["command"]?.string {
        case "inspectVariables": state.withLock { $0.variables == nil }
        case "richInspectVariables": true
        default: false
        }
    }

    /// Says that variables may have changed.
    func forget() { state.withLock { $0.variables = nil } }

    /// The content of the `debug_reply`.
    /// - Parameter mayAsk: Whether the interpreter may be asked; if not, what was last known counts.
    func reply(to request: JSON, mayAsk: Bool) -> JSON {
        let arguments = request["arguments"] ?? [:]
        let command = request["command"]?.string ?? ""
        var reply: [String: JSON] = [
            "type": "response", "command": .string(command), "request_seq": request["seq"] ?? 0, "success": true,
        ]
        switch body(of: command, arguments, mayAsk: mayAsk) {
        case .success(let body): reply["body"] = body
        case .failure(let refusal):
            reply["success"] = false
            reply["message"] = .string(refusal.reason)
            reply["body"] = [:]
        }
        return .object(reply)
    }

    /// Why a request is not met.
    private struct Refusal: Error {
        let reason: String
    }

    private func body(of command: String, _ arguments: JSON, mayAsk: Bool) -> Result<JSON, Refusal> {
        switch command {
        case "debugInfo": return .success(info)
        case "initialize":
            state.withLock { $0.isStarted = true }
            return .success(["supportsConfigurationDoneRequest": true, "exceptionBreakpointFilters": []])
        case "attach", "configurationDone": return .success([:])
        case "disconnect", "terminate":
            state.withLock { $0.isStarted = false }
            return .success([:])
        case "inspectVariables": return .success(["variables": variables(mayAsk: mayAsk)])
        case "variables":
            let reference = arguments["variablesReference"]?.int ?? 0
            return .success(["variables": .array(list(state.withLock { $0.parts[reference] ?? [] }))])
        case "richInspectVariables":
            return richVariable(arguments["variableName"]?.string ?? "", mayAsk: mayAsk)
        case "setBreakpoints", "setExceptionBreakpoints": return .success(["breakpoints": []])
        case "threads": return .success(["threads": []])
        case "stackTrace": return .success(["stackFrames": []])
        case "scopes": return .success(["scopes": []])
        case "modules": return .success(["modules": []])
        default: return .failure(Refusal(reason: "a compiled cell cannot be stepped through: no \"\(command)\""))
        }
    }

    private var info: JSON {
        [
            "isStarted": .bool(state.withLock { $0.isStarted }), "breakpoints": [], "stoppedThreads": [],
            "richRendering": true, "exceptionPaths": [], "copyToGlobals": false,
            // How front ends name the source of a cell. Nothing here ever names one.
            "hashMethod": "Murmur2", "hashSeed": 0, "tmpFilePrefix": "cell-", "tmpFileSuffix": ".swift",
        ]
    }

    private func variables(mayAsk: Bool) -> JSON {
        let known = state.withLock { $0.variables }
        guard let variables = known ?? (mayAsk ? interpreter.variables() : nil) else {
            return state.withLock { $0.shown }
        }
        state.withLock { state in
            state.variables = variables
            state.parts = [:]
        }
        let list = JSON.array(list(variables))
        state.withLock { $0.shown = list }
        return list
    }

    /// Variables in the protocol's form; those that have parts get a number to ask for them with.
    private func list(_ variables: [Variable]) -> [JSON] {
        variables.map { variable in
            var reference = 0
            if !variable.children.isEmpty {
                reference = state.withLock { state in
                    state.parts[state.parts.count + 1] = variable.children
                    return state.parts.count
                }
            }
            var item: [String: JSON] = [
                "name": .string(variable.name), "value": .string(variable.value),
                "variablesReference": .int(reference), "evaluateName": .string(variable.name),
            ]
            // JupyterLab's tree shows the type in the value's place if there is one; it is of use for what can be opened.
            if variable.value.isEmpty || reference > 0 { item["type"] = .string(variable.type) }
            return .object(item)
        }
    }

    /// A variable as it would be displayed. Only the name of one is evaluated: to look must change nothing.
    private func richVariable(_ name: String, mayAsk: Bool) -> Result<JSON, Refusal> {
        guard mayAsk else { return .failure(Refusal(reason: "a cell is running")) }
        let variables = state.withLock { $0.variables } ?? interpreter.variables()
        guard variables.contains(where: { $0.name == name }) else {
            return .failure(Refusal(reason: "there is no variable \(name)"))
        }
        switch interpreter.evaluate(name) {
        case .success(let bundle):
            return .success(["data": bundle.data, "metadata": bundle.metadata])
        case .failure(let error): return .failure(Refusal(reason: error.value))
        }
    }
}
