/// A mark on an axis.
package struct Tick: Sendable, Hashable {
    package let value: Double
    package let label: String
}

/// The ticks of an axis.
package struct Ticks: Sendable {
    /// The ticks in ascending order, with labels that differ.
    package var list: [Tick]
    /// The number to be added to all labels, with its sign: "+ 1,764,000,000". Empty if labels are the numbers.
    ///
    /// Numbers that have many leading digits in common are told apart by the others.
    package var offset = ""

    init(list: [Tick]) { self.list = list }

    /// Every second tick, every third, …, among them zero.
    func every(_ interval: Int) -> Ticks {
        let start = (list.firstIndex { $0.value == 0 } ?? 0) % interval
        var some = self
        some.list = stride(from: start, to: list.count, by: interval).map { list[$0] }
        return some
    }

    /// Ticks at multiples of a power of ten.
    init(multiples: [Double], exponent: Int) {
        let greatest = multiples.lazy.map(\.magnitude).max() ?? 0
        let digits = greatest > 0 ? Int(logarithm10(greatest).rounded(.down)) + 1 : 1
        // The exponent of the greatest number.
        let leading = exponent + digits - 1
        let isPlain = leading < 7 && digits <= 7 && (exponent >= -4 || leading >= -3)
        let values = multiples.map { scaled($0, byPowerOfTen: exponent) }
        if isPlain {
            list = values.map { Tick(value: $0, label: NumberText.fixed($0, decimals: -exponent)) }
            return
        }
        // The common digits: a round number among the ticks if there is one; otherwise the number nearest to zero,
        // without those digits that change from tick to tick.
        let (first, last) = (multiples.first ?? 0, multiples.last ?? 0)
        let changing = Int(logarithm10(max(last - first, 1)).rounded(.up))
        func cut(_ value: Double, _ rule: FloatingPointRoundingRule, _ zeros: Int) -> Double {
            scaled(scaled(value, byPowerOfTen: -zeros).rounded(rule), byPowerOfTen: zeros)
        }
        let rounds = stride(from: digits, to: changing, by: -1).lazy.map { cut(first, .up, $0) }
        let base =
            rounds.first { $0 != 0 && $0 <= last } ?? cut(first < 0 ? last : first, .towardZero, changing)
        guard digits > 4, base != 0 else {
            list = zip(values, multiples).map { value, multiple in
                let mantissa = NumberText.fixed(scaled(multiple, byPowerOfTen: 1 - digits), decimals: digits - 1)
                return Tick(value: value, label: multiple == 0 ? "0" : mantissa + "×" + NumberText.powerOfTen(leading))
            }
            return
        }
        let differences = Ticks(multiples: multiples.map { $0 - base }, exponent: exponent)
        list = zip(values, differences.list).map { Tick(value: $0, label: $1.label) }
        let number = scaled(base.magnitude, byPowerOfTen: exponent)
        let text =
            leading < 15 && exponent > -15
            ? NumberText.fixed(number, decimals: -(exponent + changing))
            : NumberText.short(number, digits: max(digits - changing, 1))
        offset = (base < 0 ? "− " : "+ ") + text
    }
}
