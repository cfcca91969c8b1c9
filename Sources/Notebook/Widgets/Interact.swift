/// Shows controls and the result of a closure of their values: at once, and again whenever a value changes.
///
/// ```swift
/// let x = Tensor.linspace(from: 0, to: 6, count: 200)
/// interact(Slider("frequency", 1.0...5), Slider("height", 1...10)) { frequency, height in
///     Chart { Line(x: x, y: sin(frequency * x) * height) }
/// }
/// ```
/// The closure's value is shown, with all that it prints and displays, or its error. After a change it runs anew; if it
/// is still running then, that run is stopped and what it shows is dropped. It never runs twice at once.
///
/// - Parameters:
///   - controls: The controls, in the order of the closure's parameters.
///   - body: The closure.
/// - Throws: The error of the closure's first call, which in a notebook ends the cell. Errors of later calls are shown.
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
    let box = UncheckedBox(value: run)
    // The compiler lets only local functions throw for a closure's sake.
    func begin() throws {
        try WidgetCallbacks.perform(
            .init(origin: FrontEnd.connection.origin, output: output, subject: output.id, replaces: false) {
                try box.value()
            })
    }
    try begin()
}
