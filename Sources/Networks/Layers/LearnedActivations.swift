public import Tensors

/// x, or a x where x is negative, with slopes a that are learnt (He et al. 2015, "Delving deep into rectifiers").
public final class PReLU: Layer {
    /// The slopes, in the shape of an example; 1 along shared axes.
    @Parameter(.zeros) public var alpha: Tensor
    private let sharedAxes: [Int]

    /// A slope for each number of an example. Along shared axes, counted from 1 as Keras does, there is only one: `[1, 2]` gives each
    /// channel of an image one slope.
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
                [input], "\(sharedAxes) are no axes of \(input)",
                hint: "count an example's axes from 1 to \(input.rank)")
        }
        return input
    }

    /// Makes the slopes.
    public override func build(_ input: Shape) {
        var slopes = input
        for axis in sharedAxes { slopes[axis - 1] = 1 }
        $alpha.initialize(slopes)
    }

    /// relu(x) − a · relu(−x).
    public override func forward(_ x: Tensor) -> Tensor {
        x.relu() - alpha * (-x).relu()
    }
}

/// The largest of several linear functions of the input (Goodfellow et al. 2013): an activation that is learnt, and convex.
public final class Maxout: Layer {
    /// The weights `[inputs, units · pieces]`: the pieces of a unit stand side by side.
    @Parameter public var kernel: Tensor
    /// A bias for each piece of each unit.
    @Parameter(.zeros) public var bias: Tensor
    /// The number of units.
    public let units: Int
    /// How many linear functions each unit chooses from.
    public let pieces: Int

    /// A layer of units, each with so many linear functions.
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

    /// A vector's last length becomes the number of units; so does that of every step of a sequence.
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

    /// Makes the weights.
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
