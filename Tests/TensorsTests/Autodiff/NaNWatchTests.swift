import Tensors
import Testing

@Suite struct NaNWatchTests {
    private func expect(_ result: ExitTest.Result?, says parts: String...) {
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        for part in parts { #expect(text.contains(part), "\(text)") }
    }

    @Test func theOperationAndItsLayerAreNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            watchingForNaN {
                let hidden = LayerPath.within("encoder") { tanh(Tensor([[0.5, -2], [1, 0]])) }
                let odd = LayerPath.within("encoder") { LayerPath.within("log_1") { log(hidden) } }
                _ = odd + 1
            }
        }
        expect(
            result,
            says: "ValueError in encoder › log_1: log: NaN appeared first here: 1 of 4 elements of the result [2, 2]",
            "the first at [0, 1]", "operands were in -0.96", "…0.76")
    }

    @Test func aGradientIsWatchedToo() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            watchingForNaN {
                let x = Tensor([0.0, 4]).tracked()
                // The slope of √ at 0 is infinite, and 0 · ∞ is NaN.
                let y = LayerPath.within("norm") { sqrt(x * x) }
                _ = grad(y.sum(), of: x)
            }
        }
        expect(result, says: "NaN appeared first here, in the gradient of")
    }

    @Test func infinityCountsWhereAskedFor() async {
        let x = Tensor([0.0, 1])
        #expect(watchingForNaN { log(x).scalars[0] } == -.infinity)
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            watchingForNaN(infinities: true) { _ = log(Tensor([0.0, 1])) }
        }
        expect(result, says: "ValueError in log: infinity appeared first here")
    }

    @Test func whatWasThereBeforeIsNoMistakeOfTheOperation() {
        let x = Tensor([.nan, 1] as [Float])
        #expect(watchingForNaN { (x + 1).scalars[1] } == 2)
        #expect(log(Tensor([-1.0])).scalars[0].isNaN)
    }
}
