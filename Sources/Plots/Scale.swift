/// The scale of an axis.
public enum AxisScale: Sendable, Hashable {
    /// Equal differences have equal lengths.
    case linear
    /// Equal ratios have equal lengths; numbers at or below zero are not shown.
    case logarithmic

    /// Whether an axis of this scale has a place for a number.
    func shows(_ value: Double) -> Bool { value.isFinite && (self == .linear || value > 0) }
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
        let (low, high) = (data.lowerBound, data.upperBound)
        switch kind {
        case .linear:
            // Differences of halves, because the difference of the greatest numbers would be infinite.
            let half = high / 2 - low / 2
            let greatest = max(low.magnitude, high.magnitude)
            var air = half > 0 ? half * padding * 2 : greatest < 0.5 ? greatest / 2 : max(greatest / 10, 0.5)
            if greatest == 0 { air = 0.5 }
            if low == high || padding > 0 { air = max(air, 4 * greatest.ulp) }
            range = Self.finite(low - air)...Self.finite(high + air)
        case .logarithmic:
            let decades = logarithm10(high) - logarithm10(low)
            let factor = decades > 0 ? power(10, decades * padding) : 2
            range = max(low / factor, .leastNonzeroMagnitude)...Self.finite(high * factor)
        }
    }

    private static func finite(_ value: Double) -> Double {
        min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }

    /// The position of a number: 0 at the lower end, 1 at the upper.
    package func fraction(_ value: Double) -> Double {
        let (low, high) = (range.lowerBound, range.upperBound)
        switch kind {
        case .linear: return share(of: value, from: low, to: high)
        case .logarithmic:
            // Ratios are exact for numbers close together, logarithms finite for those far apart.
            guard high / low > 2 else { return logarithm10(value / low) / logarithm10(high / low) }
            return (logarithm10(value) - logarithm10(low)) / (logarithm10(high) - logarithm10(low))
        }
    }

    /// About `count` ticks at round numbers.
    package func ticks(about count: Int) -> Ticks {
        kind == .linear ? linearTicks(about: count) : logarithmicTicks(about: count)
    }

    /// As many ticks as fit without overlapping: about `count`, and at least two where there is room.
    ///
    /// - Parameters:
    ///   - count: The wanted number of ticks.
    ///   - fits: Whether the labels of these ticks keep clear of each other.
    package func ticks(about count: Int, where fits: ([Tick]) -> Bool) -> Ticks {
        let wanted = Array(stride(from: max(count, 1), through: 1, by: -1))
        for candidate in wanted {
            let ticks = ticks(about: candidate)
            if ticks.list.count >= 2, fits(ticks.list) { return ticks }
        }
        // A range between two round numbers has more ticks in smaller steps, of which every second or third may fit.
        for candidate in wanted + Array(count + 1..<count + 12) {
            let ticks = ticks(about: candidate)
            for interval in 1...max(ticks.list.count, 1) {
                let some = ticks.every(interval)
                if some.list.count >= 2, fits(some.list) { return some }
            }
        }
        return wanted.lazy.map { ticks(about: $0) }.first { !$0.list.isEmpty && fits($0.list) } ?? Ticks(list: [])
    }

    /// Multiples of 1, 2 or 5 times a power of ten, chosen by D3's rule: the thresholds are the geometric means between
    /// them.
    private func linearTicks(about count: Int) -> Ticks {
        let (low, high, parts) = (range.lowerBound, range.upperBound, Double(max(count, 1)))
        guard high > low, low.isFinite, high.isFinite else { return Ticks(list: []) }
        let extent = high - low
        // Steps below the distance of neighbouring floating-point numbers would make ticks at equal places.
        let spacing = 2 * max(low.magnitude, high.magnitude).ulp
        let rough = min(
            max(extent.isFinite ? extent / parts : high / parts - low / parts, spacing), .greatestFiniteMagnitude)
        var exponent = Int(logarithm10(rough).rounded(.down))
        let ratio = scaled(rough, byPowerOfTen: -exponent)
        var factor = 1.0
        if ratio >= 50.0.squareRoot() {
            exponent += 1
        } else if ratio >= 10.0.squareRoot() {
            factor = 5
        } else if ratio >= 2.0.squareRoot() {
            factor = 2
        }
        func index(_ value: Double, slack sign: Double) -> Double {
            let index = scaled(value, byPowerOfTen: -exponent) / factor
            return index + sign * (1e-9 + 4 * index.ulp)
        }
        let (first, last) = (index(low, slack: -1).rounded(.up), index(high, slack: 1).rounded(.down))
        guard last >= first, last - first < 1000 else { return Ticks(list: []) }
        return Ticks(multiples: stride(from: first, through: last, by: 1).map { $0 * factor }, exponent: exponent)
    }

    /// Powers of ten; in less than two decades also 2 and 5 times these; over many decades every second or third.
    private func logarithmicTicks(about count: Int) -> Ticks {
        let (low, high) = (logarithm10(range.lowerBound), logarithm10(range.upperBound))
        guard low.isFinite, high.isFinite, high > low else { return Ticks(list: []) }
        let stride = max(1, Int(((high - low) / Double(max(count, 1))).rounded(.up)))
        let factors: [Double] = high - low < 2 ? [1, 2, 5] : [1]
        // Either all labels are decimal numbers or all are powers: the two are hard to compare.
        let isPlain = low >= -3.5 && high <= 4.5
        var ticks: [Tick] = []
        for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) where exponent % stride == 0 {
            for factor in factors {
                let value = scaled(factor, byPowerOfTen: exponent)
                guard value > 0, value.isFinite, range.lowerBound * (1 - 1e-9)...range.upperBound * (1 + 1e-9) ~= value
                else {
                    continue
                }
                let label =
                    isPlain
                    ? NumberText.fixed(value, decimals: -exponent)
                    : (factor == 1 ? "" : "\(Int(factor))×") + NumberText.powerOfTen(exponent)
                ticks.append(Tick(value: value, label: label))
            }
        }
        return ticks.count >= 2 ? Ticks(list: ticks) : Scale(.linear, range).linearTicks(about: count)
    }
}
