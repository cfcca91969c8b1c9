public import Tensors

/// A leaky ReLU with learned negative slopes α: y = x where x > 0, else α x. Any shape.
///
/// ```swift
/// let layer = PReLU(sharedAxes: [1, 2])
/// let y = layer(.normal([8, 28, 28, 6]))                             // [8, 28, 28, 6]
/// ```
/// Source: He et al. 2015, "Delving deep into rectifiers", equation 1. With a fixed negative slope: ``LeakyReLU``.
public final class PReLU: Layer {
    /// The negative slopes α, in the shape of an example; 1 along shared axes.
    @Parameter(.zeros) public var alpha: Tensor
    private let sharedAxes: [Int]

    /// A layer with a negative slope for each element of an example. Along shared axes, counted from 1 as in Keras,
    /// there is only one: `[1, 2]` gives each channel of an image one negative slope.
    public init(
        sharedAxes: [Int] = [], initializer: Initializer = .zeros, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, name: String? = nil
    ) {
        self.sharedAxes = sharedAxes
        super.init(name: name)
        $alpha.configure(initializer, regularizer: regularizer, constraint: constraint)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard sharedAxes.allSatisfy({ (1...max(1, input.rank)).contains($0) }) else {
            throw shapeError(
                [input], "sharedAxes must be axes of \(input), got \(sharedAxes)",
                hint: "count an example's axes from 1 to \(input.rank)")
        }
        return input
    }

    /// Initializes the negative slopes.
    public override func build(_ input: Shape) {
        var slopes = input
        for axis in sharedAxes { slopes[axis - 1] = 1 }
        $alpha.initialize(slopes)
    }

    /// relu(x) − α relu(−x).
    public override func forward(_ x: Tensor) -> Tensor {
        x.relu() - alpha * (-x).relu()
    }
}

/// The maximum of several linear functions, a learned convex activation: y = maxⱼ (x · kernelⱼ + biasⱼ),
/// `[inputs]` → `[units]`.
///
/// ```swift
/// let layer = Maxout(64, pieces: 4)
/// let y = layer(.normal([8, 20]))                                    // [8, 64]
/// ```
/// Source: Goodfellow et al. 2013. It has `pieces` times the weights of a ``Dense`` with `.relu`, the usual choice.
public final class Maxout: Layer {
    /// The weights `[inputs, units · pieces]`; the pieces of a unit are adjacent.
    @Parameter public var kernel: Tensor
    /// A bias for each piece of each unit.
    @Parameter(.zeros) public var bias: Tensor
    /// The number of units.
    public let units: Int
    /// The number of linear functions of each unit.
    public let pieces: Int

    /// A layer of units, each the maximum of `pieces` linear functions.
    public init(
        _ units: Int, pieces: Int = 2, bias: WeightOptions = true, initializer: Initializer = .glorotUniform,
        regularizer: Regularizer? = nil, constraint: Constraint? = nil, activityRegularizer: Regularizer? = nil,
        name: String? = nil
    ) {
        self.units = units
        self.pieces = pieces
        super.init(name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The input's shape with the number of units as its last length.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard units > 0 else { throw atLeastOne("units", units) }
        guard pieces > 0 else { throw atLeastOne("pieces", pieces) }
        guard input.rank > 0 else {
            throw shapeError(
                [input], "Maxout takes a vector for each example, not \(input)", hint: "put Reshape([1]) before it")
        }
        var output = input
        output[input.rank - 1] = units
        return output
    }

    /// Initializes the weights.
    public override func build(_ input: Shape) {
        $kernel.initialize([input[input.rank - 1], units * pieces])
        $bias.initialize([units * pieces])
    }

    /// maxⱼ (x · kernelⱼ + biasⱼ).
    public override func forward(_ x: Tensor) -> Tensor {
        let sums = x.linear(kernel, bias: $bias.optionalValue)
        return sums.reshaped(to: Array(x.shape.dropLast()) + [units, pieces]).max(axes: -1)
    }
}
