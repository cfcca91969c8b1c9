import Tensors

/// A picture in memory: four bytes a pixel (red, green, blue, alpha), rows from the top.
///
/// ```swift
/// let ramp = Bitmap(width: 256, height: 32) { column, _ in
///     let level = UInt8(column)
///     return (red: level, green: level, blue: level)
/// }
/// ```
public struct Bitmap: Sendable, Hashable {
    /// The width in pixels.
    public let width: Int
    /// The height in pixels.
    public let height: Int
    /// The `width · height · 4` bytes: red, green, blue, alpha; the colours are not premultiplied by alpha.
    public var bytes: [UInt8]

    /// A bitmap of given bytes. A `ValueError` unless there are four for each pixel.
    public init(width: Int, height: Int, bytes: [UInt8]) {
        guard width >= 0, height >= 0, bytes.count == width * height * 4 else {
            Failure.raise(
                ValueError(
                    operation: "Bitmap",
                    message: "a \(width)×\(height) bitmap must have \(width * height * 4) bytes, got \(bytes.count)",
                    hint: "give red, green, blue and alpha of each pixel"))
        }
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// An opaque bitmap whose colours are a function of column and row, both counted from 0. A `ValueError` if a size
    /// is negative.
    public init(width: Int, height: Int, pixel: (_ column: Int, _ row: Int) -> (red: UInt8, green: UInt8, blue: UInt8))
    {
        guard width >= 0, height >= 0 else {
            Failure.raise(
                ValueError(
                    operation: "Bitmap", message: "width and height must be at least 0, got \(width) and \(height)",
                    hint: "check how the sizes are computed"))
        }
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

    /// The four bytes of a pixel. A `ValueError` if there is none at this column and row.
    public subscript(column: Int, row: Int) -> (red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) {
        guard column >= 0, column < width, row >= 0, row < height else {
            Failure.raise(
                ValueError(
                    operation: "Bitmap",
                    message: "column and row must be within \(width)×\(height) pixels, got \(column) and \(row)",
                    hint: "both are counted from 0"))
        }
        let start = (row * width + column) * 4
        return (bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
    }
}
