internal import Glibc
internal import Tensors

extension Metric {
    /// The perplexity: e to the mean of −log p of the right words, the number of equally likely words that would be as
    /// uncertain (Jelinek et al. 1977).
    ///
    /// Outputs: logits (with the loss) or probabilities, `[n, steps, words]`. Targets: class indices `[n, steps]`.
    /// ```swift
    /// let (logits, words) = (Tensor.normal([2, 3, 5]), Tensor([[4, 2, 0], [1, 0, 0]]))
    /// let value = Metric.perplexity(logits, words, loss: .crossEntropy)
    /// ```
    /// It compares language models of one vocabulary; translations are compared by ``bleu(order:end:)``.
    public static let perplexity = Metric("perplexity", isLargerBetter: false) { batch in
        let labels = batch.labels
        let terms: Tensor
        if case .logits = batch.meaning {
            terms = batch.outputs.floating.crossEntropies(labels)
        } else {
            terms = -log(batch.rightOutputs.squeezed(axes: -1).converted(to: .float64))
        }
        return DerivedState(batch.mean(terms)) { Glibc.exp($0.value) }
    }

    /// The ``BLEU`` score of the most likely words at each step, over all examples (Papineni et al. 2002).
    ///
    /// Outputs: `[n, steps, words]`. Targets: class indices `[n, steps]`, one reference per example.
    /// ```swift
    /// let metric = Metric.bleu(order: 2, end: 0)
    /// let value = metric(.normal([1, 4, 6]), Tensor([[3, 1, 5, 0]]))
    /// ```
    /// For several references, or text that was generated word by word, take ``BLEU`` itself.
    /// - Parameters:
    ///   - order: The length of the longest n-grams.
    ///   - end: The class index before which a sentence ends; nil if all steps count.
    public static func bleu(order: Int = 4, end: Int? = nil) -> Metric {
        Metric("bleu", isLargerBetter: true) { batch in
            var score = BLEU(order: order)
            let steps = batch.labels.shape[batch.labels.rank - 1]
            let decisions = batch.decisions.ints, labels = batch.labels.ints
            for start in stride(from: 0, to: labels.count, by: steps) {
                let sentence = { (words: [Int]) in words[start..<start + steps].prefix { $0 != end } }
                score.add(candidate: sentence(decisions), references: [sentence(labels)])
            }
            return score
        }
    }
}

/// BLEU, which compares translations with reference translations: BP · (p₁ p₂ p₃ p₄)^¼, where pₙ is the share of
/// n-grams that occur in a reference and BP = min(1, e^(1 − r / c)) penalizes a text of c words that is shorter than
/// its references of r words (Papineni et al. 2002).
///
/// ```swift
/// var bleu = BLEU()
/// bleu.add(candidate: "the cat sat".split(separator: " "), references: ["the cat sat down".split(separator: " ")])
/// print(bleu.value)
/// ```
/// Scores are of a whole corpus: a single sentence often scores 0.
public struct BLEU: MetricState {
    private var matches: [Double]
    private var totals: [Double]
    private var candidateLength = 0
    private var referenceLength = 0

    /// A score without sentences, of n-grams up to an order.
    public init(order: Int = 4) {
        guard order > 0 else {
            Failure.raise(
                ValueError(
                    operation: "BLEU", message: "order must be at least 1, got \(order)",
                    hint: "4 is usual; 1 counts single words"))
        }
        matches = Array(repeating: 0, count: order)
        totals = matches
    }

    /// Adds a sentence and its references.
    public mutating func add<Token: Hashable>(
        candidate: some Collection<Token>, references: [some Collection<Token>]
    ) {
        for n in 1...matches.count {
            let found = Self.nGrams(n, candidate)
            // An n-gram is counted at most as often as it occurs in one of the references.
            let known = references.map { Self.nGrams(n, $0) }
                .reduce(into: [:]) { known, grams in known.merge(grams, uniquingKeysWith: max) }
            matches[n - 1] += found.reduce(0) { $0 + Double(min($1.value, known[$1.key] ?? 0)) }
            totals[n - 1] += Double(max(candidate.count - n + 1, 0))
        }
        candidateLength += candidate.count
        // The reference closest in length; of two, the shorter.
        referenceLength +=
            references.map(\.count).min {
                (abs($0 - candidate.count), $0) < (abs($1 - candidate.count), $1)
            } ?? 0
    }

    private static func nGrams<Token: Hashable>(_ n: Int, _ words: some Collection<Token>) -> [[Token]: Int] {
        let words = Array(words)
        guard words.count >= n else { return [:] }
        return (0...words.count - n).reduce(into: [:]) { $0[Array(words[$1..<$1 + n]), default: 0] += 1 }
    }

    /// Adds other sentences.
    public mutating func add(_ other: BLEU) {
        guard matches.count == other.matches.count else {
            Failure.raise(
                ValueError(
                    operation: "BLEU",
                    message: "scores must have the same order, got \(matches.count) and \(other.matches.count)",
                    hint: "make both with the same order:"))
        }
        for n in matches.indices {
            matches[n] += other.matches[n]
            totals[n] += other.totals[n]
        }
        candidateLength += other.candidateLength
        referenceLength += other.referenceLength
    }

    /// The precisions pₙ: of the n-grams of each length, the share that occurs in a reference.
    public var precisions: [Double] { zip(matches, totals).map { $1 == 0 ? 0 : $0 / $1 } }

    /// The brevity penalty: e^(1 − r / c) if the text is shorter than its references, else 1.
    public var brevityPenalty: Double {
        candidateLength >= referenceLength
            ? 1 : candidateLength == 0 ? 0 : Glibc.exp(1 - Double(referenceLength) / Double(candidateLength))
    }

    /// The score, from 0 to 1; 0 if no n-gram of some length occurs in a reference.
    public var value: Double {
        let precisions = precisions
        guard precisions.allSatisfy({ $0 > 0 }) else { return 0 }
        return brevityPenalty * Glibc.exp(precisions.reduce(0) { $0 + Glibc.log($1) } / Double(precisions.count))
    }
}
