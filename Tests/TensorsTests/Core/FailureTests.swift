import Tensors
import Testing

/// What a mistake says. Each runs in a process of its own, which it ends.
@Suite struct FailureTests {
    private func expect(_ result: ExitTest.Result?, says parts: String...) {
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        for part in parts { #expect(text.contains(part), "\(text)") }
    }

    @Test func shapesThatDoNotBroadcast() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = LayerPath.within("lenet") { LayerPath.within("dense_1") { Tensor.ones([2, 3]) + Tensor.ones([4]) } }
        }
        expect(
            result, says: "ShapeError in lenet › dense_1: +: shapes [2, 3] and [4] do not broadcast",
            "aligned at the last dimension")
    }

    @Test func matricesThatDoNotMeet() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([2, 3]).matmul(.ones([4, 5]))
        }
        expect(
            result, says: "ShapeError in matmul: cannot multiply [2, 3] by [4, 5]: rows of 3 elements meet columns of 4"
        )
    }

    @Test func reshapesThatDoNotFit() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([2, 3]).reshaped(to: [4, -1])
        }
        expect(result, says: "ShapeError in reshaped: the 6 elements of [2, 3] do not fill [4, -1]")
    }

    @Test func indicesOutOfRange() async {
        let one = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([2, 3])[0, 3]
        }
        expect(
            one, says: "ValueError in subscript: index 3 is out of range for dimension 1 of [2, 3]", "indices are 0..<3"
        )
        let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.oneHot(Tensor([0, 10] as [Int32]), classes: 10)
        }
        expect(label, says: "ValueError in oneHot: index 10 is out of range 0..<10")
        let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([2, 3]).argMax(axis: 2)
        }
        expect(axis, says: "ShapeError in argMax: [2, 3] has no axis 2", "from 0 to 1")
    }

    @Test func whatDoesNotFit() async {
        let solve = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.eye(3).solve(.ones([2, 4]))
        }
        expect(
            solve, says: "ShapeError in solve: equations [3, 3] do not match right-hand sides [2, 4]", "[3, columns]")
        let singular = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([2, 2]).inverse()
        }
        expect(singular, says: "ValueError in solve: the matrix of shape [2, 2] is singular")
        let formula = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = einsum("ij,jk->ik", .ones([2, 3]), .ones([4, 5]))
        }
        expect(
            formula, says: "ShapeError in einsum", "does not fit [2, 3], [4, 5]: j is 3 in one place and 4 in another")
        let assigned = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var x = Tensor.zeros([2, 3])
            x[0] = .ones([2])
        }
        expect(assigned, says: "a tensor of shape [2] cannot be assigned to a part of shape [3]")
        let scattered = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).taken(at: Tensor([0, 1] as [Int32]), axis: 1)
        }
        expect(scattered, says: "ShapeError in taken: indices of shape [2] do not match [2, 3] along axis 1")
        let padded = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([3]).padded([(3, 0)], with: .reflect)
        }
        expect(padded, says: "axis 0 of [3] is too short to be padded by 3", "reflect reaches 2 elements")
    }

    @Test func moreElementsThanCanBe() async {
        let counted = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1 << 30, 1 << 30, 1 << 30])
        }
        expect(counted, says: "ShapeError in Shape: [1073741824, 1073741824, 1073741824] has too many elements")
        // The largest count that places of 32 bits can tell apart, and one more.
        #expect(Shape([Int(Int32.max)]).elementCount == Int(Int32.max))
        let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1 << 16, 1]) + Tensor.zeros([1 << 15])
        }
        expect(large, says: "[65536, 32768] has too many elements: a tensor holds up to 2147483647", "in batches")
        let joined = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.arange(1 << 31)
        }
        expect(joined, says: "a dimension's length must be from 0 to 2147483647, got 2147483648")
    }

    @Test func windowsThatDoNotFit() async {
        let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([9, 9, 1]).conv2d(filter: .ones([3, 3, 1, 1]))
        }
        expect(
            rank, says: "ShapeError in conv2d: images must have shape [batch, height, width, channels], got [9, 9, 1]",
            "expanded(at: 0)")
        let size = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([1, 4, 1]).conv1d(filter: .ones([3, 1, 1]), dilation: 2)
        }
        expect(
            size, says: "ShapeError in conv1d: a kernel of length 3, dilated to 5, is larger than its input of length 4"
        )
        let number = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([1, 4, 4, 1]).maxPool2d(window: (2, 2), stride: (0, 1))
        }
        expect(
            number, says: "ValueError in maxPool2d: stride must be at least 1 along height and width, got [0, 1]")
        let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([1, 4, 4, 2]).conv2d(filter: .ones([3, 3, 1, 1]))
        }
        expect(channels, says: "ShapeError in conv2d: the input must have 1 channels, got 2 in [1, 4, 4, 2]")
        let output = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([1, 4, 4, 1]).convTranspose2d(filter: .ones([3, 3, 1, 1]), outputPadding: (1, 1))
        }
        expect(output, says: "ShapeError in convTranspose2d: an output of 7×7 does not have 4×4 positions")
    }

    @Test func gradientsOfWhatIsNotTracked() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor(2)
            _ = grad(x * x, of: x)
        }
        expect(result, says: "ValueError in grad: an input of shape [] is not tracked", "x.tracked()")
    }

    @Test func maximaOfNothing() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([0, 3]).max(axes: 0)
        }
        expect(result, says: "ShapeError in max: a tensor of shape [0, 3] has no elements")
    }

    @Test func wrongPullbacks() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor([1, 2] as [Float]).tracked()
            _ = grad(
                Tensor.custom(x) {
                    $0[0]
                } pullback: { dy, _, _ in
                    [dy.sum()]
                }, of: x)
        }
        expect(result, says: "the pullback returned a gradient of shape [] for an input of shape [2]")
    }

    @Test func anErrorNamesItsPlace() {
        var error = ShapeError(
            operation: "conv2d", shapes: [[2, 2]], message: "5×5 kernel is larger than its 2×2 input",
            hint: "use padding: .same or pool less before it", path: ["lenet", "conv2d_1"])
        error.location = SourceLocation(file: "cell 4", line: 3)
        #expect(
            "\(error)"
                == "ShapeError in lenet › conv2d_1 (cell 4, line 3): conv2d: 5×5 kernel is larger than its 2×2 input; use padding: .same or pool less before it"
        )
    }
}
