import Tensors
import TestSupport
import Testing

/// Derivatives where functions have kinks or matrices are singular, and integers where numbers with fractions arise.
@Suite struct SingularityTests {
    private func expect(_ x: Tensor, _ right: [Double], within limit: Double = 1e-5, _ comment: Comment? = nil) {
        #expect(distance(x, Tensor(right, shape: x.shape, dtype: .float64)) < limit, comment)
    }

    @Test func aConstantHasNoDeviation() {
        let x = Tensor([2.0, 2, 2]).tracked()
        expect(grad(x.standardDeviation(), of: x), [0, 0, 0])
        // Standardizing a batch of which one column is constant: a dead pixel.
        let batch = Tensor([[1.0, 5], [2, 5], [4, 5]]).tracked()
        let standard = (batch - batch.mean(axes: 0)) / (batch.standardDeviation(axes: 0) + 1e-7)
        #expect(grad(standard.squared().sum(), of: batch).isFinite().all())
        let slope = grad(x.standardDeviation(), of: x, createGraph: true)
        #expect(grad((slope.norm() - 1).squared(), of: x).isFinite().all())
    }

    @Test func theGradientOfADeterminantIsItsCofactors() {
        func cofactors(_ x: Tensor) -> Tensor {
            let x = x.tracked()
            return grad(x.determinant().sum(), of: x)
        }
        expect(cofactors(Tensor([[1.0, 2], [2, 4]])), [4, -2, -2, 1])
        expect(cofactors(Tensor([[0.0, 1], [0, 1]])), [1, 0, -1, 0])
        expect(cofactors(Tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])), [-3, 6, -3, 6, -12, 6, -3, 6, -3])
        expect(cofactors(.ones([3, 3])), Array(repeating: 0, count: 9))
        expect(cofactors(Tensor([[0.0]])), [1])
        // One singular matrix of a batch leaves the others as they are.
        expect(cofactors(Tensor([[[1.0, 2], [2, 4]], [[1, 2], [3, 5]]])), [4, -2, -2, 1, 5, -3, -2, 1])
        let report = gradCheck(at: Tensor([[1.0, 2, 0], [2, 4, 0], [1, 0, 3]], dtype: .float64)) { x in
            let x = x.isTracked ? x : x.tracked()
            return grad(x.determinant(), of: x, createGraph: true).squared().sum()
        }
        #expect(report.passed, "\(report)")
    }

    @Test func singularValuesThatAreEqualOrZeroHaveSubgradients() {
        func slope(_ x: Tensor, _ function: (Tensor) -> Tensor) -> Tensor {
            let x = x.tracked()
            return grad(function(x), of: x)
        }
        expect(slope(.ones([2, 2])) { $0.svd().s[0] }, [0.5, 0.5, 0.5, 0.5])
        expect(slope(.eye(2)) { $0.svd().s.sum() }, [1, 0, 0, 1])
        expect(slope(.eye(2)) { $0.eigh().values.sum() }, [1, 0, 0, 1])
        for shape in [[2, 2], [3, 2], [2, 3]] as [Shape] {
            let zero = slope(.zeros(shape)) { $0.svd().s.sum() }
            expect(zero.squared().sum(), [2])
        }
    }

    @Test func powersOfZeroAndOfNegativeNumbers() {
        let x = Tensor([-2.0, 0, 3], dtype: .float64)
        func slopes(_ function: (Tensor) -> Tensor) -> (first: Tensor, second: Tensor) {
            let x = x.tracked(), first = grad(function(x).sum(), of: x, createGraph: true)
            return (first.detached(), first.isTracked ? grad(first.sum(), of: x) : .zeros(like: x))
        }
        expect(slopes { $0.pow(0) }.first, [0, 0, 0])
        expect(slopes { $0.pow(3) }.first, [12, 0, 27])
        expect(slopes { $0.pow(3) }.second, [-12, 0, 18])
        expect(slopes { $0.pow(Tensor([0.0, 0, 0])) }.first, [0, 0, 0])
        expect(slopes { $0.pow(Tensor([2.0, 2, 2])) }.second, [2, 2, 2])
        let exponent = Tensor([2.0, 0, 0.5]).tracked()
        expect(grad(Tensor(0.0).pow(exponent).sum(), of: exponent), [0, 0, 0])
        #expect(Tensor([1, 2, 3]).pow(2).dtype == Tensor([1, 2, 3]).pow(3).dtype)
    }

    @Test func whatIsMaskedOutPassesNoGradient() {
        let x = Tensor([0.0, 4, -1, .infinity]).tracked()
        let roots = Tensor.select((x .> 0) .& (x .< 100), x.sqrt(), .zeros(like: x))
        #expect(grad(roots.sum(), of: x).doubles == [0, 0.25, 0, 0])
        let logarithms = (x.log() / x).masked(.!(x .== 4), with: 0)
        #expect(grad(logarithms.sum(), of: x).isFinite().all())
    }

    @Test func theLargestLogitsKeepTheirDigits() {
        let logits = Tensor([[1e8, 1e8], [1e4, 1e4], [0, 0]])
        expect(logits.logSoftmax(), Array(repeating: -0.6931471805599453, count: 6), within: 1e-6)
        expect(logits.swapped(0, 1).logSoftmax(axis: 0), Array(repeating: -0.6931471805599453, count: 6), within: 1e-6)
        let x = logits.tracked()
        expect(grad(x.logSumExp(axes: -1).sum(), of: x), Array(repeating: 0.5, count: 6))
        let masked = Tensor([0.0, -.infinity, 0]).tracked()
        expect(grad(masked.logSoftmax()[0], of: masked), [0.5, 0, -0.5])
    }

    @Test func theSmallestOfIntegers() {
        let least = Tensor([0, .min, 5] as [Int64])
        #expect(least.argMin().item() == 1)
        #expect((least.cumulativeMin() .== Tensor([0, .min, .min] as [Int64])).all())
        #expect(Tensor([3.0, .nan, 1]).argMin().item() == 1)
    }

    @Test func numbersAreComparedExactly() {
        let large = Tensor([9_007_199_254_740_993] as [Int64])
        #expect((large .== 9_007_199_254_740_992).ints == [0])
        #expect((large .> 9_007_199_254_740_992).ints == [1])
        #expect((Tensor([16_777_216] as [Int32]) .< 16_777_217).ints == [1])
        #expect((Tensor([0.1]) .== 0.1).ints == [1])
        #expect((Tensor([1, 2]) .< 1.5).ints == [1, 0])
    }

    @Test func integersAreNotCut() {
        let bytes = Tensor([0, 100] as [UInt8], shape: [1, 1, 2, 1])
        #expect(bytes.resized(to: (rows: 1, columns: 4)).doubles == [0, 25, 75, 100])
        #expect(bytes.resized(to: (rows: 1, columns: 4), interpolation: .nearest).dtype == .uint8)
        #expect(Tensor([0, 1, 2]).clipped(to: 0.5...1.5).doubles == [0.5, 1, 1.5])
        #expect(Tensor([0, 1, 2]).clipped(to: 1...(.infinity)).ints == [1, 1, 2])
        #expect((Tensor([200] as [UInt8]) + Tensor([100] as [UInt8])).ints == [300])
        #expect((Tensor([1] as [UInt8]) - Tensor([2] as [UInt8])).ints == [-1])
    }

    @Test func closedRangesThatEndAtTheLastElement() {
        var x = Tensor([0.0, 1, 2, 3, 4])
        #expect(x[(-3)...(-1)].doubles == [2, 3, 4])
        #expect(x[...(-1)].count == 5)
        x[(-2)...(-1)] = Tensor([8.0, 9])
        #expect(x.doubles == [0, 1, 2, 8, 9])
        x[...(-1)] = Tensor(1)
        #expect(x.doubles == [1, 1, 1, 1, 1])
        var rows = Tensor.zeros([2, 3])
        rows[Slice.all, (-1)...(-1)] = Tensor(7)
        #expect(rows.doubles == [0, 0, 7, 0, 0, 7])
    }

    @Test func noElementsAreAnError() async {
        await #expect(processExitsWith: .failure) { _ = Tensor.zeros([0]).max() }
        await #expect(processExitsWith: .failure) { _ = Tensor.zeros([2, 0]).argMin() }
        await #expect(processExitsWith: .failure) { _ = Tensor.zeros([0]).median() }
        await #expect(processExitsWith: .failure) { _ = Tensor.zeros([0]).quantile(0.25) }
        await #expect(processExitsWith: .failure) { _ = Tensor.zeros([0]).topK(1) }
        await #expect(processExitsWith: .failure) { _ = Tensor.zeros([0]).logSumExp() }
        await #expect(processExitsWith: .failure) { _ = Tensor.zeros([0]).norm(order: .infinity) }
        let logarithm = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor.ones([2, 2]).tracked()
            _ = grad(x.logDeterminant().logarithm, of: x)
        }
        let text = String(decoding: logarithm?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("ValueError in logDeterminant: a matrix of shape [2, 2] is singular"), "\(text)")
    }
}
