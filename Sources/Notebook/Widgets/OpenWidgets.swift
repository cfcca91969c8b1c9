import Foundation
import Synchronization

/// The widgets that are open at the front end, and the front end's messages to them.
package enum OpenWidgets {
    /// The target of a widget's comm at the front end.
    package static let target = "jupyter.widget"
    /// The target at which a front end asks for the states of all widgets, after a page was reloaded.
    package static let controlTarget = "jupyter.widget.control"

    private static let models = Mutex<[String: WidgetModel]>([:])
    private static let controls = Mutex<Set<String>>([])

    static func add(_ model: WidgetModel) { models.withLock { $0[model.id] = model } }
    static func remove(_ model: WidgetModel) { models.withLock { $0[model.id] = nil } }

    /// The identifiers of all open widgets.
    package static var ids: Set<String> { models.withLock { Set($0.keys) } }

    /// The output widget with an identifier.
    package static func output(_ id: String) -> Output? { models.withLock { $0[id] } as? Output }

    /// Sends the state of every widget again, to front ends that may show later ones.
    package static func refresh() {
        for model in models.withLock({ $0 }).values { model.refresh() }
    }

    /// Handles a message of the front end.
    package static func receive(_ message: CommMessage) {
        let content = (StateValue(json: message.data) ?? .null).withBuffers(message.buffers)
        switch message.kind {
        case .open(let target):
            if target == controlTarget {
                controls.withLock { _ = $0.insert(message.id) }
            } else {
                FrontEnd.connection.send(CommMessage(.close, id: message.id))
            }
        case .message:
            if controls.withLock({ $0.contains(message.id) }) {
                if content["method"]?.text == "request_states" { sendStates(through: message.id) }
            } else {
                models.withLock { $0[message.id] }?.receive(content)
            }
        case .close:
            controls.withLock { _ = $0.remove(message.id) }
            models.withLock { $0.removeValue(forKey: message.id) }?.forget()
        }
    }

    private static func sendStates(through id: String) {
        let states = models.withLock { $0 }.mapValues { model -> StateValue in
            let state = model.state
            return [
                "model_name": state["_model_name"] ?? .null, "model_module": state["_model_module"] ?? .null,
                "model_module_version": state["_model_module_version"] ?? .null, "state": .object(state),
            ]
        }
        FrontEnd.connection.send(
            CommMessage(
                .message, id: id, content: ["method": "update_states", "states": .object(states)], of: "states")
        )
    }
}
