internal import Tensors

/// A function at one point of a line: its value, the gradient of all weights, and the derivative along the line.
struct LinePoint {
    let step: Double
    let value: Double
    let gradient: Tensor
    let slope: Double
}

/// Finds a step along a direction that meets the strong Wolfe conditions: the value falls by at least c₁ of what the
/// slope promises, and the slope falls to at most c₂ of what it was. Nocedal and Wright, "Numerical Optimization"
/// (2006), algorithms 3.5 and 3.6, with cubic interpolation.
struct LineSearch<E: Error> {
    /// The function along the line.
    let evaluate: (_ step: Double) throws(E) -> LinePoint
    /// The start of the line.
    let start: LinePoint
    /// The search ends when the interval is narrower than this.
    let tolerance: Double
    var evaluations = 0

    private let sufficientDecrease = 1e-4, flattening = 0.9, maximumEvaluations = 25

    init(from start: LinePoint, tolerance: Double, evaluate: @escaping (_ step: Double) throws(E) -> LinePoint) {
        self.start = start
        self.tolerance = tolerance
        self.evaluate = evaluate
    }

    /// The first point that meets the conditions, or the best one if none does.
    mutating func run(firstStep: Double) throws(E) -> LinePoint {
        var (previous, point) = (start, try probe(firstStep))
        while evaluations <= maximumEvaluations {
            if isTooHigh(point) || evaluations > 2 && point.value >= previous.value {
                return try zoom(previous, point)
            }
            if isFlat(point) { return point }
            if point.slope >= 0 { return try zoom(previous, point) }
            // Still descending: extrapolate, up to ten times as far.
            let bounds = point.step + 0.01 * (point.step - previous.step)...10 * point.step
            let next = Self.minimum(between: previous, point, in: bounds)
            (previous, point) = (point, try probe(next))
        }
        return try zoom(start, point)
    }

    /// Narrows an interval that contains a point which meets the conditions.
    private mutating func zoom(_ a: LinePoint, _ b: LinePoint) throws(E) -> LinePoint {
        var (low, high) = a.value <= b.value ? (a, b) : (b, a)
        var wasAtEdge = false
        while evaluations <= maximumEvaluations, abs(high.step - low.step) >= tolerance {
            let range = min(low.step, high.step)...max(low.step, high.step)
            var step = Self.minimum(between: low, high, in: range)
            // Twice in a row close to one end would hardly narrow the interval: move a tenth of it away.
            let margin = 0.1 * (range.upperBound - range.lowerBound)
            let isAtEdge = min(range.upperBound - step, step - range.lowerBound) < margin
            if isAtEdge, wasAtEdge || step >= range.upperBound || step <= range.lowerBound {
                step =
                    range.upperBound - step < step - range.lowerBound
                    ? range.upperBound - margin : range.lowerBound + margin
                wasAtEdge = false
            } else {
                wasAtEdge = isAtEdge
            }
            let point = try probe(step)
            if isTooHigh(point) || point.value >= low.value {
                high = point
            } else {
                if isFlat(point) { return point }
                if point.slope * (high.step - low.step) >= 0 { high = low }
                low = point
            }
            if low.value > high.value { swap(&low, &high) }
        }
        return low
    }

    private mutating func probe(_ step: Double) throws(E) -> LinePoint {
        evaluations += 1
        return try evaluate(step)
    }

    private func isTooHigh(_ point: LinePoint) -> Bool {
        point.value > start.value + sufficientDecrease * point.step * start.slope
    }

    private func isFlat(_ point: LinePoint) -> Bool { abs(point.slope) <= -flattening * start.slope }

    /// The minimizer of the cubic that interpolates two points and their slopes (Nocedal and Wright, eq. 3.59).
    private static func minimum(between a: LinePoint, _ b: LinePoint, in bounds: ClosedRange<Double>) -> Double {
        let (left, right) = a.step <= b.step ? (a, b) : (b, a)
        let d1 = left.slope + right.slope - 3 * (left.value - right.value) / (left.step - right.step)
        let square = d1 * d1 - left.slope * right.slope
        guard square >= 0 else { return (bounds.lowerBound + bounds.upperBound) / 2 }
        let d2 = square.squareRoot()
        let share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2)
        return min(max(right.step - (right.step - left.step) * share, bounds.lowerBound), bounds.upperBound)
    }
}
