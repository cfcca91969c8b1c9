import Glibc

/// The Swift runtime's demangler. It returns a string that the caller frees.
@_silgen_name("swift_demangle")
private func swiftDemangle(
    _ name: UnsafePointer<CChar>, _ length: UInt, _ buffer: UnsafeMutablePointer<CChar>?,
    _ size: UnsafeMutablePointer<UInt>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?

/// Demangles the names of symbols.
enum Demangler {
    /// `Cell3.pack : Swift.Array<Cell3.Dog>` for `$s5Cell34packSayAA3DogVGvp`; `nil` for a name that is not Swift's.
    static func text(of symbol: String) -> String? {
        guard let text = swiftDemangle(symbol, UInt(symbol.utf8.count), nil, nil, 0) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
