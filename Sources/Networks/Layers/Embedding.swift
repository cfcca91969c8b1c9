public import Tensors

/// A learned vector for each word of a vocabulary: y[t] = embeddings[x[t]], word indices `[steps]` → `[steps, size]`.
///
/// ```swift
/// let layer = Embedding(10_000, 16)
/// let y = layer(Tensor([[12, 7, 431]]))                              // [1, 3, 16]
/// ```
/// Source: Bengio et al. 2003. Few categories can be one-hot vectors for a ``Dense`` instead.
public final class Embedding: Layer {
    /// The vectors `[vocabulary, size]`.
    @Parameter(.uniform(0.05)) public var embeddings: Tensor
    /// The number of words, whose indices start at 0.
    public let vocabulary: Int
    /// The length of a word's vector.
    public let size: Int
    private let masksZero: Bool

    /// Vectors of a size for the words of a vocabulary.
    ///
    /// With `maskZero` the word index 0 is padding: recurrent layers, attention and losses leave out its steps.
    public init(
        _ vocabulary: Int, _ size: Int, maskZero: Bool = false, initializer: Initializer = .uniform(0.05),
        regularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil, constraint: Constraint? = nil,
        name: String? = nil
    ) {
        self.vocabulary = vocabulary
        self.size = size
        self.masksZero = maskZero
        super.init(name: name)
        $embeddings.configure(initializer, regularizer: regularizer, constraint: constraint)
        self.activityRegularizer = activityRegularizer
    }

    /// The input's shape with the size appended.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard vocabulary > 0 else { throw atLeastOne("vocabulary", vocabulary) }
        guard size > 0 else { throw atLeastOne("size", size) }
        return input.inserting(size, at: input.rank)
    }

    /// Initializes the vectors.
    public override func build(_ input: Shape) { $embeddings.initialize([vocabulary, size]) }

    /// The words' vectors.
    public override func forward(_ x: Tensor) -> Tensor {
        check(x)
        let vectors = embeddings.gathered(x)
        return masksZero && x.rank == 2 ? vectors.withSequenceMask(x .!= 0) : vectors
    }

    /// Raises an error unless all elements are indices of words.
    private func check(_ x: Tensor) {
        guard x.count > 0 else { return }
        let (least, largest) = (x.min().item(), x.max().item())
        guard least >= 0, largest < Double(vocabulary) else {
            let wrong = least >= 0 ? largest : least
            Failure.raise(
                valueError(
                    "Embedding takes word indices from 0 to \(vocabulary - 1), got "
                        + (wrong == wrong.rounded() ? "\(Int(wrong))" : "\(wrong)"),
                    hint: wrong >= Double(vocabulary)
                        ? "make the vocabulary larger: Embedding(\(Int(wrong) + 1), \(size))"
                        : "number the words from 0; real numbers need a Dense instead"))
        }
        guard x.dtype.isFloatingPoint, !(x.detached() .== x.detached().rounded()).all() else { return }
        Failure.raise(
            valueError(
                "Embedding takes word indices, got \(x.dtype) with fractions",
                hint: "words are whole numbers; real numbers need a Dense instead"))
    }
}
