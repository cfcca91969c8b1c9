internal import Foundation

extension String {
    /// `MaxPooling2D` becomes `max_pooling2d`, as Keras names layers.
    var snakeCased: String {
        let letters = Array(self)
        var result = ""
        for (i, letter) in letters.enumerated() {
            if i > 0 && letter.isUppercase {
                let beginsWord = i + 1 < letters.count && letters[i + 1].isLowercase
                if beginsWord || letters[i - 1].isLowercase { result += "_" }
            }
            result += letter.lowercased()
        }
        return result
    }
}

extension Int {
    /// `93322` becomes `93,322`.
    var groupedByThousands: String {
        let digits = Array(String(magnitude))
        var result = self < 0 ? "-" : ""
        for (i, digit) in digits.enumerated() {
            if i > 0 && (digits.count - i) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }
}

extension Double {
    /// The number with so many decimals.
    func formatted(decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
