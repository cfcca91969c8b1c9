import Foundation

/// A display that can be changed after it was shown.
public struct DisplayHandle: Sendable {
    /// What names the display to the front end.
    public let identifier: String
    /// The area in which it is shown; `nil` for the output of a cell.
    let output: Output?

    /// Replaces what is shown, in place: in this cell's output, and wherever else the display appears.
    public func update(_ value: Any) {
        let bundle = MimeBundle(describing: value)
        if output?.update(bundle, identifier: identifier) != true {
            FrontEnd.connection.update(bundle, identifier: identifier)
        }
    }
}

/// Shows a value under the cell, in its richest form.
///
/// - Parameter value: Anything: ``Displayable`` values as pictures, tables or HTML, all others as text.
/// - Returns: A handle that can change the display in place, for live plots.
@discardableResult
public func display(_ value: Any) -> DisplayHandle {
    let connection = FrontEnd.connection
    let handle = DisplayHandle(
        identifier: UUID().uuidString.lowercased(), output: (connection as? OutputConnection)?.output)
    connection.display(MimeBundle(describing: value), identifier: handle.identifier)
    return handle
}

/// Removes what the cell has shown so far.
///
/// - Parameter wait: Whether to wait until the next output comes, so that an animation does not flicker.
public func clearOutput(wait: Bool = false) {
    FrontEnd.connection.clearOutput(wait: wait)
}

/// Shows the value of a cell's last expression: what the compiled cell calls. `Void` is nothing to show.
@_silgen_name("swiftlet_show_result")
public func showResult<Value>(_ value: Value) {
    if value is Void { return }
    FrontEnd.connection.result(MimeBundle(describing: value))
}
