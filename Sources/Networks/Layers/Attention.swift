public import Tensors

/// For each query, a mean of values weighted by the scores of their keys: the base class of ``Attention``,
/// ``AdditiveAttention`` and ``MultiHeadAttention``.
///
/// Called with one sequence, a layer computes self-attention; so it does in a ``Sequential``, of the previous output.
public class AttentionLayer: Layer {
    /// Whether a step attends only to itself and earlier steps, as in a decoder.
    public let isCausal: Bool
    /// The probability that training drops an attention weight.
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

    /// The output's shape for queries, values and optionally keys, all `[steps, features]`: it has the queries' steps.
    public override func outputShapes(of inputs: [Shape]) throws -> [Shape] {
        for input in inputs.dropFirst() { _ = try outputShape(of: input) }
        return [try outputShape(of: inputs[0])]
    }

    /// Initializes the parameters for the queries' features.
    public override func build(_ inputs: [Shape]) throws { try build(inputs[0]) }

    /// The self-attention of a sequence.
    public final override func forward(_ x: Tensor) -> Tensor { attended(x, x, x, mask: nil) }

    /// The attention of queries to values, compared by keys if there is a third input.
    public final override func forward(_ inputs: [Tensor]) -> [Tensor] {
        let (query, value, key) = Self.roles(of: inputs)
        return [attended(query, value, key, mask: nil)]
    }

    /// The output has the steps of the queries, and their mask.
    final override func outputMask(of inputs: [Tensor]) -> Tensor? { inputs[0].sequenceMask }

    /// Queries, values and keys among one to three inputs; keys default to the values, and values to the queries.
    static func roles<Input>(of inputs: [Input]) -> (query: Input, value: Input, key: Input) {
        let value = inputs.count > 1 ? inputs[1] : inputs[0]
        return (inputs[0], value, inputs.count > 2 ? inputs[2] : value)
    }

    /// For each query, the mean of the values weighted by the attention weights of their keys.
    ///
    /// - Parameters:
    ///   - query: `[batch, queries, features]`.
    ///   - value: `[batch, steps, features]`.
    ///   - key: What the query is compared with, `[batch, steps, features]`; the values if nil.
    ///   - mask: True where a query may attend, `[batch, steps]` or `[batch, queries, steps]`; nil for the values'
    ///     mask.
    /// - Returns: `[batch, queries, features]`.
    public final func callAsFunction(
        _ query: Tensor, _ value: Tensor, key: Tensor?, mask: Tensor? = nil
    ) -> Tensor {
        let key = key ?? value
        checkSequences(query, value, key)
        return computing(on: query, and: value, key) { attended(query, value, key, mask: mask) }
    }

    /// For each query, the weighted mean of the values at which the mask is true.
    public final func callAsFunction(_ query: Tensor, _ value: Tensor, mask: Tensor?) -> Tensor {
        self(query, value, key: nil, mask: mask)
    }

    private func attended(_ query: Tensor, _ value: Tensor, _ key: Tensor, mask: Tensor?) -> Tensor {
        checkSequences(query, value, key)
        let mask = mask ?? value.sequenceMask
        let weights = attentionWeights(query, key, mask: mask)
        return mean(
            of: mask.flatMap { $0.rank == 2 ? value.withoutPadding($0) : nil } ?? value,
            Training.isActive && dropout > 0 ? weights.dropout(dropout) : weights)
    }

    /// The attention weights, `[batch, queries, steps]`, which sum to 1 over the steps;
    /// `[batch, heads, queries, steps]` of several heads. A heat map of them shows which steps a query attends to.
    public final func weights(query: Tensor, key: Tensor, mask: Tensor? = nil) -> Tensor {
        checkSequences(query, key, key)
        return inspecting(query, key, key) { attentionWeights(query, key, mask: mask) }
    }

    private func attentionWeights(_ query: Tensor, _ key: Tensor, mask: Tensor?) -> Tensor {
        let (queries, steps) = (query.shape[1], key.shape[1])
        var (key, mask) = (key, mask ?? key.sequenceMask)
        if let given = mask {
            let allowed = given.rank == 2 ? given.expanded(at: 1) : given
            guard allowed.shape.broadcast(with: [query.shape[0], queries, steps]) == [query.shape[0], queries, steps]
            else {
                Failure.raise(
                    shapeError(
                        [given.shape, query.shape, key.shape],
                        "a mask of shape \(given.shape) does not match \(queries) queries and \(steps) steps",
                        hint: "make it [batch, steps] or [batch, queries, steps]"))
            }
            if given.rank == 2 { key = key.withoutPadding(given) }
            mask = allowed
        }
        var scores = scores(query, key)
        if isCausal {
            scores = scores.masked(
                Tensor.arange(queries).expanded(at: 1) .< Tensor.arange(steps).expanded(at: 0), with: Self.never)
        }
        if let mask { scores = scores.masked(.!(scores.rank == 4 ? mask.expanded(at: 1) : mask), with: Self.never) }
        return scores.softmax()
    }

    /// The score of a key that a query may not attend to: less than any other, and finite, so that a query without any
    /// key attends to all alike.
    private static let never = -Double(Float.greatestFiniteMagnitude)

    /// The score of each key for each query.
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
                    "queries \(query.shape), values \(value.shape) and keys \(key.shape) do not match",
                    hint: "make all [batch, steps, features], and values and keys equally long"))
        }
    }
}

/// Dot-product attention: softmax(scale · Q Kᵀ) V.
///
/// Queries `[steps, features]`, values and keys `[others, features]` → `[steps, features]`.
/// ```swift
/// let layer = Attention(scale: .rootOfSize)
/// let y = layer(.normal([8, 20, 64]))                                // [8, 20, 64]
/// ```
/// Source: Luong et al. 2015, section 3.1; scaled: Vaswani et al. 2017, equation 1. With projections and several heads:
/// ``MultiHeadAttention``.
public final class Attention: AttentionLayer {
    /// The factor of the scores before the softmax.
    public enum Scale: Sendable {
        /// A factor of 1.
        case none
        /// 1 / √features (Vaswani et al. 2017, eq. 1).
        case rootOfSize
        /// A learned scalar.
        case learned
    }

    /// The learned factor, with `.learned` only.
    @Parameter(.ones) public var scale: Tensor
    private let kind: Scale

    /// A layer without parameters, unless the scale is learned.
    public init(scale: Scale = .none, causal: Bool = false, dropout: Double = 0, name: String? = nil) {
        self.kind = scale
        super.init(causal: causal, dropout: dropout, name: name)
    }

    /// Initializes the scale.
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

/// Additive attention: the weights are softmaxⱼ(Σ scale · tanh(queryᵢ + keyⱼ)), the output is their mean of the values.
///
/// Queries `[steps, features]`, values and keys `[others, features]` → `[steps, features]`.
/// ```swift
/// let layer = AdditiveAttention()
/// let (decoder, encoder) = (Tensor.normal([8, 10, 64]), Tensor.normal([8, 20, 64]))
/// let y = layer(decoder, encoder, key: nil)                          // [8, 10, 64]
/// ```
/// Source: Bahdanau et al. 2015, section 3.1, whose projections of queries and keys are
/// ``Dense`` layers before this one. ``Attention`` is faster and takes less memory.
public final class AdditiveAttention: AttentionLayer {
    /// The weights of the features, `[features]`.
    @Parameter public var scale: Tensor

    /// A layer whose scores are computed by a small network.
    public override init(causal: Bool = false, dropout: Double = 0, name: String? = nil) {
        super.init(causal: causal, dropout: dropout, name: name)
    }

    /// Initializes the scale.
    public override func build(_ input: Shape) { $scale.initialize([input[1]]) }

    override func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        (scale * (query.expanded(at: 2) + key.expanded(at: 1)).tanh()).sum(axes: -1)
    }
}

/// Several attention heads in parallel: headₕ = softmax(Qₕ Kₕᵀ / √size) Vₕ of learned projections Qₕ, Kₕ and Vₕ, and
/// the output is a projection of all heads.
///
/// Queries `[steps, features]`, values and keys `[others, …]` → `[steps, features]`, or `[steps, outputs]`.
/// ```swift
/// let layer = MultiHeadAttention(heads: 8, size: 64)
/// let y = layer(.normal([2, 20, 512]))                               // [2, 20, 512]
/// ```
/// Source: Vaswani et al. 2017, section 3.2.2. It ignores the order of steps, unlike ``LSTM``: add a positional
/// encoding.
public final class MultiHeadAttention: AttentionLayer {
    /// Projects queries, `[features, heads, size]`.
    @Parameter public var queryKernel: Tensor
    /// The projected queries' bias, `[heads, size]`.
    @Parameter(.zeros) public var queryBias: Tensor
    /// Projects keys, `[features, heads, size]`.
    @Parameter public var keyKernel: Tensor
    /// The projected keys' bias, `[heads, size]`.
    @Parameter(.zeros) public var keyBias: Tensor
    /// Projects values, `[features, heads, valueSize]`.
    @Parameter public var valueKernel: Tensor
    /// The projected values' bias, `[heads, valueSize]`.
    @Parameter(.zeros) public var valueBias: Tensor
    /// Projects the heads' results, `[heads, valueSize, outputs]`.
    @Parameter public var outputKernel: Tensor
    /// The result's bias, `[outputs]`.
    @Parameter(.zeros) public var outputBias: Tensor
    /// The number of heads.
    public let heads: Int
    /// The size of a head's queries and keys.
    public let size: Int
    private let valueSize: Int
    private let outputs: Int?

    /// A layer with a number of heads, whose queries and keys have a size.
    ///
    /// - Parameters:
    ///   - heads: The number of heads.
    ///   - size: The size of a head's queries and keys.
    ///   - valueSize: The size of a head's values; that of its keys if nil.
    ///   - outputs: The features of the result; the queries' if nil.
    ///   - bias: The options of the projections' biases, or `false` for none.
    ///   - causal: Whether a step attends only to itself and earlier steps.
    ///   - dropout: The probability that training drops an attention weight.
    ///   - initializer: The source of the projections' initial values.
    ///   - regularizer: A penalty on the projections' weights.
    ///   - constraint: A constraint on the projections' weights, applied after each step.
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

    /// The queries' steps, with the number of outputs as features.
    public override func outputShape(of input: Shape) throws -> Shape {
        let output = try super.outputShape(of: input)
        for (name, value) in [("heads", heads), ("size", size), ("valueSize", valueSize)] where value < 1 {
            throw atLeastOne(name, value)
        }
        return [output[0], outputs ?? output[1]]
    }

    /// Initializes the projections.
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
