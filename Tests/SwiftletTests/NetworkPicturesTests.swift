import Swiftlet
import Testing

@Suite struct NetworkPicturesTests {
    private func network() throws -> Sequential {
        try Sequential("small", input: [8, 8, 1]) {
            Conv2D(3, kernel: 3, name: "first")
            MaxPooling2D(2)
            Conv2D(2, kernel: 2, name: "second")
            Flatten()
            Dense(10, name: "scores")
        }
    }

    @Test func filtersShowEveryWeightOfTheKernel() throws {
        let net = try network()
        let first = try #require(net["first"] as? Conv2D)
        let figure = net.filters("first")
        #expect(figure.description.contains("first: 3 filters of 3×3, 1 channel"))
        // Red where a weight is positive, blue where it is negative: read in the middle of each square of 52/3 points.
        let bitmap = try Bitmap(png: figure.png(density: 1))
        let (left, top) = (14.0, Double(figure.height) - 14 - 52)
        let weights = first.kernel.doubles
        for filter in 0..<3 {
            for row in 0..<3 {
                for column in 0..<3 {
                    let weight = weights[(row * 3 + column) * 3 + filter]
                    let x = left + Double(filter) * 58 + (Double(column) + 0.5) * 52 / 3
                    let pixel = bitmap[Int(x), Int(top + (Double(row) + 0.5) * 52 / 3)]
                    if weight > 0.1 { #expect(pixel.red > pixel.blue) }
                    if weight < -0.1 { #expect(pixel.red < pixel.blue) }
                }
            }
        }
        #expect(net.filters("second").description.contains("2 filters of 2×2, 3 channels"))
    }

    @Test func everyLayerShowsItsAnswer() throws {
        let net = try network()
        let description = net.featureMaps(of: .uniform([8, 8])).description
        for part in ["input [8, 8, 1]", "first [6, 6, 3]", "[3, 3, 3]", "second [2, 2, 2]", "[8]", "scores [10]"] {
            #expect(description.contains(part), "\(description)")
        }
    }
}

extension NetworkPicturesTests {
    /// Three columns are no colours: maps of 5×3 pixels are a picture for each channel.
    @Test func mapsThreePixelsWideAreNoColours() throws {
        let net = try Sequential("narrow", input: [7, 5, 1]) {
            Conv2D(6, kernel: 3, name: "first")
            Flatten()
            Dense(2)
        }
        #expect(net.featureMaps(of: .uniform([7, 5])).description.contains("first [5, 3, 6]: 6 images of 3×5 pixels"))
        let tall = try Sequential("tall", input: [9, 9, 1]) { Conv2D(6, kernel: [5, 3], name: "first") }
        #expect(tall.filters("first").description.contains("6 images of 3×5 pixels"))
    }
}

@Suite struct ClassificationTests {
    private let examples = Examples(
        inputs: .uniform([4, 5, 5, 1]), targets: Tensor([0, 1, 1, 2] as [Int32]), classNames: ["cat", "dog", "bird"])
    /// Right for the first and the last; the third is a surer mistake than the second.
    private let scores = Tensor([[5, 0, 0], [1, 0, 0], [0, 0, 9], [0, 0, 4]])

    @Test func theShareOfRightAnswersIsCounted() {
        #expect(examples.confusionMatrix(scores).description.contains("4 examples: 50.0 % correct"))
        let indices = Tensor([0, 1, 1, 2] as [Int32])
        #expect(confusionMatrix(indices, examples.targets).description.contains("100.0 % correct"))
        let rows = Tensor.oneHot(examples.targets, classes: 3)
        #expect(confusionMatrix(scores, rows).description.contains("4 examples: 50.0 % correct"))
        let coded = Examples(inputs: examples.inputs, targets: rows, classNames: examples.classNames)
        #expect(coded.misclassified(scores).description.contains("2 of 4 are wrong"))
        #expect(coded.images().description == "4 images of 5×5 pixels")
    }

    @Test func mistakesAreCountedAndShown() {
        let figure = examples.misclassified(scores)
        #expect(figure.description.contains("2 of 4 are wrong (50.0 %)") && figure.description.contains("2 images"))
        #expect(examples.misclassified(examples.targets).description.contains("0 of 4 are wrong"))
    }

    @Test func aSummaryAndAHistoryAreTables() throws {
        let net = try Sequential("dense", input: [2]) { Dense(2) }
        #expect(net.summary().mimeBundle.plainText?.contains("Total params") == true)
        let history = try net.fit(
            Toys.moons(count: 20), epochs: 2, loss: .crossEntropy, metrics: [.accuracy], showsProgress: false)
        guard case .text(let html)? = history.mimeBundle.contents["text/html"] else {
            Issue.record("a history has no table")
            return
        }
        // A header and a row for each of the two epochs.
        #expect(html.ranges(of: "<tr>").count == 3)
        #expect(html.contains("accuracy"))
    }
}
