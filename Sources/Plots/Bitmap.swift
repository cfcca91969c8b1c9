/// A picture of pixels in memory: red, green, blue and alpha, a byte each, rows from the top.
public struct Bitmap: Sendable, Hashable {
    /// Width in pixels.
    public let width: Int
    /// Height in pixels.
    public let height: Int
    /// `width · height · 4` bytes: red, green, blue, alpha (not multiplied into the colours).
    public var bytes: [UInt8]

    /// A bitmap of given bytes.
    ///
    /// - Precondition: `bytes` has four bytes for every pixel.
    public init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(
            bytes.count == width * height * 4,
            "a \(width)×\(height) bitmap has \(width * height * 4) bytes, not \(bytes.count)")
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// An opaque bitmap whose pixels are colours from a function of column and row.
    public init(width: Int, height: Int, pixel: (_ column: Int, _ row: Int) -> (red: UInt8, green: UInt8, blue: UInt8))
    {
        self.width = width
        self.height = height
        bytes = [UInt8](unsafeUninitializedCapacity: width * height * 4) { buffer, count in
            for row in 0..<height {
                for column in 0..<width {
                    let (red, green, blue) = pixel(column, row)
                    let start = (row * width + column) * 4
                    (buffer[start], buffer[start + 1], buffer[start + 2], buffer[start + 3]) = (red, green, blue, 255)
                }
            }
            count = width * height * 4
        }
    }

    /// The four bytes of a pixel.
    public subscript(column: Int, row: Int) -> (red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) {
        let start = (row * width + column) * 4
        return (bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
    }
}
