import Architectures
import Networks
import TestSupport
import Testing

extension NetworksTests {
    @Suite struct SummaryTests {
        private func odd() throws -> Sequential {
            try Sequential("odd", input: [8, 8, 3]) {
                Conv2D(4, kernel: 3, name: "a_name_that_is_much_longer_than_its_column")
                BatchNormalization()
                GlobalAveragePooling2D()
                Dropout(0.5)
                Dense(3)
                Reshape([3, 1])
                Activation(.relu)
                Flatten()
            }
        }

        @Test func tablesAreKeras() throws {
            let expected: [String: String] = try Fixture.load("summaries")
            #expect(try Sequential.leNet5().summary().description == expected["lenet 76"])
            #expect(try Sequential.leNet5().summary(width: 88).description == expected["lenet 88"])
            #expect(try Sequential.convNet().summary().description == expected["cnn 76"])
            #expect(try odd().summary().description == expected["odd 76"])
        }

        @Test func numbersOfTheSlides() throws {
            let summary = try Sequential.convNet().summary()
            #expect(summary.rows.map(\.parameterCount) == [320, 0, 18496, 0, 36928, 0, 36928, 650])
            #expect(summary.parameterCount == 93_322)
            #expect(summary.description.contains("\n Total params: 93,322 (364.54 KB)\n"))
        }

        @Test func layersWithinLayers() throws {
            let network = try Sequential(input: [2]) { Residual { Dense(2) } }
            #expect(network.summary().rows.map(\.layer) == ["residual (Residual)"])
            #expect(
                network.summary(nested: true).rows.map(\.layer) == [
                    "residual (Residual)", "   └ body (Sequential)", "      └ dense (Dense)",
                ])
            let nested = network.summary(nested: true)
            #expect(nested.description.contains("\n│    └ body (Sequential)"))
            #expect(nested.description.contains("\n│       └ dense (Dense)"))
            #expect(nested.html.contains(">&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;└ dense (Dense)</td>"))
            // Where a name needs a second line, that stands as deep.
            let narrow = network.summary(width: 50, nested: true).description
            #expect(narrow.contains("\n│       └ dense") && narrow.contains("\n│       (Dense)"))
        }

        @Test func pageHasTheSameNumbers() throws {
            let html = try Sequential("a<b", input: [2]) { Dense(600) }.summary().html
            #expect(html.contains("a&lt;b") && !html.contains("a<b"))
            #expect(html.contains(">1,800</td>") && html.contains("<b>1,800 (7.03 KB)</b>"))
        }
    }
}
