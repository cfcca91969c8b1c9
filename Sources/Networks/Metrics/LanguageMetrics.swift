internal import Glibc
internal import Tensors

extension Metric {
    /// e to the mean cross-entropy of the right words: among how many equally likely ones the network hesitates.
    public static let perplexity = Metric("perplexity", isLargerBetter: false) { batch in
        let labels = batch.labels
        let terms: Tensor
        if case .logits = batch.meaning {
            terms = batch.outputs.floating.crossEntropies(labels)
        } else {
            let right = Tensor.oneHot(labels, classes: batch.width, dtype: batch.outputs.dtype)
            terms = -log((right * batch.outputs).sum(axes: -1))
        }
        return DerivedState(batch.mean(terms)) { Glibc.exp($0.value) }
    }

    /// How much of the right sentences comes back in the network's own (Papineni et al. 2002), over all examples. Outputs are
    /// `[n, steps, words]`, targets `[n, steps]`; a sentence ends before the first `end`.
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

/// How much of human translations comes back in a machine's, over a whole text: the geometric mean of the shares of its n-grams (n = 1 … 4)
/// that are found in a reference, less if it is shorter (Papineni et al. 2002).
///
/// ```swift
/// var bleu = BLEU()
/// bleu.add(candidate: "the cat sat".split(separator: " "), references: ["the cat sat down".split(separator: " ")])
/// print(bleu.value)
/// ```
public struct BLEU: MetricState {
    private var matches: [Double]
    private var totals: [Double]
    private var candidateLength = 0
    private var referenceLength = 0

    /// A score of no sentences yet, of n-grams up to an order.
    public init(order: Int = 4) {
        guard order > 0 else {
            Failure.raise(
                ValueError(
                    operation: "BLEU", message: "there are no n-grams of \(order) words",
                    hint: "4 is usual; 1 counts single words"))
        }
        matches = Array(repeating: 0, count: order)
        totals = matches
    }

    /// Adds a sentence and the references that it is compared with.
    public mutating func add<Token: Hashable>(
        candidate: some Collection<Token>, references: [some Collection<Token>]
    ) {
        for n in 1...matches.count {
            let found = Self.nGrams(n, candidate)
            // An n-gram counts as often as it is in one of the references, at most.
            let known = references.map { Self.nGrams(n, $0) }
                .reduce(into: [:]) { known, grams in known.merge(grams, uniquingKeysWith: max) }
            matches[n - 1] += found.reduce(0) { $0 + Double(min($1.value, known[$1.key] ?? 0)) }
            totals[n - 1] += Double(max(candidate.count - n + 1, 0))
        }
        candidateLength += candidate.count
        // The reference nearest in length, of two the shorter.
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
                    message: "scores of orders \(matches.count) and \(other.matches.count) do not add up",
                    hint: "make both of one order"))
        }
        for n in matches.indices {
            matches[n] += other.matches[n]
            totals[n] += other.totals[n]
        }
        candidateLength += other.candidateLength
        referenceLength += other.referenceLength
    }

    /// The share of n-grams of each length that is found in a reference.
    public var precisions: [Double] { zip(matches, totals).map { $1 == 0 ? 0 : $0 / $1 } }

    /// What the score is held down by if the text is shorter than its references: e^(1 − r / c), else 1.
    public var brevityPenalty: Double {
        candidateLength >= referenceLength
            ? 1 : candidateLength == 0 ? 0 : Glibc.exp(1 - Double(referenceLength) / Double(candidateLength))
    }

    /// The score, from 0 to 1; 0 if n-grams of one length are never found.
    public var value: Double {
        let precisions = precisions
        guard precisions.allSatisfy({ $0 > 0 }) else { return 0 }
        return brevityPenalty * Glibc.exp(precisions.reduce(0) { $0 + Glibc.log($1) } / Double(precisions.count))
    }
}
