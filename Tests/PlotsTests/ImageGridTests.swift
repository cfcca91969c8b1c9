import Plots
import Tensors
import Testing

@Suite struct ImageGridTests {
    /// Renders one image of numbers at ten points a pixel and reads the grey in the middle of each pixel.
    static func grays(_ tensor: Tensor, normalize: Bool = false, range: ClosedRange<Double>? = nil) throws -> [UInt8] {
        let width = tensor.shape[tensor.rank - 1], height = tensor.shape[tensor.rank - 2]
        let figure = image(tensor, normalize: normalize, range: range, size: Double(width) * 10)
        let bitmap = try Bitmap(png: figure.png(density: 1))
        let margin = Int(Style.margin)
        return (0..<height).flatMap { row in (0..<width).map { bitmap[margin + $0 * 10 + 5, margin + row * 10 + 5].red }
        }
    }

    @Test func numbersFromZeroToOneBecomeGreys() throws {
        #expect(try Self.grays(Tensor([[0, 0.2, 1], [0.4, 0.6, 2]])) == [0, 51, 255, 102, 153, 255])
    }

    @Test func normalisationStretchesTheGivenOrFoundRange() throws {
        #expect(try Self.grays(Tensor([[-1, 0, 3]]), normalize: true) == [0, 64, 255])
        #expect(try Self.grays(Tensor([[-1, 0, 3]]), range: -1...1) == [0, 128, 255])
        #expect(try Self.grays(Tensor([[5, 5, 5]]), normalize: true) == [0, 0, 0])
    }

    @Test func bytesSpanZeroTo255() throws {
        #expect(try Self.grays(Tensor([0, 51, 255] as [UInt8], shape: [1, 3])) == [0, 51, 255])
    }

    @Test func missingNumbersAreMidGrey() throws {
        #expect(try Self.grays(Tensor([0, .nan, 1] as [Float], shape: [1, 3])) == [0, 128, 255])
    }

    @Test func zeroIsInTheMiddleOfADivergingMap() throws {
        let figure = image(Tensor([[-1, 0, 4]]), colormap: .diverging, size: 30)
        let bitmap = try Bitmap(png: figure.png(density: 1))
        let y = Int(Style.margin) + 5
        let (minus, zero, plus) = (bitmap[19, y], bitmap[29, y], bitmap[39, y])
        #expect(zero.red > 240 && zero.green > 240 && zero.blue > 240)
        #expect(minus.blue > minus.red && plus == (0x67, 0x00, 0x1F, 255))
    }

    @Test func imagesStandInRowsOfTheGivenLength() throws {
        // Five images of one pixel, each brighter than the last.
        let images = Tensor([0, 0.2, 0.4, 0.6, 0.8], shape: [5, 1, 1])
        let figure = imageGrid(images, columns: 3, padding: 10, size: 20)
        // Three images and two gaps, two images and one, with 14 points of margin all around.
        #expect(figure.width == 108 && figure.height == 78)
        let bitmap = try Bitmap(png: figure.png(density: 1))
        for (index, gray) in [0, 51, 102, 153, 204].enumerated() {
            let (column, row) = (index % 3, index / 3)
            #expect(bitmap[24 + column * 30, 24 + row * 30].red == UInt8(gray))
        }
        #expect(bitmap[84, 54] == (0xFC, 0xFC, 0xFA, 255), "the place of a sixth image is empty")
    }

    @Test func flatImagesAreSquares() {
        #expect(imageGrid(.uniform([4, 784])).description == "4 images of 28×28 pixels")
        #expect(imageGrid(.uniform([4, 64])).description == "4 images of 8×8 pixels")
        #expect(imageGrid(.uniform([28, 28])).description == "1 image of 28×28 pixels")
        #expect(imageGrid(.uniform([64, 64])).description == "1 image of 64×64 pixels")
        #expect(imageGrid(.uniform([5, 3072]), shape: [32, 32, 3]).description == "5 images of 32×32 pixels")
        #expect(imageGrid(.uniform([2, 12]), shape: [3, 4]).description == "2 images of 4×3 pixels")
        #expect(image(.uniform([4, 784])).description == "1 image of 784×4 pixels")
    }

    @Test func ofTooManyImagesTheFirstAreShown() throws {
        #expect(imageGrid(.uniform([800, 28, 28])).height < 16_000)
        let part = imageGrid(.uniform([4000, 4, 4]), title: "noise", size: 70)
        #expect(part.height < 16_100 && part.description == "noise: 4000 images of 4×4 pixels")
        let narrow = imageGrid(.uniform([2000, 2, 2]), columns: 1, size: 10)
        // 1142 rows of 14 points fit into 16,000; the others are told in a title.
        let grid = 1142.0 * 14 - 4 + 28, title = 13 * 0.729 + 12
        #expect(abs(narrow.height - grid - title) < 0.01)
        let file = try #require(PNGFile(narrow.png(isFast: true)))
        #expect(file.height == Int((2 * narrow.height).rounded(.up)))
    }

    @Test func aPictureBeyondTheLimitsHasFewerPixels() throws {
        let tall = Figure.column(Array(repeating: ChartTests.square(Color(0xFF0000)), count: 2000))
        let file = try #require(PNGFile(tall.png(isFast: true)))
        #expect(file.height <= 32_767 && file.height > 32_000)
    }

    @Test func manyColumnsHaveRoom() {
        #expect(imageGrid(.uniform([300, 4, 4]), columns: 300).width == 300 * 8 - 4 + 28)
    }

    @Test func anEmptyGridSaysSo() {
        #expect(imageGrid(.zeros([0, 28, 28])).description == "no images")
        #expect(imageGrid(.zeros([0, 28, 28])).height > 40)
    }

    @Test func doubleValuesBeyondFloatAreScaled() throws {
        #expect(try Self.grays(Tensor([[-1e300, 0, 1e300]], dtype: .float64), normalize: true) == [0, 128, 255])
        #expect(try Self.grays(Tensor([[-1.7e308, 0, 1.7e308]], dtype: .float64), normalize: true) == [0, 128, 255])
    }

    @Test func threeChannelsAreRedGreenBlue() throws {
        let figure = image(Tensor([1, 0, 0, 0, 0.2, 1], shape: [1, 2, 3]).reshaped(to: [1, 1, 2, 3]), size: 20)
        let bitmap = try Bitmap(png: figure.png(density: 1))
        #expect(bitmap[19, 19] == (255, 0, 0, 255))
        #expect(bitmap[29, 19] == (0, 51, 255, 255))
    }

    @Test func scaleEachStretchesEveryImageByItself() throws {
        let images = Tensor([0, 1, 0, 10], shape: [2, 1, 2])
        let bitmap = try Bitmap(
            png: imageGrid(images, columns: 1, padding: 0, scaleEach: true, size: 20).png(density: 1))
        #expect(bitmap[14 + 15, 14 + 5].red == 255)
        #expect(bitmap[14 + 15, 14 + 15].red == 255)
    }

    @Test func aConfusionMatrixIsDarkWhereManyAre() throws {
        let figure = confusionMatrix(counts: [[90, 10], [0, 100]], classNames: ["cat", "dog"])
        #expect(figure.description == "Confusion matrix of 200 examples: 95.0 % correct")
        let bitmap = try Bitmap(png: figure.png(density: 2))
        let darkest = stride(from: 3, to: bitmap.bytes.count, by: 4).filter {
            (bitmap.bytes[$0 - 3], bitmap.bytes[$0 - 2], bitmap.bytes[$0 - 1]) == (0x08, 0x30, 0x6B)
        }
        // The cell of the second class is 41 × 33 points of the darkest blue, less its number.
        #expect(darkest.count > 41 * 33 * 4 * 3 / 4 && darkest.count < 41 * 33 * 4)
    }
}
