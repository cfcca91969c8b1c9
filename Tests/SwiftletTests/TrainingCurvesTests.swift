import Foundation
import Swiftlet
import TestSupport
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
    /// Where a picture's pixels of some colour are.
    private func bounds(
        of bitmap: Bitmap, where isMatch: (_ red: Int, _ green: Int, _ blue: Int) -> Bool
    ) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
        var found: (columns: ClosedRange<Int>, rows: ClosedRange<Int>)?
        for row in 0..<bitmap.height {
            for column in 0..<bitmap.width {
                let pixel = bitmap[column, row]
                guard pixel.alpha == 255, isMatch(Int(pixel.red), Int(pixel.green), Int(pixel.blue)) else { continue }
                let (columns, rows) = found ?? (column...column, row...row)
                found = (
                    min(columns.lowerBound, column)...max(columns.upperBound, column),
                    min(rows.lowerBound, row)...max(rows.upperBound, row)
                )
            }
        }
        return found
    }

    /// The blue curve runs from the first to the last rate, and a point of vermilion marks the suggestion on it.
    @Test(.ownRandomNumbers) func theSuggestionIsMarkedOnTheCurve() throws {
        let network = try Sequential(input: [4]) { Dense(1) }
        let inputs = Tensor.normal([64, 4])
        let search = try network.findLearningRate(
            Examples(inputs: inputs, targets: inputs.sum(axes: 1, keepDims: true)), optimizer: .sgd(),
            loss: .meanSquaredError, steps: 20)
        let bitmap = try Bitmap(png: search.plot().png(density: 2))
        #expect((bitmap.width, bitmap.height) == (960, 600))
        let curve = try #require(
            bounds(of: bitmap) { abs($0) < 12 && abs($1 - 0x72) < 12 && abs($2 - 0xB2) < 12 })
        let point = try #require(bounds(of: bitmap) { $0 > 190 && $1 < 140 && $2 < 80 })
        #expect((10...20).contains(point.columns.count) && (10...20).contains(point.rows.count))

        let (first, last) = (try #require(search.rates.first), try #require(search.rates.last))
        let marked = try #require(search.rates.first { $0 >= search.suggestion })
        let fraction = log(marked / first) / log(last / first)
        let expected = Double(curve.columns.lowerBound) + Double(curve.columns.count) * fraction
        let middle = Double(point.columns.lowerBound + point.columns.upperBound) / 2
        #expect(abs(middle - expected) < 6)
    }
}
