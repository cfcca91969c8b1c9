public import Tensors

/// A layer that looks into a sequence of values: for each query it makes a mean of them, weighted by how well their keys answer it.
/// The base of ``Attention``, ``AdditiveAttention`` and ``MultiHeadAttention``.
///
/// Called with one sequence, a layer attends to that itself. In a network it takes the output of the layer before.
public class AttentionLayer: Layer {
    /// Whether a step may look at itself and what came before alone, as in a decoder.
    public let isCausal: Bool
    /// The probability that training leaves one of the weights out.
    public let dropout: Double

    fileprivate init(causal: Bool, dropout: Double, name: String?) {
        self.isCausal = causal
        self.dropout = Self.checked(rate: dropout, in: "dropout")
        super.init(name: name)
    }

    /// The input's shape, `[steps, features]`.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard input.rank == 2 else {
            throw shapeError(
                [input], "\(typeName) takes sequences of shape [steps, features], not \(input)",
                hint: "put Reshape([steps, features]) before it")
        }
        return input
    }

    /// The shape for queries, values and (if they are others) keys, all `[steps, features]`: the queries' steps.
    public override func outputShapes(of inputs: [Shape]) throws -> [Shape] {
        for input in inputs.dropFirst() { _ = try outputShape(of: input) }
        return [try outputShape(of: inputs[0])]
    }

    /// Initializes the parameters for the queries' features.
    public override func build(_ inputs: [Shape]) throws { try build(inputs[0]) }

    /// The sequence's attention to itself.
    public final override func forward(_ x: Tensor) -> Tensor { attended(x, x, x, mask: nil) }

    /// The attention of queries to values, compared by keys if there is a third input.
    public final override func forward(_ inputs: [Tensor]) -> [Tensor] {
        let (query, value, key) = Self.roles(of: inputs)
        return [attended(query, value, key, mask: nil)]
    }

    /// Queries, values and keys among one to three inputs: values are keys unless there are others, and so are queries values.
    static func roles<Input>(of inputs: [Input]) -> (query: Input, value: Input, key: Input) {
        let value = inputs.count > 1 ? inputs[1] : inputs[0]
        return (inputs[0], value, inputs.count > 2 ? inputs[2] : value)
    }

    /// For each query the mean of the values, weighted by their keys' answers.
    ///
    /// - Parameters:
    ///   - query: `[batch, queries, features]`.
    ///   - value: `[batch, steps, features]`.
    ///   - key: What the query is compared with, `[batch, steps, features]`; the values if nil.
    ///   - mask: true where a query may look: `[batch, steps]`, or `[batch, queries, steps]`; the values' own mask if nil.
    /// - Returns: `[batch, queries, features]`.
    public final func callAsFunction(
        _ query: Tensor, _ value: Tensor, key: Tensor?, mask: Tensor? = nil
    ) -> Tensor {
        let key = key ?? value
        checkSequences(query, value, key)
        return computing(on: query, and: value, key) { attended(query, value, key, mask: mask) }
    }

    /// For each query the mean of the values that a mask lets it see.
    public final func callAsFunction(_ query: Tensor, _ value: Tensor, mask: Tensor?) -> Tensor {
        self(query, value, key: nil, mask: mask)
    }

    private func attended(_ query: Tensor, _ value: Tensor, _ key: Tensor, mask: Tensor?) -> Tensor {
        checkSequences(query, value, key)
        let weights = attentionWeights(query, key, mask: mask ?? value.sequenceMask)
        return mean(of: value, Training.isActive && dropout > 0 ? weights.dropout(dropout) : weights)
    }

    /// How much each query looks at each step: numbers that add up to 1 over the steps, `[batch, queries, steps]` (with an axis of heads
    /// before the queries, where there are several). A picture of them shows what belongs together.
    public final func weights(query: Tensor, key: Tensor, mask: Tensor? = nil) -> Tensor {
        checkSequences(query, key, key)
        return inspecting(query, key, key) { attentionWeights(query, key, mask: mask) }
    }

    private func attentionWeights(_ query: Tensor, _ key: Tensor, mask: Tensor?) -> Tensor {
        var scores = scores(query, key)
        let (queries, steps) = (query.shape[1], key.shape[1])
        if isCausal {
            scores = scores.masked(
                Tensor.arange(queries).expanded(at: 1) .< Tensor.arange(steps), with: -1e9)
        }
        if let mask = mask ?? key.sequenceMask {
            let allowed = mask.rank == 2 ? mask.expanded(at: 1) : mask
            guard allowed.shape.broadcast(with: [query.shape[0], queries, steps]) == [query.shape[0], queries, steps]
            else {
                Failure.raise(
                    shapeError(
                        [mask.shape, query.shape, key.shape],
                        "a mask of shape \(mask.shape) does not say where \(queries) queries may look in \(steps) steps",
                        hint: "make it [batch, steps] or [batch, queries, steps]"))
            }
            scores = scores.masked(.!(scores.rank == 4 ? allowed.expanded(at: 1) : allowed), with: -1e9)
        }
        return scores.softmax()
    }

    /// How well each key answers each query.
    fileprivate func scores(_ query: Tensor, _ key: Tensor) -> Tensor { query.matmul(key.transposed(0, 2, 1)) }

    /// The weighted mean of the values.
    fileprivate func mean(of value: Tensor, _ weights: Tensor) -> Tensor { weights.matmul(value) }

    private func checkSequences(_ query: Tensor, _ value: Tensor, _ key: Tensor) {
        let batch = query.shape.first
        guard [query, value, key].allSatisfy({ $0.rank == 3 && $0.shape[0] == batch }), value.shape[1] == key.shape[1]
        else {
            Failure.raise(
                shapeError(
                    [query.shape, value.shape, key.shape],
                    "queries \(query.shape), values \(value.shape) and keys \(key.shape) do not go together",
                    hint: "all are [batch, steps, features]; values and keys have the same steps"))
        }
    }
}

/// Dot-product attention: the weights are softmax(query · key) (Luong et al. 2015).
public final class Attention: AttentionLayer {
    /// What scores are multiplied with before the softmax.
    public enum Scale: Sendable {
        /// Nothing.
        case none
        /// 1 / √features (Vaswani et al. 2017, eq. 1).
        case rootOfSize
        /// A number that is learnt.
        case learned
    }

    /// The factor that is learnt, if it is.
    @Parameter(.ones) public var scale: Tensor
    private let kind: Scale

    /// Attention without weights of its own, unless a scale is learnt.
    public init(scale: Scale = .none, causal: Bool = false, dropout: Double = 0, name: String? = nil) {
        self.kind = scale
        super.init(causal: causal, dropout: dropout, name: name)
    }

    /// Makes the scale.
    public override func build(_ input: Shape) { if kind == .learned { $scale.initialize([]) } }

    override func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        let scores = super.scores(query, key)
        switch kind {
        case .none: return scores
        case .rootOfSize: return scores / Double(query.shape[2]).squareRoot()
        case .learned: return scores * scale
        }
    }
}

/// Additive attention: the weights are softmax(Σ scale · tanh(query + key)) (Bahdanau et al. 2015). Queries and keys that live in different
/// spaces go through a `Dense` each before it.
public final class AdditiveAttention: AttentionLayer {
    /// What the features are multiplied with, `[features]`.
    @Parameter public var scale: Tensor

    /// Attention by a small network.
    public override init(causal: Bool = false, dropout: Double = 0, name: String? = nil) {
        super.init(causal: causal, dropout: dropout, name: name)
    }

    /// Makes the scale.
    public override func build(_ input: Shape) { $scale.initialize([input[1]]) }

    override func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        (scale * (query.expanded(at: 2) + key.expanded(at: 1)).tanh()).sum(axes: -1)
    }
}

/// Several attentions side by side, each in a space of its own: queries, keys and values are projected, attended to with
/// softmax(q · k / √size), and the heads' results projected once more (Vaswani et al. 2017, section 3.2.2).
public final class MultiHeadAttention: AttentionLayer {
    /// Projects queries, `[features, heads, size]`.
    @Parameter public var queryKernel: Tensor
    /// The projected queries' offset, `[heads, size]`.
    @Parameter(.zeros) public var queryBias: Tensor
    /// Projects keys, `[features, heads, size]`.
    @Parameter public var keyKernel: Tensor
    /// The projected keys' offset, `[heads, size]`.
    @Parameter(.zeros) public var keyBias: Tensor
    /// Projects values, `[features, heads, valueSize]`.
    @Parameter public var valueKernel: Tensor
    /// The projected values' offset, `[heads, valueSize]`.
    @Parameter(.zeros) public var valueBias: Tensor
    /// Projects the heads' results, `[heads, valueSize, outputs]`.
    @Parameter public var outputKernel: Tensor
    /// The result's offset, `[outputs]`.
    @Parameter(.zeros) public var outputBias: Tensor
    /// The number of heads.
    public let heads: Int
    /// The size of a head's queries and keys.
    public let size: Int
    private let valueSize: Int
    private let outputs: Int?

    /// Heads with queries and keys of a size: `MultiHeadAttention(heads: 8, size: 64)`.
    ///
    /// - Parameters:
    ///   - heads: How many heads look at once.
    ///   - size: The size of a head's queries and keys.
    ///   - valueSize: The size of a head's values; that of its keys if nil.
    ///   - outputs: The features of the result; the queries' if nil.
    ///   - bias: The options of the projections' biases, or `false` for none.
    ///   - causal: Whether a step sees only itself and those before it.
    ///   - dropout: The share of the attention weights that training leaves out.
    ///   - initializer: The source of the projections' first values.
    ///   - regularizer: A penalty on the projections' weights.
    ///   - constraint: What the projections' weights are held to after each step.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        heads: Int, size: Int, valueSize: Int? = nil, outputs: Int? = nil, bias: WeightOptions = true,
        causal: Bool = false, dropout: Double = 0, initializer: Initializer = .glorotUniform,
        regularizer: Regularizer? = nil, constraint: Constraint? = nil, activityRegularizer: Regularizer? = nil,
        name: String? = nil
    ) {
        self.heads = heads
        self.size = size
        self.valueSize = valueSize ?? size
        self.outputs = outputs
        super.init(causal: causal, dropout: dropout, name: name)
        for kernel in [$queryKernel, $keyKernel, $valueKernel, $outputKernel] {
            kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        }
        for parameter in [$queryBias, $keyBias, $valueBias, $outputBias] { parameter.configure(bias) }
        self.activityRegularizer = activityRegularizer
    }

    /// The steps, each with the outputs' features.
    public override func outputShape(of input: Shape) throws -> Shape {
        let output = try super.outputShape(of: input)
        for (name, value) in [("heads", heads), ("size", size), ("valueSize", valueSize)] where value < 1 {
            throw atLeastOne(name, value)
        }
        return [output[0], outputs ?? output[1]]
    }

    /// Makes the projections.
    public override func build(_ inputs: [Shape]) {
        let (query, value, key) = Self.roles(of: inputs)
        $queryKernel.initialize([query[1], heads, size])
        $keyKernel.initialize([key[1], heads, size])
        $valueKernel.initialize([value[1], heads, valueSize])
        $outputKernel.initialize([heads, valueSize, outputs ?? query[1]])
        $queryBias.initialize([heads, size])
        $keyBias.initialize([heads, size])
        $valueBias.initialize([heads, valueSize])
        $outputBias.initialize([outputs ?? query[1]])
    }

    override func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        let q = project(query, $queryKernel, $queryBias), k = project(key, $keyKernel, $keyBias)
        return q.matmul(k.transposed(0, 1, 3, 2)) / Double(size).squareRoot()
    }

    override func mean(of value: Tensor, _ weights: Tensor) -> Tensor {
        let results = weights.matmul(project(value, $valueKernel, $valueBias)).transposed(0, 2, 1, 3)
        let width = heads * valueSize
        return results.reshaped(to: [results.shape[0], results.shape[1], width]).linear(
            outputKernel.reshaped(to: [width, -1]), bias: $outputBias.optionalValue)
    }

    /// `[batch, heads, steps, size]`
    private func project(_ x: Tensor, _ kernel: Parameter, _ bias: Parameter) -> Tensor {
        let (heads, size) = (kernel.shape[1], kernel.shape[2])
        let y = x.linear(
            kernel.value.reshaped(to: [-1, heads * size]),
            bias: bias.optionalValue?.reshaped(to: [heads * size]))
        return y.reshaped(to: [x.shape[0], x.shape[1], heads, size]).transposed(0, 2, 1, 3)
    }
}
