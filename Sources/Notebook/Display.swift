import Foundation

/// A display that can be updated after it was shown.
public struct DisplayHandle: Sendable {
    /// The display's identifier at the front end.
    public let identifier: String
    /// The output widget in which it is shown; `nil` for a cell's output.
    let output: Output?

    /// Replaces the displayed value in place, in this cell's output and wherever else the display appears. Pictures
    /// are compressed less than those that stay, so that a loop can show them as they change.
    ///
    /// The value is computed with random numbers of its own: a picture that is drawn when the clock says so does not
    /// change what a training draws.
    public func update(_ value: @autoclosure () throws -> Any) rethrows {
        // The compiler lets only local functions throw for an argument's sake.
        func compute() throws -> MimeBundle {
            var result = Result<MimeBundle, any Error>.success(MimeBundle())
            FrontEnd.aside { result = Result { MimeBundle(describing: try value(), isQuick: true) } }
            return try result.get()
        }
        let bundle = try compute()
        if output?.update(bundle, identifier: identifier) != true {
            FrontEnd.connection.update(bundle, identifier: identifier)
        }
    }
}

/// Shows a value in the cell's output, in its richest form.
///
/// - Parameter value: Any value: ``Displayable`` values are shown as images, tables or HTML, all others as text.
/// - Returns: A handle that updates the display in place, as for live plots.
@discardableResult
public func display(_ value: Any) -> DisplayHandle {
    let connection = FrontEnd.connection
    let handle = DisplayHandle(
        identifier: UUID().uuidString.lowercased(), output: (connection as? OutputConnection)?.output)
    connection.display(MimeBundle(describing: value), identifier: handle.identifier)
    return handle
}

/// Removes the cell's output so far.
///
/// - Parameter wait: Whether to wait for the next output, so that an animation does not flicker.
public func clearOutput(wait: Bool = false) {
    FrontEnd.connection.clearOutput(wait: wait)
}

/// Shows the value of a cell's last expression, unless it is `Void`. Compiled cells call this.
@_silgen_name("swiftlet_show_result")
public func showResult<Value>(_ value: Value) {
    if value is Void { return }
    FrontEnd.connection.result(MimeBundle(describing: value))
}
