/// The end of a computation in which a tensor operation received invalid operands.
///
/// Operators such as `a + b` cannot throw and stay readable. An error in one ends the computation instead: a program
/// with a message, in a notebook only the cell, with everything computed before intact.
public enum Failure {
    /// Ends the computation with this error.
    @inline(never)
    public static func raise(_ error: any Error) -> Never {
        // Not generic: specialised for an error's type, it is compiled by Swift 6.3 without the stores to an error that
        // nothing returns to.
        if let handler { handler(error) }
        fatalError("\(error)")
    }

    /// The function that ``raise(_:)`` calls instead of ending the program, if any. Set once, before tensors are used.
    package nonisolated(unsafe) static var handler: (@Sendable (any Error) -> Never)?
}

/// A line of the user's source.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file, or the cell: `cell 4`.
    public var file: String
    /// The line, counted from 1.
    public var line: Int

    /// A location.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// `cell 4, line 3`.
    public var description: String { "\(file), line \(line)" }
}

/// An error in an operation: where it happened, what was wrong and what to do next.
public protocol OperationError: Error, CustomStringConvertible {
    /// The operation's name, as the user writes it: `matmul`.
    var operation: String { get }
    /// What was wrong.
    var message: String { get }
    /// What to do next.
    var hint: String { get }
    /// The layers in which it happened, outermost first.
    var path: [String] { get set }
    /// The user's line that called the operation, once it is known.
    var location: SourceLocation? { get set }
}

extension OperationError {
    /// `ShapeError in lenet › conv2d_1 (cell 4, line 3): …; what to do next`.
    public var description: String {
        let place = path.isEmpty ? operation : path.joined(separator: " › ")
        let line = location.map { " (\($0))" } ?? ""
        let named = path.isEmpty || message.hasPrefix(operation) ? message : "\(operation): \(message)"
        return "\(type(of: self)) in \(place)\(line): \(named)" + (hint.isEmpty ? "" : "; \(hint)")
    }
}

/// Shapes that do not fit an operation.
public struct ShapeError: OperationError {
    /// The operation's name.
    public var operation: String
    /// The shapes it was given.
    public var shapes: [Shape]
    /// What was wrong with them.
    public var message: String
    /// What to do next.
    public var hint: String
    /// The layers in which it happened, outermost first.
    public var path: [String]
    /// The user's line, once it is known.
    public var location: SourceLocation?

    /// An error in the layer that is being computed now, unless a path is given.
    public init(
        operation: String, shapes: [Shape] = [], message: String, hint: String = "", path: [String] = LayerPath.current,
        location: SourceLocation? = nil
    ) {
        self.operation = operation
        self.shapes = shapes
        self.message = message
        self.hint = hint
        self.path = path
        self.location = location
    }
}

/// Values (not shapes) that an operation cannot use: an index out of range, a wrong element type.
public struct ValueError: OperationError {
    /// The operation's name.
    public var operation: String
    /// What was wrong.
    public var message: String
    /// What to do next.
    public var hint: String
    /// The layers in which it happened, outermost first.
    public var path: [String]
    /// The user's line, once it is known.
    public var location: SourceLocation?

    /// An error in the layer that is being computed now, unless a path is given.
    public init(
        operation: String, message: String, hint: String = "", path: [String] = LayerPath.current,
        location: SourceLocation? = nil
    ) {
        self.operation = operation
        self.message = message
        self.hint = hint
        self.path = path
        self.location = location
    }
}
