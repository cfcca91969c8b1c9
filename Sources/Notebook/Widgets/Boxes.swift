import Tensors

/// A container of widgets.
public class Box: Widget, @unchecked Sendable {
    /// The widgets in the box.
    public final let children: [Widget]

    package init(_ kind: Kind, _ children: [Widget], _ state: [String: StateValue] = [:]) {
        self.children = children
        let common: [String: StateValue] = ["box_style": "", "children": .list(children.map(\.reference))]
        super.init(kind, common.merging(state) { $1 })
    }

    package final override var parts: [WidgetModel] { children + super.parts }

    /// The widgets in plain text.
    public override var description: String { children.map(\.description).joined(separator: "\n") }
}

/// A box that shows its widgets side by side.
public final class HBox: Box, @unchecked Sendable {
    /// Creates a box that shows widgets side by side.
    public init(_ children: Widget...) { super.init(.control("HBox"), children) }
}

/// A box that shows its widgets below each other.
public final class VBox: Box, @unchecked Sendable {
    /// Creates a box that shows widgets below each other.
    public convenience init(_ children: Widget...) { self.init(children) }
    /// Creates a box that shows widgets below each other.
    public init(_ children: [Widget]) { super.init(.control("VBox"), children) }
}

/// A box with titles that shows one widget at a time.
public class TitledBox: Box, @unchecked Sendable {
    package init(_ kind: Kind, _ pages: KeyValuePairs<String, Widget>, selected: Int?) {
        super.init(
            kind, pages.map(\.value),
            [
                "titles": .list(pages.map { .text($0.key) }),
                "selected_index": selected.map(StateValue.int) ?? .null,
            ])
    }

    /// The index of the widget that is shown; `nil` for none. A `ValueError` if there is no such widget.
    public final var selected: Int? {
        get { self["selected_index"].int }
        set {
            if let newValue, !children.indices.contains(newValue) {
                Failure.raise(
                    ValueError(
                        operation: "selected",
                        message: "the index must be from 0 to \(children.count - 1), got \(newValue)",
                        hint: "there are \(children.count) widgets in the box; nil shows none"))
            }
            set(["selected_index": newValue.map(StateValue.int) ?? .null])
        }
    }

    package final override func accept(_ value: StateValue, for key: String) -> StateValue? {
        guard key == "selected_index" else { return super.accept(value, for: key) }
        return value == .null || value.int.map(children.indices.contains) == true ? value : nil
    }
}

/// A box that shows its widgets behind tabs: `Tab(["data": chooser, "training": sliders])`.
public final class Tab: TitledBox, @unchecked Sendable {
    /// Creates tabs from titles and widgets.
    public init(_ pages: KeyValuePairs<String, Widget>) {
        super.init(.control("Tab"), pages, selected: pages.isEmpty ? nil : 0)
    }
}

/// A box whose widgets can be folded and unfolded: `Accordion(["more": options])`.
public final class Accordion: TitledBox, @unchecked Sendable {
    /// Creates an accordion from titles and widgets.
    public init(_ pages: KeyValuePairs<String, Widget>) { super.init(.control("Accordion"), pages, selected: nil) }
}
