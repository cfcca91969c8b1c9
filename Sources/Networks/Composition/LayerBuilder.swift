internal import Tensors

/// Reads the layers between a container's braces: one after the other, with `if`, `switch` and `for` where they help.
@resultBuilder
public enum LayerBuilder {
    /// A layer, which remembers the line that it stands in.
    public static func buildExpression(_ layer: Layer, file: String = #filePath, line: Int = #line) -> [Layer] {
        if layer.location == nil { layer.location = SourceLocation(path: file, line: line) }
        return [layer]
    }

    /// Several layers that a function made.
    public static func buildExpression(_ layers: [Layer], file: String = #filePath, line: Int = #line) -> [Layer] {
        layers.flatMap { buildExpression($0, file: file, line: line) }
    }

    /// One after the other.
    public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
    /// `if` without `else`.
    public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
    /// `if` of `if … else`.
    public static func buildEither(first part: [Layer]) -> [Layer] { part }
    /// `else` of `if … else`.
    public static func buildEither(second part: [Layer]) -> [Layer] { part }
    /// `for`.
    public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}

extension SourceLocation {
    /// A location in a file, by its last path component. (A notebook's cell is a file named `cell 4`.)
    init(path: String, line: Int) {
        self.init(file: path.split(separator: "/").last.map(String.init) ?? path, line: line)
    }
}
