public import Tensors

/// A vector for each word of a vocabulary, which is learnt: numbers of words `[steps]` become vectors `[steps, size]`.
public final class Embedding: Layer {
    /// The vectors `[vocabulary, size]`.
    @Parameter(.uniform(0.05)) public var embeddings: Tensor
    /// How many words there are. They are numbered from 0.
    public let vocabulary: Int
    /// How long a word's vector is.
    public let size: Int
    private let masksZero: Bool

    /// Vectors of a size for the words of a vocabulary: `Embedding(10_000, 16)`.
    ///
    /// With `maskZero` the word 0 is padding: recurrent layers, attention and losses leave its steps out.
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

    /// The input's shape with the size after it.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard vocabulary > 0 else { throw atLeastOne("vocabulary", vocabulary) }
        guard size > 0 else { throw atLeastOne("size", size) }
        return input.inserting(size, at: input.rank)
    }

    /// Makes the vectors.
    public override func build(_ input: Shape) { $embeddings.initialize([vocabulary, size]) }

    /// The words' vectors.
    public override func forward(_ x: Tensor) -> Tensor {
        let vectors = embeddings.gathered(x)
        return masksZero && x.rank == 2 ? vectors.withSequenceMask(x .!= 0) : vectors
    }
}
