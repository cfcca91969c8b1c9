import Tensors
import Testing

/// Advice that is worked out from two shapes, followed: it ends in the shape that was wanted, with every element where
/// it belongs.
@Suite struct ShapeRemedyTests {
    @Test func whatTheShapesSay() {
        func call(_ given: Shape, _ wanted: Shape) -> String? { ShapeRemedy(from: given, to: wanted)?.callOnBatch }
        #expect(call([3, 32, 32], [32, 32, 3]) == ".transposed(0, 2, 3, 1)")
        #expect(call([1, 28, 28], [28, 28, 1]) == ".transposed(0, 2, 3, 1)")
        #expect(call([32, 20], [20, 32]) == ".transposed(0, 2, 1)")
        #expect(call([28, 28], [28, 28, 1]) == ".expanded(at: 3)")
        #expect(call([20], [20, 1]) == ".expanded(at: 2)")
        #expect(call([1, 2], [2]) == ".squeezed(axes: 1)")
        #expect(call([28, 28, 1], [28, 28]) == ".squeezed(axes: 3)")
        #expect(call([28, 28, 1], [784]) == ".reshaped(to: [-1, 784])")
        #expect(call([784], [28, 28, 1]) == ".reshaped(to: [-1, 28, 28, 1])")
        #expect(call([20], [20, 4]) == nil)
        #expect(call([2], [2]) == nil)
    }

    @Test func aPermutationIsNeverReshaped() {
        // Channel c of pixel (y, x) is 100 c + 10 y + x.
        var values: [Int32] = []
        for c in 0..<3 { for y in 0..<4 { for x in 0..<4 { values.append(Int32(100 * c + 10 * y + x)) } } }
        let image = Tensor(values, shape: [1, 3, 4, 4])
        #expect(ShapeRemedy(from: [3, 4, 4], to: [4, 4, 3]) == .transpose([1, 2, 0]))
        #expect(image.transposed(0, 2, 3, 1)[0, 2, 1].ints == [21, 121, 221])
    }

    @Test func errorsCarryIt() async {
        func check(_ result: ExitTest.Result?, _ part: String) {
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.contains(part), "\(text)")
        }
        check(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3]) + .zeros([2])
            }, "lengths must be equal or 1: write .expanded(at: 1) behind the one of shape [2]")
        #expect((Tensor.zeros([2, 3]) + Tensor.zeros([2]).expanded(at: 1)).shape == [2, 3])
        check(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([28, 28, 1]).conv2d(filter: .ones([3, 3, 1, 1]))
            }, "got [28, 28, 1]; make a single example a batch with expanded(at: 0)")
        #expect(
            Tensor.zeros([28, 28, 1]).expanded(at: 0).conv2d(filter: .ones([3, 3, 1, 1])).shape == [1, 26, 26, 1])
        check(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([28, 28, 1]).resized(to: (32, 32))
            }, "make one image a batch with expanded(at: 0)")
        check(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([1, 3, 32, 32]).conv2d(filter: .ones([5, 5, 32, 1]))
            }, "5×5 kernel is larger than its 3×32 input; channels come last, as .transposed(0, 2, 3, 1)")
        check(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([5, 2]).gathered(Tensor([0.0, 1.4]))
            }, "gathered: an index must be an integer, got 1.4")
    }
}
