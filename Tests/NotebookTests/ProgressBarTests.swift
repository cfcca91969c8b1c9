import Notebook
import Testing

@Suite struct ProgressBarTests {
    @Test func figuresSayRateAndTimeLeft() throws {
        let view = ProgressView(
            label: "epoch 1", unit: "images", done: 15_000, total: 60_000, elapsed: .seconds(3), note: "loss 0.5",
            isFinished: false)
        #expect(
            view.text
                == "epoch 1 ██████░░░░░░░░░░░░░░░░░░ 15,000/60,000 images · 5,000 images/s · 9.0 s left · loss 0.5")
        #expect(try html(of: view).contains("width:25.0%"))
    }

    private func html(of view: ProgressView) throws -> String {
        let html: String? = if case .text(let text)? = view.mimeBundle.contents["text/html"] { text } else { nil }
        return try #require(html)
    }

    @Test(arguments: [(4.24, "4.2 s"), (42, "42 s"), (65, "1:05 min"), (7200, "2:00:00 h"), (Double.infinity, "–")])
    func timesAreReadable(seconds: Double, text: String) {
        #expect(ProgressView.clock(seconds) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-100, "-100")])
    func thousandsAreGrouped(number: Int, text: String) {
        #expect(ProgressView.grouped(number) == text)
    }

    @Test func labelsCannotBreakThePage() throws {
        let view = ProgressView(
            label: "<b>&", unit: "steps", done: 0, total: 1, elapsed: .zero, note: "", isFinished: false)
        #expect(try html(of: view).contains("&lt;b&gt;&amp;"))
    }
}
