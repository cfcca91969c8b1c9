import Foundation
import Synchronization

/// An object whose state is shared with the front end: a widget, or its layout or style.
///
/// Its messages follow Jupyter's widget protocol, version 2.1.
public class WidgetModel: @unchecked Sendable {
    /// The version of the protocol between kernel and front end.
    package static let protocolVersion = "2.1.0"

    /// The front end's classes of the model and of its view.
    package struct Kind: Sendable {
        var module: String
        var version: String
        var model: String
        var view: String
        var viewModule: String
        var viewVersion: String

        /// A standard control: `IntSlider` is an `IntSliderModel` with an `IntSliderView`.
        package static func control(_ name: String, view: String? = nil) -> Kind {
            let module = "@jupyter-widgets/controls"
            return Kind(
                module: module, version: "2.0.0", model: name + "Model", view: (view ?? name) + "View",
                viewModule: module, viewVersion: "2.0.0")
        }

        /// The style of a control.
        package static func style(_ name: String) -> Kind {
            Kind(
                module: "@jupyter-widgets/controls", version: "2.0.0", model: name + "StyleModel", view: "StyleView",
                viewModule: "@jupyter-widgets/base", viewVersion: "2.0.0")
        }

        /// A layout.
        package static let layout = Kind(
            module: "@jupyter-widgets/base", version: "2.0.0", model: "LayoutModel", view: "LayoutView",
            viewModule: "@jupyter-widgets/base", viewVersion: "2.0.0")

        /// An output widget.
        package static let output = Kind(
            module: "@jupyter-widgets/output", version: "1.0.0", model: "OutputModel", view: "OutputView",
            viewModule: "@jupyter-widgets/output", viewVersion: "1.0.0")
    }

    private struct Contents {
        var state: [String: StateValue]
        var isOpen = false
    }

    /// The model's identifier at the front end.
    package let id = UUID().uuidString.replacing("-", with: "").lowercased()
    private let kind: Kind
    private let contents: Mutex<Contents>

    /// Creates a model that is not yet open at the front end.
    package init(_ kind: Kind, _ state: [String: StateValue]) {
        self.kind = kind
        let names: [String: StateValue] = [
            "_model_module": .text(kind.module), "_model_module_version": .text(kind.version),
            "_model_name": .text(kind.model), "_view_module": .text(kind.viewModule),
            "_view_module_version": .text(kind.viewVersion), "_view_name": .text(kind.view), "_view_count": .null,
        ]
        contents = Mutex(Contents(state: names.merging(state) { $1 }))
    }

    /// The models to which this one refers: they must be opened first.
    package var parts: [WidgetModel] { [] }

    /// The reference to this model in another model's state.
    package var reference: StateValue { .text("IPY_MODEL_" + id) }

    /// The whole state.
    package var state: [String: StateValue] { contents.withLock { $0.state } }

    /// A part of the state.
    package final subscript(key: String) -> StateValue { contents.withLock { $0.state[key] ?? .null } }

    /// Changes parts of the state, here and at the front end.
    ///
    /// - Returns: The keys whose values changed.
    @discardableResult
    package final func set(_ changes: [String: StateValue]) -> Set<String> {
        let (changed, isOpen) = contents.withLock { contents in
            let changed = changes.filter { contents.state[$0.key] != $0.value }
            contents.state.merge(changed) { $1 }
            return (changed, contents.isOpen)
        }
        if isOpen && !changed.isEmpty { send(method: "update", changed) }
        return Set(changed.keys)
    }

    // MARK: The front end

    /// Opens the model at the front end, unless it is open.
    package final func open() {
        for part in parts { part.open() }
        let state = contents.withLock { contents -> [String: StateValue]? in
            defer { contents.isOpen = true }
            return contents.isOpen ? nil : contents.state
        }
        guard let state else { return }
        OpenWidgets.add(self)
        FrontEnd.connection.send(
            CommMessage(
                .open(target: OpenWidgets.target), id: id, content: ["state": .object(state)], of: "state",
                metadata: "{\"version\":\"\(Self.protocolVersion)\"}"))
    }

    /// Removes the widget from the notebook. Its value can still be read.
    public func close() {
        let wasOpen = contents.withLock { contents in
            defer { contents.isOpen = false }
            return contents.isOpen
        }
        guard wasOpen else { return }
        OpenWidgets.remove(self)
        FrontEnd.connection.send(CommMessage(.close, id: id))
    }

    /// The front end has removed it.
    package final func forget() { contents.withLock { $0.isOpen = false } }

    /// Sends the whole state again.
    package final func refresh() { send(method: "update", state) }

    /// Handles a message of the front end.
    package final func receive(_ content: StateValue) {
        switch content["method"]?.text {
        case "update": update(content["state"]?.object ?? [:])
        case "request_state": refresh()
        case "custom": receiveCustom(content["content"] ?? .null)
        default: break
        }
    }

    /// Adopts changes of the front end, and sends the result to all front ends.
    private func update(_ wishes: [String: StateValue]) {
        let accepted = wishes.reduce(into: [String: StateValue]()) { accepted, wish in
            accepted[wish.key] = accept(wish.value, for: wish.key)
        }
        guard !accepted.isEmpty else { return }
        let changed = contents.withLock { contents in
            let changed = accepted.filter { contents.state[$0.key] != $0.value }.keys
            contents.state.merge(accepted) { $1 }
            return Set(changed)
        }
        send(method: "echo_update", accepted)
        if !changed.isEmpty { didChange(changed) }
    }

    /// The value that a key gets when a front end sets it; `nil` to reject the change.
    package func accept(_ value: StateValue, for key: String) -> StateValue? {
        key == "_view_count" && (value == .null || value.int != nil) ? value : nil
    }

    /// The front end has changed parts of the state.
    package func didChange(_ keys: Set<String>) {}

    /// Handles a custom message, such as a click.
    package func receiveCustom(_ content: StateValue) {}

    private func send(method: String, _ state: [String: StateValue]) {
        FrontEnd.connection.send(
            CommMessage(.message, id: id, content: ["method": .text(method), "state": .object(state)], of: "state"))
    }
}

extension CommMessage {
    /// Creates a message about state, with its binary data in the buffers.
    ///
    /// - Parameter key: The member that holds the state; paths to binary data start there.
    init(
        _ kind: Kind, id: String, content: [String: StateValue], of key: String, metadata: String = "{}"
    ) {
        let (value, paths, buffers) = (content[key] ?? .null).withoutBuffers()
        let stripped = content.merging([key: value, "buffer_paths": .list(paths)]) { $1 }
        self.init(kind, id: id, data: StateValue.object(stripped).json, metadata: metadata, buffers: buffers)
    }
}
