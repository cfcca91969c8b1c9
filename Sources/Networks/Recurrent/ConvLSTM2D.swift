public import Tensors

/// An LSTM of images, with convolutions instead of matrix products: i = σ(x ∗ W + h ∗ U + b), likewise f and o;
/// c' = f c + i tanh(x ∗ W + h ∗ U + b); h' = o tanh(c').
///
/// Videos `[steps, height, width, channels]` → `[rows, columns, filters]`, the last h, or that for every step with
/// `returnSequences`. The weights of the gates are concatenated in the order i, f, c, o, as in ``LSTM``.
/// ```swift
/// let layer = ConvLSTM2D(8, kernel: 3, padding: .same)
/// let y = layer(.normal([2, 10, 16, 16, 1]))                         // [2, 16, 16, 8]
/// ```
/// Source: Shi et al. 2015, equation 3. For vectors take ``LSTM``; ``Conv3D`` sees short videos at once.
public final class ConvLSTM2D: Recurrent {
    /// The input's filters `[kernel height, kernel width, channels, 4 · filters]`.
    @Parameter public var kernel: Tensor
    /// The state's filters `[kernel height, kernel width, filters, 4 · filters]`.
    @Parameter(.orthogonal()) public var recurrentKernel: Tensor
    /// The biases of all gates.
    @Parameter(.zeros) public var bias: Tensor
    /// The cell's weights in the gates i, f and o at each pixel, `[3, height, width, filters]`, with peepholes only.
    @Parameter(.zeros) public var peepholes: Tensor
    /// The number of filters, which is that of the state's channels.
    public let filters: Int
    private let window: Window
    private let transformedKernel = TransformedFilter(), transformedRecurrentKernel = TransformedFilter()
    private let cell: RecurrentCell
    private let hasPeepholes: Bool
    private var stateShape: Shape = []

    /// A layer with this number of cells per pixel.
    ///
    /// - Parameters:
    ///   - filters: The number of cells per pixel, at least 1.
    ///   - kernel: The size of the filters. An even one sees one pixel more to the right and below.
    ///   - stride: The distance between neighbouring positions of the input's kernel.
    ///   - padding: What happens at the input's borders; the state's are always padded with zeros.
    ///   - activation: The function of the cell's input and output.
    ///   - recurrentActivation: The function of the gates.
    ///   - peepholes: Whether the gates depend on the cell too, as in the paper.
    ///   - unitForgetBias: Whether the forget gates' initial bias is 1, so that they are open.
    ///   - bias: The options of the biases, or `false` for none.
    ///   - returnSequences: Whether the output has all steps, as the next recurrent layer needs, or only the last.
    ///   - goBackwards: Whether sequences are read in reverse.
    ///   - stateful: Whether the last state of a batch is the initial state of the next.
    ///   - truncation: The number of steps after which gradients no longer flow back; nil for all.
    ///   - dropout: The probability that training drops a feature of the input, in all steps of a sequence.
    ///   - recurrentDropout: The same for the state in the next step's products (Gal and Ghahramani 2016).
    ///   - initializer: The source of the input filters' initial value.
    ///   - regularizer: A penalty on the input filters.
    ///   - constraint: A constraint on the input filters, applied after each step.
    ///   - recurrent: The options of the state's filters.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        activation: ActivationFunction = .tanh, recurrentActivation: ActivationFunction = .sigmoid,
        peepholes: Bool = false, unitForgetBias: Bool = true, bias: WeightOptions = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, truncation: Int? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, recurrent: WeightOptions = true, activityRegularizer: Regularizer? = nil,
        name: String? = nil
    ) {
        self.filters = filters
        window = Window(kernel, rank: 2, stride: stride, padding: padding)
        cell = RecurrentCell(
            .lstm, activation: activation.callAsFunction, fused: nil,
            recurrentActivation: recurrentActivation.callAsFunction, recurrentFused: nil)
        hasPeepholes = peepholes
        super.init(
            returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation,
            dropout: dropout, recurrentDropout: recurrentDropout, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $recurrentKernel.configure(recurrent)
        $bias.configure(unitForgetBias ? bias.withUnitForgetBias : bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The shape of the state's image, for every step or for the last.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw atLeastOne("filters", filters) }
        guard input.rank == 4 else {
            throw shapeError(
                [input], "ConvLSTM2D takes videos of shape [steps, height, width, channels], not \(input)",
                hint:
                    "greyscale images have one channel, and a ConvLSTM2D before another one needs returnSequences: true"
            )
        }
        stateShape = try window.outputShape(of: input.removing(at: 0), channels: filters, in: self)
        return returnsSequences ? stateShape.inserting(input[0], at: 0) : stateShape
    }

    /// Initializes the filters.
    public override func build(_ input: Shape) {
        $kernel.initialize(Shape(window.size + [input[3], 4 * filters]))
        $recurrentKernel.initialize(Shape(window.size + [filters, 4 * filters]))
        $bias.initialize([4 * filters])
        if hasPeepholes { $peepholes.initialize(stateShape.inserting(3, at: 0)) }
    }

    /// h and c: images.
    public override func stateShapes(of input: Shape) -> [Shape] { [stateShape, stateShape] }

    /// Takes one step: the output is the new h.
    public override func step(_ x: Tensor, _ state: [Tensor]) -> (output: Tensor, state: [Tensor]) {
        let seen = x.floating.convolution(
            kernel, bias: $bias.optionalValue, window, keeping: transformedKernel, as: "conv2d")
        let recurrentWindow = Window(window.size, rank: 2, stride: 1, padding: .same)
        let sums =
            seen
            + dropped(state[0]).convolution(
                recurrentKernel, bias: nil, recurrentWindow, keeping: transformedRecurrentKernel, as: "conv2d")
        let next = cell.lstm(sums: sums, cell: state[1], peepholes: hasPeepholes ? peepholes : nil)
        return (next[0], next)
    }
}
