public import Tensors

/// Divides every element by a power of the sum of squares around it: y = x / (k + α Σ x²)^β, so that strong responses
/// suppress weaker ones nearby. `[…, channels]` → `[…, channels]`.
///
/// ```swift
/// let layer = LocalResponseNormalization(size: 5)
/// let y = layer(.normal([2, 27, 27, 96]))                            // [2, 27, 27, 96]
/// ```
/// Source: Krizhevsky et al. 2012, section 3.3. Found in AlexNet and GoogLeNet; newer networks use
/// ``BatchNormalization``.
public final class LocalResponseNormalization: Layer {
    /// Which elements the sum includes.
    public enum Region: Sendable {
        /// Neighbouring channels at the same position (AlexNet: Krizhevsky et al. 2012, section 3.3).
        case acrossChannels
        /// Neighbouring positions in the same channel, in a square window.
        case withinChannels
    }

    private let region: Region
    private let size: Int
    private let k: Double
    private let alpha: Double
    private let beta: Double

    /// A normalisation with AlexNet's constants: five channels around each one; k = 2, α = 10⁻⁴, β = 0.75.
    ///
    /// - Parameters:
    ///   - region: Which elements the sum includes.
    ///   - size: The number of channels, or the side of the window. Elements outside the input count as 0.
    ///   - k: The constant k, which prevents a division by 0 where all neighbours are 0.
    ///   - alpha: The factor α of the sum of squares.
    ///   - beta: The exponent β of the divisor.
    ///   - name: The layer's name; by default its class's.
    public init(
        _ region: Region = .acrossChannels, size: Int = 5, k: Double = 2, alpha: Double = 1e-4, beta: Double = 0.75,
        name: String? = nil
    ) {
        guard size > 0 else {
            Failure.raise(
                ValueError(
                    operation: "LocalResponseNormalization", message: "size must be at least 1, got \(size)",
                    hint: "AlexNet has a size of 5"))
        }
        self.region = region
        self.size = size
        self.k = k
        self.alpha = alpha
        self.beta = beta
        super.init(name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard region == .withinChannels, input.rank != 3 else {
            try checkChannels(of: input)
            return input
        }
        throw shapeError(
            [input], "a window within channels slides over images of shape [height, width, channels], not \(input)",
            hint: "use .acrossChannels, or put Reshape([height, width, channels]) before it")
    }

    /// x / (k + α Σ x²)^β.
    public override func forward(_ x: Tensor) -> Tensor {
        let axes = region == .acrossChannels ? [x.rank - 1] : [1, 2]
        let sums = axes.reduce(x.squared()) { windowSums($0, axis: $1) }
        return x * pow(k + alpha * sums, -beta)
    }

    /// The sum of each element and its neighbours along an axis.
    private func windowSums(_ x: Tensor, axis: Int) -> Tensor {
        var borders = Array(repeating: (before: 0, after: 0), count: x.rank)
        borders[axis] = (size / 2, (size - 1) / 2)
        let padded = x.padded(borders), length = x.shape[axis]
        let shifted = (0..<size).map { padded.part($0..<$0 + length, of: axis) }
        return shifted.dropFirst().reduce(shifted[0], +)
    }
}
