import Foundation
package import Tensors

/// What functions, reductions and losses are at the edges of their domains (Tests/Fixtures/make_extremes.py). Null is
/// not defined there, and not compared.
package struct Extremes: Decodable, Sendable {
    package struct Function: Decodable, Sendable {
        package let values, slopes: [Fixture.Number?]
    }
    package struct Pairs: Decodable, Sendable {
        package let values, left, right: [Fixture.Number?]
    }
    package struct Outcome: Decodable, Sendable {
        /// Nil where an error is right.
        package let output: [Fixture.Number]?
        package let isError: Bool
        package let gradient: [Fixture.Number]?

        private enum Key: CodingKey { case output, gradient }
        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            isError = (try? values.decode(String.self, forKey: .output)) == "error"
            output = isError ? nil : try values.decodeIfPresent([Fixture.Number].self, forKey: .output)
            gradient = try values.decodeIfPresent([Fixture.Number].self, forKey: .gradient)
        }
    }
    package struct LossCase: Decodable, Sendable {
        package let loss: String
        package let outputs, targets: [[Fixture.Number]]
        package let terms: [Fixture.Number]
        package let gradient: [Fixture.Number]?
        /// The size of the gradients of which the digits count.
        package let scale: Double?
    }

    package let inputs, operands: [Fixture.Number]
    package let functions: [String: Function]
    package let pairs: [String: Pairs]
    package let rows: [[Fixture.Number]]
    package let reductions: [String: [Outcome]]
    package let losses: [LossCase]

    /// The file's.
    package static func load() throws -> Extremes { try Fixture.load("extremes") }

    /// The names that a folder of sources declares, by a pattern whose first group is the name.
    package static func names(in path: String, _ pattern: String) throws -> Set<String> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let place = root.appending(path: "Sources/" + path), manager = FileManager.default
        let files =
            try path.hasSuffix(".swift")
            ? [place] : manager.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
        let expression = try NSRegularExpression(pattern: pattern)
        return try files.reduce(into: []) { names, file in
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in expression.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
                names.insert(String(text[Range(match.range(at: 1), in: text)!]))
            }
        }
    }
}

/// How far numbers of a type may lie from the right ones: relative to these, and in units of the scale.
package struct Tolerance: Sendable {
    package let relative, absolute: Double

    package init(relative: Double, absolute: Double) { (self.relative, self.absolute) = (relative, absolute) }

    package func accepts(_ number: Double, _ right: Double, _ dtype: DType) -> Bool {
        let right = dtype == .float32 ? Double(Float(right)) : right
        if right.isNaN || number.isNaN { return right.isNaN && number.isNaN }
        return number == right || right.isFinite && abs(number - right) <= relative * abs(right) + absolute
    }

    /// What is wrong with numbers, if anything is, and how many were compared.
    package func differences(
        _ name: String, _ numbers: [Double], _ right: [Fixture.Number?], _ dtype: DType, of inputs: [String]
    ) -> (problems: [String], count: Int) {
        guard numbers.count == right.count else { return (["\(name): \(numbers.count) for \(right.count)"], 0) }
        var problems: [String] = [], count = 0
        for (index, expected) in right.enumerated() {
            guard let expected else { continue }
            count += 1
            if !accepts(numbers[index], expected.value, dtype) {
                problems.append("\(name) \(dtype) of \(inputs[index]): \(numbers[index]) for \(expected.value)")
            }
        }
        return (problems, count)
    }
}
