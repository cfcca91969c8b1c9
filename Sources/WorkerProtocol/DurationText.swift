import Foundation

extension Duration {
    /// The duration in three digits and the unit that suits it: "3.21 µs", "145 ms", "2 min 5 s".
    package var text: String {
        let seconds = self / .seconds(1)
        if seconds >= 59.95 {
            let whole = Int(seconds.rounded())
            if whole >= 3600 { return "\(whole / 3600) h \(whole / 60 % 60) min" }
            return "\(whole / 60) min \(whole % 60) s"
        }
        for (unit, size) in [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)] where seconds >= 0.9995 * size {
            return Self.threeDigits(seconds / size) + " " + unit
        }
        return Self.threeDigits(seconds / 1e-9) + " ns"
    }

    private static func threeDigits(_ value: Double) -> String {
        let decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        return String(format: "%.\(decimals)f", value)
    }
}
