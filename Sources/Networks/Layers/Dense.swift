public import Tensors

/// A fully connected layer: activation(x · kernel + bias).
public final class Dense: Layer {
    /// The weights `[inputs, units]`.
    @Parameter public var kernel: Tensor
    /// One bias for each unit.
    @Parameter(.zeros) public var bias: Tensor
    /// The number of units.
    public let units: Int
    /// What follows the sum.
    public let activation: ActivationFunction
    override var outputActivation: ActivationFunction? { activation }
    private let hasBias: Bool

    /// A layer of units that each see the whole input. Initializer, regularizer and constraint are the kernel's unless they
    /// are called the bias's; an activity regularizer penalises the output.
    public init(
        _ units: Int, activation: ActivationFunction = .linear, bias: Bool = true,
        initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.units = units
        self.activation = activation
        self.hasBias = bias
        super.init(name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }

    /// A vector's last length becomes the number of units; so does that of every step of a sequence.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard units > 0 else { throw shapeError([input], "\(units) units are no layer", hint: "use 1 or more") }
        guard input.rank == 1 || input.rank == 2 else {
            throw shapeError(
                [input], "Dense takes a vector for each example (or a sequence of vectors), not \(input)",
                hint: "put Flatten() before it")
        }
        var output = input
        output[input.rank - 1] = units
        return output
    }

    /// Makes the weights.
    public override func build(_ input: Shape) {
        $kernel.initialize([input[input.rank - 1], units])
        if hasBias { $bias.initialize([units]) }
    }

    /// activation(x · kernel + bias).
    public override func forward(_ x: Tensor) -> Tensor {
        let bias = hasBias ? self.bias : nil
        return activation.following { x.linear(kernel, bias: bias, activation: $0) }
    }
}
