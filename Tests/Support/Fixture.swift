import Foundation
package import Tensors

/// Numbers that another library computed (Tests/Fixtures says how).
package struct Fixture: Decodable, Sendable {
    package struct Numbers: Decodable, Sendable {
        let shape: [Int]
        let values: [Number]
        let dtype: String?

        /// The element type, float64 unless the file names another.
        package var type: DType { dtype.map { name in DType.allCases.first { "\($0)" == name }! } ?? .float64 }

        package var tensor: Tensor {
            let integers = values.compactMap(\.integer)
            return type.isFloatingPoint
                ? Tensor(values.map(\.value), shape: Shape(shape), dtype: type)
                : Tensor(integers, shape: Shape(shape)).converted(to: type)
        }
    }

    /// A number; what JSON cannot say (nan, inf) is text there.
    package struct Number: Decodable, Sendable {
        package let value: Double
        /// The number as it is, where it is one without fraction.
        let integer: Int64?

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let truth = try? container.decode(Bool.self) {
                (value, integer) = (truth ? 1 : 0, truth ? 1 : 0)
            } else {
                value = try (try? container.decode(Double.self)) ?? Double(container.decode(String.self))!
                integer = try? container.decode(Int64.self)
            }
        }
    }

    package let name: String
    package let inputs: [Numbers]
    package let output: Numbers
    /// The gradients of Σ output · (cos 1, cos 2, …); none for outputs that are not real numbers.
    package let gradients: [Numbers]?
    /// The gradients of the sum of the squared gradients.
    package let second: [Numbers]?

    /// What a file of Tests/Fixtures says.
    package static func load<T: Decodable>(_ file: String, as type: T.Type = T.self) throws -> T {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try JSONDecoder().decode(T.self, from: Data(contentsOf: folder.appending(path: "Fixtures/\(file).json")))
    }
}

/// The sum of an output weighted with cos 1, cos 2, …: differentiating it tests every element.
package func weighted(_ y: Tensor) -> Tensor {
    let weights = (0..<y.count).map { Foundation.cos(Double($0 + 1)) }
    return (y * Tensor(weights, shape: y.shape, dtype: .float64)).sum()
}

/// The largest distance between two tensors' elements, relative to those above 1; infinite if shapes, or places of NaN,
/// differ.
package func distance(_ a: Tensor, _ b: Tensor) -> Double {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.doubles, b.doubles).map { a, b in
        a == b || a.isNaN && b.isNaN ? 0 : a.isNaN || b.isNaN ? .infinity : abs(a - b) / max(1, abs(b))
    }.max() ?? 0
}
