/// The functions of the worker that compiled cells call.
///
/// A cell declares them under their symbols, which are found when it is loaded. The worker's `@_silgen_name` attributes
/// repeat the symbols, since an attribute takes a literal only; a test compares the two.
package enum WorkerFunction: String, CaseIterable, Sendable {
    /// Shows the value of the cell's last expression.
    case show = "swiftlet_show_result"
    /// Marks where a statement at top level begins.
    case statement = "swiftlet_statement"
    /// Waits for what a top-level `await` computes.
    case await = "swiftlet_await"
    /// Uses a value that a `%timeit` cell computes, so that the compiler keeps the computation.
    case keep = "swiftlet_keep"
    /// Times the body of a `%timeit` cell.
    case time = "swiftlet_time"
    /// Sends a ``ValueSummary`` of a variable.
    case describe = "swiftlet_describe"

    /// The function's symbol.
    package var symbol: String { rawValue }

    /// The name by which a cell calls the function.
    package var name: String {
        switch self {
        case .show: "__swiftletShow"
        case .statement: "__swiftletStatement"
        case .await: "__swiftletAwait"
        case .keep: "__swiftletKeep"
        case .time: "__swiftletTime"
        case .describe: "__swiftletDescribe"
        }
    }

    /// The function's declaration in the source of a cell.
    package var declaration: String { "@_silgen_name(\"\(symbol)\") private func \(name)\(signature)" }

    private var signature: String {
        switch self {
        case .show: "<Value>(_ value: Value)"
        case .statement: "(_ index: Int)"
        case .await:
            "<Value, Failure: Error>(_ body: @escaping () async throws(Failure) -> Value) throws(Failure) -> Value"
        case .keep: "<Value: ~Copyable>(_ value: borrowing Value)"
        case .time: "(_ body: () throws -> Void) throws"
        case .describe: "<Value>(_ name: String, _ value: Value)"
        }
    }
}
