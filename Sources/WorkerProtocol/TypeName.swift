/// The names of types in Swift's own spelling.
package enum TypeName {
    /// A type as a student writes it: `[Dog]` for `Swift.Array<Cell3.Dog>`.
    package static func readable(_ type: String) -> String {
        var type = type.replacing(/\(extension in [^)]*\):/, with: "")
        // The first part of a dotted name is its module.
        type.replace(/(^|[^.\w])\w+\.(?=\w)/) { String($0.output.1) }
        // Innermost first, until nothing is left to write shorter.
        while true {
            let before = type
            type.replace(/\bArray<((?:->|[^<>])*)>/) { "[\($0.output.1)]" }
            type.replace(/\bDictionary<([^<>,]*), ((?:->|[^<>])*)>/) { "[\($0.output.1): \($0.output.2)]" }
            type.replace(/\bOptional<((?:->|[^<>])*)>/) { match in
                let wrapped = match.output.1
                return wrapped.contains("->") || wrapped.hasPrefix("any ") ? "(\(wrapped))?" : "\(wrapped)?"
            }
            if type == before { return type }
        }
    }
}
