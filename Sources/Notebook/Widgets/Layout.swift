/// A widget's layout, as CSS properties: `slider.layout.width = "500px"`.
public final class Layout: WidgetModel, @unchecked Sendable {
    private static let properties = [
        "align_content", "align_items", "align_self", "border_bottom", "border_left", "border_right", "border_top",
        "bottom", "display", "flex", "flex_flow", "grid_area", "grid_auto_columns", "grid_auto_flow", "grid_auto_rows",
        "grid_column", "grid_gap", "grid_row", "grid_template_areas", "grid_template_columns", "grid_template_rows",
        "height", "justify_content", "justify_items", "left", "margin", "max_height", "max_width", "min_height",
        "min_width", "object_fit", "object_position", "order", "overflow", "padding", "right", "top", "visibility",
        "width",
    ]

    /// Creates a layout that leaves every property to the front end.
    init() {
        super.init(.layout, Dictionary(uniqueKeysWithValues: Self.properties.map { ($0, StateValue.null) }))
    }

    private func property(_ key: String, _ value: String?) { set([key: value.map(StateValue.text) ?? .null]) }

    /// The width, such as `"300px"` or `"50%"`.
    public var width: String? {
        get { self["width"].text }
        set { property("width", newValue) }
    }
    /// The height.
    public var height: String? {
        get { self["height"].text }
        set { property("height", newValue) }
    }
    /// The minimum width.
    public var minWidth: String? {
        get { self["min_width"].text }
        set { property("min_width", newValue) }
    }
    /// The maximum width.
    public var maxWidth: String? {
        get { self["max_width"].text }
        set { property("max_width", newValue) }
    }
    /// The minimum height.
    public var minHeight: String? {
        get { self["min_height"].text }
        set { property("min_height", newValue) }
    }
    /// The maximum height.
    public var maxHeight: String? {
        get { self["max_height"].text }
        set { property("max_height", newValue) }
    }
    /// The space around the widget.
    public var margin: String? {
        get { self["margin"].text }
        set { property("margin", newValue) }
    }
    /// The space within the widget's border.
    public var padding: String? {
        get { self["padding"].text }
        set { property("padding", newValue) }
    }
    /// The kind of layout; `"none"` hides the widget.
    public var display: String? {
        get { self["display"].text }
        set { property("display", newValue) }
    }
    /// What happens to content that does not fit: `"auto"` scrolls.
    public var overflow: String? {
        get { self["overflow"].text }
        set { property("overflow", newValue) }
    }
    /// The share of the box's free space, such as `"1"`.
    public var flex: String? {
        get { self["flex"].text }
        set { property("flex", newValue) }
    }
    /// The direction of a box, and whether it wraps: `"row wrap"`.
    public var flexFlow: String? {
        get { self["flex_flow"].text }
        set { property("flex_flow", newValue) }
    }
    /// Where a box puts its children along its direction, such as `"space-between"`.
    public var justifyContent: String? {
        get { self["justify_content"].text }
        set { property("justify_content", newValue) }
    }
    /// Where a box puts its children across its direction, such as `"center"`.
    public var alignItems: String? {
        get { self["align_items"].text }
        set { property("align_items", newValue) }
    }
}

/// The appearance of a control.
public final class Style: WidgetModel, @unchecked Sendable {
    /// The properties of text, for controls that have their own.
    private static let text: [String: StateValue] = [
        "font_family": .null, "font_size": .null, "font_style": .null, "font_variant": .null, "font_weight": .null,
        "text_color": .null, "text_decoration": .null,
    ]
    /// The property that holds the color.
    private let colorKey: String?

    private init(_ name: String, _ state: [String: StateValue], color: String? = nil) {
        colorKey = color
        super.init(.style(name), state)
    }

    /// A label is as wide as its text: the front end's default would cut "learning rate" off.
    private static let descriptionWidth: [String: StateValue] = ["description_width": "initial"]

    static func description() -> Style { Style("Description", descriptionWidth) }
    static func slider() -> Style {
        Style("Slider", descriptionWidth.merging(["handle_color": .null]) { $1 }, color: "handle_color")
    }
    static func progress() -> Style {
        Style("Progress", descriptionWidth.merging(["bar_color": .null]) { $1 }, color: "bar_color")
    }
    static func button() -> Style {
        Style("Button", text.merging(["button_color": .null]) { $1 }, color: "button_color")
    }
    static func toggleButton() -> Style { Style("ToggleButton", descriptionWidth.merging(text) { $1 }) }
    static func checkbox() -> Style { Style("Checkbox", descriptionWidth.merging(["background": .null]) { $1 }) }
    static func textField() -> Style {
        Style("Text", ["description_width": "initial", "background": .null, "font_size": .null, "text_color": .null])
    }
    static func label() -> Style {
        Style("Label", descriptionWidth.merging(text) { $1 }.merging(["background": .null]) { $1 }, color: "text_color")
    }
    static func html() -> Style {
        Style(
            "HTML", descriptionWidth.merging(["background": .null, "font_size": .null, "text_color": .null]) { $1 },
            color: "text_color")
    }

    /// The width of the label, such as `"120px"`. Equal widths align controls below each other.
    public var descriptionWidth: String? {
        get { self["description_width"].text }
        set { set(["description_width": newValue.map(StateValue.text) ?? "initial"]) }
    }

    /// The color of a button, a slider's handle, a bar or a text, such as `"tomato"`; other controls ignore it.
    public var color: String? {
        get { colorKey.flatMap { self[$0].text } }
        set { if let colorKey { set([colorKey: newValue.map(StateValue.text) ?? .null]) } }
    }
}
