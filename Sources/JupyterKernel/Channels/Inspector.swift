import JupyterWire
import Synchronization

/// Answers `debug_request`: shows the notebook's variables in a front end's panel.
///
/// The requests are those of the Debug Adapter Protocol and Jupyter's few additions. A compiled cell cannot be stepped
/// through, so there are no breakpoints and no threads.
final class Inspector: Sendable {
    private struct State {
        var isStarted = false
        /// The variables, unless a cell has run since they were read.
        var variables: [Variable]?
        /// The elements of variables, by the reference under which a front end requests them.
        var parts: [Int: [Variable]] = [:]
        /// The last reply, which is repeated while a cell runs.
        var shown: JSON = []
    }

    private let interpreter: any Interpreter
    private let state = Mutex(State())

    init(interpreter: any Interpreter) { self.interpreter = interpreter }

    /// Whether a request needs the interpreter, which is busy while a cell runs.
    func needsInterpreter(_ request: Message) -> Bool {
        switch request.content["command"]?.string {
        case "inspectVariables": state.withLock { $0.variables == nil }
        case "richInspectVariables": true
        default: false
        }
    }

    /// Discards the variables: they may have changed.
    func forget() { state.withLock { $0.variables = nil } }

    /// The content of the `debug_reply`.
    ///
    /// - Parameter mayAsk: Whether the interpreter may be asked; if not, the last known variables are returned.
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

    /// Why a request fails.
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
        default: return .failure(Refusal(reason: "a compiled cell cannot be debugged: \"\(command)\" is not supported"))
        }
    }

    private var info: JSON {
        [
            "isStarted": .bool(state.withLock { $0.isStarted }), "breakpoints": [], "stoppedThreads": [],
            "richRendering": true, "exceptionPaths": [], "copyToGlobals": false,
            // How front ends name the source of a cell, which this kernel never does.
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

    /// Variables in the protocol's form; those that have elements get a reference.
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
            // JupyterLab's tree shows the type, if there is one, instead of the value.
            if variable.value.isEmpty || reference > 0 { item["type"] = .string(variable.type) }
            return .object(item)
        }
    }

    /// A variable as it would be displayed. Only names are evaluated: inspection must have no side effects.
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
