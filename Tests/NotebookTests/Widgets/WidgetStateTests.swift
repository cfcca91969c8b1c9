import Foundation
import Notebook
import Testing

/// The states of widgets, compared with those of Python's ipywidgets (Tests/Fixtures/make_widgets.py says how they were
/// made).
@Suite struct WidgetStateTests {
    private static let first = Label("first")
    private static let second = Label("second")

    private static let widgets: [String: Widget] = [
        "Slider of Int": Slider("epochs", 1...20, value: 3),
        "Slider of Double": Slider("rate", 0.001...0.1, value: 0.01),
        "FloatLogSlider": FloatLogSlider("rate", 0.0001...0.1, value: 0.01),
        "RangeSlider of Int": RangeSlider("part", 0...9, value: 2...5),
        "RangeSlider of Double": RangeSlider("part", 0.001...0.1, value: 0.01...0.02),
        "Dropdown": Dropdown("activation", ["relu", "tanh"], value: "tanh"),
        "Dropdown with names": Dropdown("", ["careful": 0.0001, "bold": 0.1]),
        "Checkbox": Checkbox("bias", value: true),
        "ToggleButton": ToggleButton("pause", icon: "pause"),
        "Text": Text("name", value: "lenet", placeholder: "a name"),
        "Button": Button("train", icon: "play"),
        "Label": Label("loss"),
        "HTML": HTML("<b>loss</b>"),
        "IntProgress": IntProgress("steps", 0...60, value: 7),
        "Output": Output(),
        "Image": Image(png: Data([0x89, 0x50, 0x4E, 0x47])),
        "HBox": HBox(first, second),
        "VBox": VBox(first, second),
        "Tab": Tab(["a": first, "b": second]),
        "Accordion": Accordion(["a": first, "b": second]),
    ]

    private static func fixture() throws -> [String: [String: StateValue]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.deletingLastPathComponent().appending(path: "Fixtures/widgets.json")
        return try JSONDecoder().decode([String: [String: StateValue]].self, from: Data(contentsOf: file))
    }

    /// As the fixture has it: without the names of models, and with all numbers of one kind.
    private static func plain(_ value: StateValue) -> StateValue {
        switch value {
        case .text(let text) where text.hasPrefix("IPY_MODEL_"): "IPY_MODEL_"
        case .int(let value): .number(Double(value))
        case .binary(let data): .text("binary " + data.map { String(format: "%02x", $0) }.joined())
        case .list(let values): .list(values.map(plain))
        case .object(let members): .object(members.mapValues(plain))
        default: value
        }
    }

    @Test(arguments: widgets.keys.sorted()) func aStateIsThatOfPython(_ name: String) throws {
        let (widget, expected) = (try #require(Self.widgets[name]), try #require(Self.fixture()[name]))
        #expect(Self.plain(.object(widget.state)) == expected["widget"].map(Self.plain))
        #expect(Self.plain(.object(widget.layout.state)) == expected["layout"].map(Self.plain))
        if let style = expected["style"] {
            #expect(Self.plain(.object(widget.style.state)) == Self.plain(style))
        }
    }

    @Test func everyWidgetOfPythonIsCompared() throws {
        #expect(try Self.fixture().keys.sorted() == Self.widgets.keys.sorted())
    }
}
