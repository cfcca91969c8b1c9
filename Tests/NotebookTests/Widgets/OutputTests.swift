import Foundation
import Notebook
import Testing

@Suite struct OutputTests {
    /// The texts of what is in an area.
    private func texts(_ output: Output) -> [String] {
        (output.state["outputs"]?.list ?? []).map { item in
            item["data"]?["text/plain"]?.text ?? item["text"]?.text ?? item["ename"]?.text ?? "-"
        }
    }

    @Test func whatIsShownInsideStaysInside() {
        let output = Output()
        let said = Recorder.record { _ in
            output.capture {
                let handle = display(1)
                display("two")
                handle.update(3)
                showResult(4)
            }
            display(5)
        }
        #expect(texts(output) == ["3", "\"two\"", "4"])
        #expect(said == ["display 5"])
    }

    @Test func aDisplayFromOutsideIsChangedWhereItIs() {
        let output = Output()
        let said = Recorder.record { _ in
            let handle = display(1)
            output.capture { handle.update(2) }
        }
        #expect(texts(output) == [])
        #expect(said == ["display 1", "update 2"])
    }

    @Test func replacingLeavesNothingOfBefore() {
        let output = Output()
        output.append(1)
        output.capture(replacing: true) { #expect(texts(output) == ["1"]) }
        #expect(texts(output) == [])
        output.capture(replacing: true) { output.append(2) }
        output.fail(name: "ShapeError", message: "too large", traceback: ["too large"])
        #expect(texts(output) == ["2", "ShapeError"])
    }

    @Test func interactShowsControlsAndWhatIsMadeOfThem() throws {
        let (width, height) = (Slider("width", 1...9), FloatSlider("height", 0...2, value: 0.5))
        let said = Recorder.record { recorder in
            interact(width, height) { width, height in Double(width) * height }
            let opened = recorder.take()
            #expect(opened.filter { $0.contains("Slider") && !$0.contains("Style") }.count == 2)
            #expect(opened.contains { $0.hasPrefix("display view of width: 1\nheight: 0.5") })
            #expect(opened.last?.contains("\"text/plain\":\"0.5\"") == true)
            recorder.change(["value": 4], of: width)
        }
        #expect(said.count == 2)
        #expect(said.first == "echo_update {\"value\":4}")
        #expect(said.last?.contains("\"text/plain\":\"2.0\"") == true)
    }

    @Test func interactThrowsWhatIsThrownNow() {
        struct Mistake: Error {}
        #expect(throws: Mistake.self) { try interact(Checkbox("bias")) { _ in throw Mistake() } }
    }
}
