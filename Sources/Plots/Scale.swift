/// The scale of an axis.
public enum AxisScale: Sendable, Hashable {
    /// Equal differences have equal lengths.
    case linear
    /// Equal ratios have equal lengths; numbers at or below zero are not shown.
    case logarithmic
}

/// A mark on an axis.
package struct Tick: Sendable, Hashable {
    package let value: Double
    package let label: String
}

/// The range of an axis, and its ticks.
package struct Scale: Sendable {
    package let kind: AxisScale
    package let range: ClosedRange<Double>

    package init(_ kind: AxisScale, _ range: ClosedRange<Double>) {
        self.kind = kind
        self.range = range
    }

    /// A scale for data, with a little padding at both ends and never of zero length.
    package init(_ kind: AxisScale, fitting data: ClosedRange<Double>, padding: Double = 0.04) {
        self.kind = kind
        switch kind {
        case .linear:
            let extent = data.upperBound - data.lowerBound
            let air = extent > 0 ? extent * padding : max(data.lowerBound.magnitude * 0.1, 0.5)
            range = data.lowerBound - air...data.upperBound + air
        case .logarithmic:
            let factor = data.upperBound > data.lowerBound ? power(data.upperBound / data.lowerBound, padding) : 2
            range = data.lowerBound / factor...data.upperBound * factor
        }
    }

    /// The position of a number: 0 at the lower end, 1 at the upper.
    package func fraction(_ value: Double) -> Double {
        switch kind {
        case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        case .logarithmic:
            logarithm10(value / range.lowerBound) / logarithm10(range.upperBound / range.lowerBound)
        }
    }

    /// About `count` ticks at round numbers.
    package func ticks(about count: Int) -> [Tick] {
        kind == .linear ? linearTicks(about: count) : logarithmicTicks(about: count)
    }

    /// Multiples of 1, 2 or 5 times a power of ten, chosen by D3's rule: the thresholds are the geometric means between
    /// them.
    private func linearTicks(about count: Int) -> [Tick] {
        let rough = (range.upperBound - range.lowerBound) / Double(max(count, 1))
        guard rough > 0, rough.isFinite else { return [] }
        var exponent = Int(logarithm10(rough).rounded(.down))
        let ratio = rough / power(10, Double(exponent))
        var factor = 1.0
        if ratio >= 50.0.squareRoot() {
            exponent += 1
        } else if ratio >= 10.0.squareRoot() {
            factor = 5
        } else if ratio >= 2.0.squareRoot() {
            factor = 2
        }
        // Divide by small steps rather than multiply: 3 / 10 is 0.3, and 3 * 0.1 is not.
        let unit = power(10, Double(exponent.magnitude))
        func value(_ index: Double) -> Double { exponent < 0 ? index * factor / unit : index * factor * unit }
        func index(_ value: Double) -> Double { exponent < 0 ? value * unit / factor : value / unit / factor }
        let slack = 1e-9
        let (first, last) = (
            (index(range.lowerBound) - slack).rounded(.up), (index(range.upperBound) + slack).rounded(.down)
        )
        guard last >= first, last - first < 1000 else { return [] }
        let greatest = max(range.lowerBound.magnitude, range.upperBound.magnitude)
        return stride(from: first, through: last, by: 1).map { step in
            let number = value(step)
            let isPlain = greatest < 1e6 && exponent >= -4
            return Tick(
                value: number, label: isPlain ? NumberText.fixed(number, decimals: -exponent) : NumberText.short(number)
            )
        }
    }

    /// Powers of ten; in less than two decades also 2 and 5 times these; over many decades every second or third.
    private func logarithmicTicks(about count: Int) -> [Tick] {
        let (low, high) = (logarithm10(range.lowerBound), logarithm10(range.upperBound))
        guard low.isFinite, high.isFinite, high > low else { return [] }
        let stride = max(1, Int(((high - low) / Double(max(count, 1))).rounded(.up)))
        let factors: [Double] = high - low < 2 ? [1, 2, 5] : [1]
        // Either all labels are decimal numbers or all are powers: the two are hard to compare.
        let isPlain = low >= -3.5 && high <= 4.5
        var ticks: [Tick] = []
        for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) where exponent % stride == 0 {
            for factor in factors {
                let value = exponent < 0 ? factor / power(10, Double(-exponent)) : factor * power(10, Double(exponent))
                guard range.lowerBound * (1 - 1e-9)...range.upperBound * (1 + 1e-9) ~= value else { continue }
                let label =
                    isPlain
                    ? NumberText.fixed(value, decimals: -exponent)
                    : (factor == 1 ? "" : "\(Int(factor))×") + NumberText.powerOfTen(exponent)
                ticks.append(Tick(value: value, label: label))
            }
        }
        return ticks.count >= 2 ? ticks : Scale(.linear, range).linearTicks(about: count)
    }
}
