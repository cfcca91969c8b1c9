import CPNG
import Tensors

/// A picture that cannot be read or written.
public struct PictureError: Error, Hashable, CustomStringConvertible {
    /// What happened and what to do.
    public let description: String
}

/// Reads and writes PNG with libpng's simplified interface, which returns errors as messages instead of long jumps.
package enum PNG {
    /// The order of the four bytes of a pixel.
    package enum ByteOrder {
        case rgba
        case bgra

        var format: UInt32 {
            let rgba = UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_ALPHA)
            return self == .rgba ? rgba : rgba | UInt32(PNG_FORMAT_FLAG_BGR)
        }
    }

    /// Larger pictures are refused: a few bytes of a damaged file can claim any size.
    static let greatestPixelCount = 100_000_000

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Writes pixels as a PNG file.
    ///
    /// - Parameters:
    ///   - pixels: `height` rows of `width` pixels of four bytes.
    ///   - density: Pixels for each CSS pixel (1/96 inch), kept in the file's `pHYs` chunk.
    ///   - isFast: Whether to spend less time at the cost of a somewhat larger file.
    package static func encode(
        _ pixels: UnsafeRawBufferPointer, width: Int, height: Int, order: ByteOrder, density: Double = 1,
        isFast: Bool = false
    ) -> [UInt8] {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.format = order.format
        if isFast { image.flags = UInt32(PNG_IMAGE_FLAG_FAST) }
        defer { png_image_free(&image) }
        // A bound of zlib's expansion, rounded up from PNG_IMAGE_PNG_SIZE_MAX.
        let rows = height * (width * 4 + 1)
        var size = rows + rows / 512 + 4096
        var file = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let isWritten =
                png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels.baseAddress, 0, nil) != 0
            guard isWritten else {
                Failure.raise(
                    ValueError(
                        operation: "png",
                        message: "libpng could not write a \(width)×\(height) picture: \(message(of: image))",
                        hint: "make the picture smaller"))
            }
            count = size
        }
        file.insert(contentsOf: physicalSize(pixelsPerMeter: UInt32((density * 96 / 0.0254).rounded())), at: 33)
        return file
    }

    /// Reads a PNG file.
    ///
    /// - Throws: ``PictureError`` if the bytes are not a complete, valid PNG file.
    package static func decode(_ file: [UInt8]) throws -> Bitmap {
        guard file.starts(with: signature) else {
            throw PictureError(
                description: file.isEmpty
                    ? "The PNG is empty."
                    : "This is not a PNG: it begins with \(file.prefix(8)), a PNG with \(signature).")
        }
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        // libpng keeps pointing into the file's bytes until the last row is read.
        return try file.withUnsafeBytes { bytes in
            guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
                throw unreadable(image, file.count)
            }
            let (width, height) = (Int(image.width), Int(image.height))
            guard width * height <= greatestPixelCount else {
                throw PictureError(
                    description:
                        "A PNG must have at most 100 million pixels, got \(width)×\(height). Scale it down first.")
            }
            image.format = ByteOrder.rgba.format
            let pixels = try [UInt8](unsafeUninitializedCapacity: width * height * 4) { buffer, count in
                guard png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil) != 0 else {
                    throw unreadable(image, bytes.count)
                }
                count = width * height * 4
            }
            return Bitmap(width: width, height: height, bytes: pixels)
        }
    }

    private static func unreadable(_ image: png_image, _ count: Int) -> PictureError {
        PictureError(
            description:
                "The PNG of \(count) bytes is damaged or truncated (libpng: \(message(of: image))). "
                + "Write or download it again."
        )
    }

    private static func message(of image: png_image) -> String {
        withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The `pHYs` chunk (PNG specification, 11.3.5.3), which libpng's simplified interface does not write.
    private static func physicalSize(pixelsPerMeter: UInt32) -> [UInt8] {
        func bigEndian(_ number: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        }
        let content = Array("pHYs".utf8) + bigEndian(pixelsPerMeter) + bigEndian(pixelsPerMeter) + [1]
        return bigEndian(9) + content + bigEndian(checksum(content))
    }

    /// The cyclic redundancy check of PNG's chunks (PNG specification, annex D).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF as UInt32) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
    }
}

extension Bitmap {
    /// Reads the bytes of a PNG file.
    ///
    /// - Throws: ``PictureError`` if they are not a complete, valid PNG file.
    public init(png file: [UInt8]) throws { self = try PNG.decode(file) }

    /// The bitmap as a PNG file.
    ///
    /// - Parameter density: Pixels for each CSS pixel: at 2, the picture is shown at half its size in pixels.
    public func png(density: Double = 1) -> [UInt8] {
        bytes.withUnsafeBytes { PNG.encode($0, width: width, height: height, order: .rgba, density: density) }
    }
}
