public import Tensors

/// Divides every number by what its neighbours sum up to: x / (k + α Σ x²)^β, so that strong answers silence weaker ones around them.
public final class LocalResponseNormalization: Layer {
    /// Which numbers are neighbours.
    public enum Region: Sendable {
        /// Neighbouring channels of the same place (AlexNet: Krizhevsky et al. 2012, section 3.3).
        case acrossChannels
        /// Neighbouring places of the same channel, in a square window.
        case withinChannels
    }

    private let region: Region
    private let size: Int
    private let k: Double
    private let alpha: Double
    private let beta: Double

    /// A normalisation with AlexNet's constants: five neighbours, the number itself in the middle; k = 2, α = 10⁻⁴, β = 0.75.
    ///
    /// - Parameters:
    ///   - region: Which numbers are neighbours.
    ///   - size: How many channels, or how long the window's side. What lies outside counts as 0.
    ///   - k: What is added before the power, so that a silent neighbourhood does not divide by 0.
    ///   - alpha: How much the neighbours' sum of squares counts.
    ///   - beta: The power of the divisor.
    ///   - name: The layer's name; its kind's if nil.
    public init(
        _ region: Region = .acrossChannels, size: Int = 5, k: Double = 2, alpha: Double = 1e-4, beta: Double = 0.75,
        name: String? = nil
    ) {
        guard size > 0 else {
            Failure.raise(
                ValueError(
                    operation: "LocalResponseNormalization", message: "\(size) neighbours are none",
                    hint: "AlexNet has 5"))
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

    /// The sum of each number with its neighbours along an axis.
    private func windowSums(_ x: Tensor, axis: Int) -> Tensor {
        var borders = Array(repeating: (before: 0, after: 0), count: x.rank)
        borders[axis] = (size / 2, (size - 1) / 2)
        let padded = x.padded(borders), length = x.shape[axis]
        let shifted = (0..<size).map { padded.part($0..<$0 + length, of: axis) }
        return shifted.dropFirst().reduce(shifted[0], +)
    }
}
