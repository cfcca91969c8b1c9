/// Shows controls and the result of a closure of their values: at once, and again whenever a value changes.
///
/// ```swift
/// let x = Tensor.linspace(from: 0, to: 6, count: 200)
/// interact(Slider("frequency", 1.0...5), Slider("height", 1...10)) { frequency, height in
///     Chart { Line(x: x, y: sin(frequency * x) * height) }
/// }
/// ```
/// The closure's value is shown, with all that it prints and displays, or its error. After a change it runs on a
/// separate thread: see ``ValueWidget/onChange(_:)``.
///
/// - Parameters:
///   - controls: The controls, in the order of the closure's parameters.
///   - body: The closure.
/// - Throws: The error of the closure's first call. Errors of later calls are shown.
public func interact<each Value: Equatable, Result>(
    _ controls: repeat ValueWidget<each Value>, body: @escaping (repeat each Value) throws -> Result
) rethrows {
    let output = Output()
    var widgets: [Widget] = []
    repeat widgets.append(each controls)
    if FrontEnd.isNotebook { display(VBox(widgets + [output])) }

    func run() throws {
        // The compiler requires a tuple before the values can be arguments.
        let values = (repeat (each controls).value)
        showResult(try body(repeat each values))
    }
    repeat (each controls).onChange(subject: output.id, output: output, run)
    guard FrontEnd.isNotebook else { return try run() }
    try output.capture { try run() }
}
