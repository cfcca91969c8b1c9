internal import Tensors

// Losses of sequences whose alignment with their targets is unknown.
extension Loss {
    /// ``ctc(blank:)`` with class 0 as the blank.
    public static let ctc = ctc(blank: 0)

    /// Connectionist temporal classification: −log Σ P(alignment) over all alignments of the outputs that spell the
    /// target, averaged over sequences (Graves et al. 2006).
    ///
    /// Outputs: logits `[n, steps, classes]`. Targets: class indices `[n, length]`, shorter ones padded with the blank.
    /// ```swift
    /// let loss = Loss.ctc(blank: 0)(.normal([1, 6, 4]), Tensor([[3, 1, 0]]))
    /// ```
    /// For speech and handwriting; `ctcDecode(_:blank:)` reads what outputs spell. If every step has its own label take
    /// ``crossEntropy(fromLogits:labelSmoothing:classWeights:ignoredLabel:)``.
    /// - Parameter blank: The class that stands for no label.
    public static func ctc(blank: Int) -> Loss {
        Loss("ctc", .sequences, meaning: .logits) { $0.temporalClassification($1, blank: blank) }
    }
}
