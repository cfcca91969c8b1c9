import Tensors
import Testing

@Suite struct GradientTests {
    @Test func gradientOfAProduct() {
        let x = Tensor([1, 2, 3] as [Double]).tracked(), w = Tensor([4, 5, 6] as [Double]).tracked()
        let gradients = grad((x * w).sum(), of: [x, w])
        #expect(gradients[0].doubles == [4, 5, 6])
        #expect(gradients[1].doubles == [1, 2, 3])
    }

    @Test func broadcastOperandsGetSummedGradients() {
        let x: Tensor = .ones([4, 3]), bias = Tensor.zeros([3]).tracked(), scale = Tensor(2).tracked()
        let gradients = grad(((x + bias) * scale).sum(), of: [bias, scale])
        #expect(gradients[0].shape == [3])
        #expect(gradients[0].doubles == [8, 8, 8])
        #expect(gradients[1].shape == [])
        #expect(gradients[1].item() == 12)
    }

    @Test func secondAndThirdDerivativesOfTanhOfACube() {
        // d/dx tanh(x³) = 3x² s with s = 1 − tanh²(x³), and so on: closed forms.
        let x = Tensor([0.7, -0.4] as [Double], dtype: .float64).tracked()
        let first = grad(tanh(pow(x, 3)), of: x, createGraph: true)
        let second = grad(first, of: x, createGraph: true)
        for (i, v) in x.doubles.enumerated() {
            let t = tanh(Tensor([v * v * v], dtype: .float64)).item(), s = 1 - t * t
            #expect(abs(first.doubles[i] - 3 * v * v * s) < 1e-12)
            #expect(abs(second.doubles[i] - (6 * v * s - 18 * v * v * v * v * t * s)) < 1e-12)
        }
    }

    @Test func aChainOfAMillionOperations() {
        let x = Tensor(1).tracked()
        var y = x
        for _ in 0..<1_000_000 { y = y + 1 }
        #expect(y.item() == 1_000_001)
        #expect(grad(y, of: x).item() == 1)
    }

    @Test func aLongChainWhoseOperandsAreTheSame() {
        let x = Tensor(1).tracked()
        var y = x
        for _ in 0..<100_000 { y = maximum(y, y) }
        #expect(grad(y, of: x).item() == 1)
    }

    @Test func onlyWhatDependsOnTheInputIsVisited() {
        let x = Tensor(3).tracked(), other = Tensor(2).tracked()
        #expect(grad(x * other, of: other).item() == 3)
        #expect(grad(x * 5, of: [x, other]).map { $0.item() } == [5, 0])
        #expect(grad(x.detached() * other, of: [x, other]).map { $0.item() } == [0, 3])
    }

    /// A constant derivative, such as the second of a linear function, is 0 rather than an error.
    @Test func theDerivativeOfAConstantGradientIsZero() {
        let x = Tensor([1.0, 2]).tracked()
        let slope = grad((2 * x).sum(), of: x, createGraph: true)
        #expect(slope.doubles == [2, 2])
        #expect(grad(slope.sum(), of: x).doubles == [0, 0])
        #expect(hessian(at: Tensor([1.0, 2])) { (3 * $0).sum() }.doubles == [0, 0, 0, 0])
        #expect(jacobian(at: Tensor([1.0, 2])) { _ in Tensor([1.0]) }.doubles == [0, 0])
        #expect(valueAndGrad(at: Tensor(1)) { _ in Tensor(3) }.gradient.item() == 0)
    }

    @Test func anOutputThatDoesNotDependOnItsInputIsAnError() async {
        func expect(_ result: ExitTest.Result?, _ part: String) {
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.contains(part), "\(text)")
        }
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let x = Tensor([1.0, 2])
                let y = (x * x).sum()
                _ = grad(y, of: x.tracked())
            },
            "ValueError in grad: the output does not depend on the input of shape [2]; compute it, with tensor operations, from the tensor that tracked() returned"
        )
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let x = Tensor([1.0, 2]).tracked(), w = Tensor(1).tracked()
                _ = grad(w * Tensor(x.doubles[0]), of: [x, Tensor(3).tracked()])
            }, "the output does not depend on any of the 2 inputs")
    }

    @Test func nothingIsRecordedWithoutGradients() {
        let x = Tensor(3).tracked()
        #expect(withoutGradients { (x * x).isTracked } == false)
        #expect((x * x).isTracked)
    }
}

extension GradientTests {
    @Test func gradientsThatMeetAreAdded() {
        let a = Tensor([1, 2] as [Double]).tracked(), b = Tensor([5, 7] as [Double]).tracked()
        // The gradient of the sum goes to both operands; adding to one of them must not change the other.
        let gradients = grad(((a + b) + a * 3 + a * a).sum(), of: [a, b])
        #expect(gradients[0].doubles == [6, 8])
        #expect(gradients[1].doubles == [1, 1])
        #expect(grad((a + a + a + a).sum(), of: a).doubles == [4, 4])
    }

    @Test func anIntermediateResultHasAGradientToo() {
        let x = Tensor([1, 2] as [Double]).tracked()
        let hidden = x * x
        let y = (hidden * 3).sum()
        let gradients = grad(y, of: [hidden, x])
        #expect(gradients[0].doubles == [3, 3])
        #expect(gradients[1].doubles == [6, 12])
        #expect(grad(y, of: hidden).doubles == [3, 3])
    }

    @Test func aDirectionWeighsTheOutputs() {
        let x = Tensor([1, 2] as [Double]).tracked()
        #expect(grad(x * x, of: [x], along: Tensor([1, 10] as [Double]))[0].doubles == [2, 40])
    }

    @Test func threadsMayShareAGraph() async {
        let w = Tensor([2, 3] as [Double]).tracked()
        let shared = w * w
        let results = await withTaskGroup(of: [Double].self) { group in
            for factor in 1...16 {
                group.addTask { grad((shared * Double(factor)).sum(), of: w).doubles }
            }
            return await group.reduce(into: [[Double]]()) { $0.append($1) }
        }
        let expected = (1...16).map { factor in [Double(4 * factor), Double(6 * factor)] }
        #expect(Set(results) == Set(expected))
    }

    @Test func valueAndGradientTogether() {
        let (value, gradient) = valueAndGrad(at: Tensor([3] as [Double])) { $0.squared().sum() }
        #expect(value.item() == 9 && !value.isTracked)
        #expect(gradient.doubles == [6])
    }
}

@Suite struct CustomOperationTests {
    @Test func itsPullbackIsUsed() {
        let x = Tensor([0.4, 1.6] as [Double]).tracked()
        let y = Tensor.custom(x) {
            $0[0].rounded()
        } pullback: { dy, _, _ in
            [3 * dy]
        }
        #expect(y.doubles == [0, 2])
        #expect(grad(y.sum(), of: x).doubles == [3, 3])
    }

    @Test func itCanBeDifferentiatedTwice() {
        let x = Tensor([0.5, -2] as [Double], dtype: .float64).tracked()
        let cube = { (x: Tensor) in
            Tensor.custom(x) {
                $0[0] * $0[0] * $0[0]
            } pullback: { dy, inputs, _ in
                [dy * 3 * inputs[0].squared()]
            }
        }
        let slope = grad(cube(x).sum(), of: x, createGraph: true)
        #expect(grad(slope.sum(), of: x).doubles == [3, -12])
    }

    @Test func aLongChainIsFreedEvenIfPullbacksHoldOnToTensors() {
        let x = Tensor(1).tracked()
        var y = x
        for _ in 0..<200_000 {
            let before = y
            y = .custom(y) {
                $0[0] + 0
            } pullback: { dy, _, _ in
                [dy + 0 * before]
            }
        }
        #expect(grad(y, of: x).item() == 1)
    }
}
