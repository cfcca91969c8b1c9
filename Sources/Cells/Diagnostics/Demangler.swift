import Glibc

/// The run time's own demangler: it returns a string that the caller frees.
@_silgen_name("swift_demangle")
private func swiftDemangle(
    _ name: UnsafePointer<CChar>, _ length: UInt, _ buffer: UnsafeMutablePointer<CChar>?,
    _ size: UnsafeMutablePointer<UInt>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?

/// Reads the names that the compiler gives to symbols.
package enum Demangler {
    /// `Cell3.pack : Swift.Array<Cell3.Dog>` for `$s5Cell34packSayAA3DogVGvp`; `nil` for a name that is not Swift's.
    static func text(of symbol: String) -> String? {
        guard let text = swiftDemangle(symbol, UInt(symbol.utf8.count), nil, nil, 0) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// A type as a student writes it: `[Dog]` for `Swift.Array<Cell3.Dog>`.
    package static func readable(_ type: String) -> String {
        var type = type.replacing(/\(extension in [^)]*\):/, with: "")
        // The first part of a dotted name is its module.
        type.replace(/(^|[^.\w])\w+\.(?=\w)/) { String($0.output.1) }
        // Innermost first, until nothing is left to write shorter.
        while true {
            let before = type
            type.replace(/\bArray<([^<>]*)>/) { "[\($0.output.1)]" }
            type.replace(/\bDictionary<([^<>,]*), ([^<>]*)>/) { "[\($0.output.1): \($0.output.2)]" }
            type.replace(/\bOptional<([^<>]*)>/) { match in
                let wrapped = match.output.1
                return wrapped.contains("->") || wrapped.hasPrefix("any ") ? "(\(wrapped))?" : "\(wrapped)?"
            }
            if type == before { return type }
        }
    }
}
