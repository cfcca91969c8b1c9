import Foundation
import Tensors

/// Numbers that another library computed (Tests/Fixtures/make.py says how).
struct Fixture: Decodable, Sendable {
    struct Numbers: Decodable, Sendable {
        let shape: [Int]
        let values: [Number]

        var tensor: Tensor { Tensor(values.map(\.value), shape: Shape(shape), dtype: .float64) }
    }
    /// A number; what JSON cannot say (nan, inf) is text there.
    struct Number: Decodable, Sendable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = try (try? container.decode(Double.self)) ?? Double(container.decode(String.self))!
        }
    }

    let name: String
    let inputs: [Numbers]
    let output: Numbers
    let gradients: [Numbers]

    static func load<T: Decodable>(_ file: String) throws -> [T] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try JSONDecoder().decode(
            [T].self, from: Data(contentsOf: folder.appending(path: "Fixtures/\(file).json")))
    }
}

/// The sum of an output weighted with cos 1, cos 2, …: differentiating it tests every element.
func weighted(_ y: Tensor) -> Tensor {
    let weights = (0..<y.count).map { Foundation.cos(Double($0 + 1)) }
    return (y * Tensor(weights, shape: y.shape, dtype: .float64)).sum()
}

/// The largest distance between two tensors' elements, relative to those above 1; infinite if shapes differ.
func distance(_ a: Tensor, _ b: Tensor) -> Double {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.doubles, b.doubles).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
}
