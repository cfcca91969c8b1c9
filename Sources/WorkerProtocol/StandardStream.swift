/// The two streams to which a program prints; the raw value is the stream's usual name.
package enum StandardStream: String, Codable, Sendable, CaseIterable {
    /// Standard output.
    case stdout
    /// Standard error.
    case stderr
}
