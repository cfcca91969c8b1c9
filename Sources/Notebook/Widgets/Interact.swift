/// Shows controls, and what code makes of their values: once now, and again whenever one of them is moved.
///
/// ```swift
/// interact(Slider("frequency", 1.0...5), Slider("waves", 1...10)) { frequency, waves in
///     Chart { Line(x: xs, y: xs.map { sin(frequency * $0) * Double(waves) }) }
/// }
/// ```
/// The value of the closure is shown; so is what it prints and displays. It runs on a thread of its own, as ``ValueWidget/onChange(_:)``
/// says, and what goes wrong appears in its place.
///
/// - Parameters:
///   - controls: The widgets, in the order of the closure's parameters.
///   - body: What is made of their values.
/// - Throws: What the closure throws now. What it throws later is shown.
public func interact<each Value: Equatable, Result>(
    _ controls: repeat ValueWidget<each Value>, body: @escaping (repeat each Value) throws -> Result
) rethrows {
    let output = Output()
    var widgets: [Widget] = []
    repeat widgets.append(each controls)
    if FrontEnd.isNotebook { display(VBox(widgets + [output])) }

    func run() throws {
        // Compiler: the values have to be a tuple before they are arguments.
        let values = (repeat (each controls).value)
        showResult(try body(repeat each values))
    }
    repeat (each controls).onChange(subject: output.id, output: output, run)
    guard FrontEnd.isNotebook else { return try run() }
    try output.capture { try run() }
}
