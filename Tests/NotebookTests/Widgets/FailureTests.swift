import Notebook
import Testing

/// The texts of errors. Each runs in a process of its own, which it ends.
@Suite struct FailureTests {
    private func expect(_ result: ExitTest.Result?, says text: String) {
        let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(output.contains(text), "\(output)")
    }

    @Test func aSlidersValueOutsideItsRange() async {
        let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Slider("rate", 0.0...1, value: 5)
        }
        expect(outside, says: "ValueError in Slider: the value must be within 0.0...1.0, got 5.0; widen the range")
        let variable = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            @Slider("rate", 0.0...1) var rate = 5.0
            _ = rate
        }
        expect(variable, says: "the value must be within 0.0...1.0, got 5.0")
        let part = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = RangeSlider("part", 0...9, value: 2...12)
        }
        expect(part, says: "the value must be within 0...9, got 12")
        let missing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Slider("rate", 0.0...1, value: .nan)
        }
        expect(missing, says: "the value must be within 0.0...1.0, got nan")
    }

    @Test func aSliderThatCannotMove() async {
        let zero = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Slider("n", 1...9, step: 0)
        }
        expect(zero, says: "ValueError in Slider: step must be above 0 and finite, got 0; leave it out")
        let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = RangeSlider("n", 0.0...1, step: -0.1)
        }
        expect(negative, says: "step must be above 0 and finite, got -0.1")
        let endless = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Slider("n", 0.0 ... .infinity)
        }
        expect(endless, says: "the ends of the range must be finite, got 0.0...inf")
        let logarithmic = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Slider("n", 0.0...1, log: true)
        }
        expect(logarithmic, says: "the range of a logarithmic slider must start above 0, got 0.0...1.0; start it at")
    }

    @Test func choicesThatAreNotThere() async {
        let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Dropdown("which", [Int]())
        }
        expect(none, says: "ValueError in Dropdown: a Dropdown must have at least 1 option, got 0")
        let unknown = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Dropdown("which", ["relu", "tanh"], value: "gelu")
        }
        expect(unknown, says: "the value must be one of the options, got gelu; the options are relu, tanh")
        let page = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Tab(["a": Label("text")]).selected = 1
        }
        expect(page, says: "ValueError in selected: the index must be from 0 to 0, got 1")
    }

    @Test func aProgressBarBelowZeroIsEmpty() {
        let bar = ProgressBar(total: 10)
        bar.advance(by: -3)
        #expect(bar.completed == 0 && bar.description.hasPrefix("░░"))
    }
}
