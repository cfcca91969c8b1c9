public import Tensors

/// A fully connected layer: y = activation(x · kernel + bias), `[inputs]` → `[units]`, or `[steps, inputs]` →
/// `[steps, units]`, where every step has the same weights.
///
/// ```swift
/// let layer = Dense(64, activation: .relu)
/// let y = layer(.normal([8, 20]))                                    // [8, 64]
/// ```
/// Source: Goodfellow et al. 2016, chapter 6. Images go through ``Flatten`` first; ``Conv2D`` has far fewer weights for
/// them.
public final class Dense: Layer {
    /// The weights `[inputs, units]`.
    @Parameter public var kernel: Tensor
    /// One bias for each unit.
    @Parameter(.zeros) public var bias: Tensor
    /// The number of units.
    public let units: Int
    /// The function of the sum.
    public let activation: ActivationFunction
    override var outputActivation: ActivationFunction? { activation }

    /// A layer of units, each of which receives the whole input.
    ///
    /// - Parameters:
    ///   - units: The number of units, at least 1.
    ///   - activation: The function of the sum.
    ///   - bias: The options of the biases, or `false` for none.
    ///   - initializer: The source of the kernel's initial value.
    ///   - regularizer: A penalty on the kernel.
    ///   - constraint: A constraint on the kernel, applied after each step.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        _ units: Int, activation: ActivationFunction = .linear, bias: WeightOptions = true,
        initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil, constraint: Constraint? = nil,
        activityRegularizer: Regularizer? = nil, name: String? = nil
    ) {
        self.units = units
        self.activation = activation
        super.init(name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The input's shape with the number of units as its last length.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard units > 0 else { throw atLeastOne("units", units) }
        guard input.rank == 1 || input.rank == 2 else {
            throw shapeError(
                [input], "Dense takes a vector for each example (or a sequence of vectors), not \(input)",
                hint: "put Flatten() before it")
        }
        var output = input
        output[input.rank - 1] = units
        return output
    }

    /// Initializes the weights.
    public override func build(_ input: Shape) {
        $kernel.initialize([input[input.rank - 1], units])
        $bias.initialize([units])
    }

    /// activation(x · kernel + bias).
    public override func forward(_ x: Tensor) -> Tensor {
        activation.following { x.linear(kernel, bias: $bias.optionalValue, activation: $0) }
    }
}
