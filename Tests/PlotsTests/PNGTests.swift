import Plots
import Testing

@Suite struct PNGTests {
    /// A picture of 2×2 pixels (red, green, blue, half-transparent white), written by Python's zlib and struct modules.
    static let fourPixels: [UInt8] = [
        137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 2, 8, 6, 0, 0, 0, 114, 182,
        13, 36, 0, 0, 0, 19, 73, 68, 65, 84, 120, 156, 99, 248, 207, 192, 240, 31, 12, 129, 52, 8, 52, 0, 0, 73, 73,
        9, 120, 40, 160, 219, 119, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ]

    @Test func aFileFromElsewhereIsRead() throws {
        let bitmap = try Bitmap(png: Self.fourPixels)
        #expect(bitmap.width == 2 && bitmap.height == 2)
        #expect(bitmap.bytes == [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 128])
    }

    @Test func aWrittenFileKeepsTheSpecificationAndItsPixels() throws {
        let bitmap = Bitmap(width: 7, height: 5) { column, row in (UInt8(column * 30), UInt8(row * 50), 77) }
        let bytes = bitmap.png(density: 2)
        let file = try #require(PNGFile(bytes))
        #expect((file.width, file.height) == (7, 5))
        #expect(file.colorType == 6)
        #expect(try Bitmap(png: bytes) == bitmap)
    }

    /// 2 pixels a CSS pixel of 1/96 inch are 7559 pixels a metre.
    @Test func theDensityStandsInTheFile() throws {
        let file = try #require(PNGFile(Bitmap(width: 1, height: 1) { _, _ in (0, 0, 0) }.png(density: 2)))
        #expect(file.chunks[1].type == "pHYs")
        #expect(file.chunks[1].content == [0, 0, 29, 135, 0, 0, 29, 135, 1])
    }

    @Test func everyTruncationIsAnError() {
        for length in Self.fourPixels.indices.dropLast(12) {
            #expect(throws: PictureError.self, "cut to \(length) bytes") {
                try Bitmap(png: Array(Self.fourPixels.prefix(length)))
            }
        }
    }

    @Test func damageIsNamed() {
        var damaged = Self.fourPixels
        damaged[45] ^= 0xFF
        #expect { try Bitmap(png: damaged) } throws: { "\($0)".contains("damaged or truncated") }
        #expect { try Bitmap(png: Array("GIF89a, not a PNG".utf8)) } throws: { "\($0)".contains("not a PNG") }
        #expect { try Bitmap(png: []) } throws: { "\($0)".contains("empty") }
    }

    /// A header may claim any size: 60,000 × 60,000 pixels must not be allocated.
    @Test func anEnormousClaimIsRefused() {
        var huge = Self.fourPixels
        for (offset, byte) in ([0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60] as [UInt8]).enumerated() {
            huge[16 + offset] = byte
        }
        let checksum = PNGFile.checksum(huge[12..<29])
        for offset in 0..<4 { huge[29 + offset] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * offset)) }
        #expect { try Bitmap(png: huge) } throws: { "\($0)".contains("60000×60000") }
    }

    /// Flipping any one byte must neither crash nor hang; most flips are errors, a few hit bytes that do not matter.
    @Test func noSingleDamagedByteCrashes() {
        for index in Self.fourPixels.indices {
            for flip in [0x01, 0x80, 0xFF] as [UInt8] {
                var damaged = Self.fourPixels
                damaged[index] ^= flip
                if let bitmap = try? Bitmap(png: damaged) {
                    #expect(bitmap.bytes.count == bitmap.width * bitmap.height * 4)
                }
            }
        }
    }
}
