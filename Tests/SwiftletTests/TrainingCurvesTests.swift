import Swiftlet
import Testing

@Suite struct StepCurveTests {
    @Test func aShortCurveHasEveryStep() {
        var curve = StepCurve()
        for value in [3.0, 1, 2] { curve.append(value) }
        #expect(curve.points.steps == [1, 2, 3])
        #expect(curve.points.values == [3, 1, 2])
    }

    /// On a straight line, the mean of neighbouring steps lies on the line, however many were merged.
    @Test(arguments: [400, 401, 999, 6400, 100_003]) func aLongCurveHasMeansOfEquallyManySteps(count: Int) {
        var curve = StepCurve()
        for step in 1...count { curve.append(2 * Double(step) + 5) }
        let (steps, values) = curve.points
        #expect(steps.count <= 400 && steps.count >= min(count, 200))
        for (step, value) in zip(steps, values) { #expect(abs(value - (2 * step + 5)) < 1e-6) }
    }
}

@Suite struct LearningRateSearchTests {
    @Test func theSearchIsDrawn() throws {
        let network = try Sequential(input: [4]) { Dense(1) }
        let inputs = Tensor.normal([64, 4])
        let search = try network.findLearningRate(
            Examples(inputs: inputs, targets: inputs.sum(axes: 1, keepDims: true)), optimizer: .sgd(),
            loss: .meanSquaredError, steps: 20)
        #expect(search.plot().png().count > 1000)
    }
}
