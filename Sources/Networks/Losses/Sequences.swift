internal import Tensors

// Losses of sequences whose alignment with their targets is not known.
extension Loss {
    /// −log of the probability that outputs spell the right labels, by any alignment: connectionist temporal classification (Graves et al.
    /// 2006), for speech and handwriting. A term for each sequence.
    ///
    /// Outputs are logits `[n, steps, classes]`, where class `blank` says nothing. Targets are class indices `[n, length]`, shorter ones
    /// filled up with the blank. `ctcDecode(_:blank:)` reads what outputs spell.
    public static func ctc(blank: Int) -> Loss {
        Loss("ctc", .sequences, meaning: .logits) { $0.temporalClassification($1, blank: blank) }
    }

    /// ``ctc(blank:)`` with class 0 as the blank.
    public static let ctc = ctc(blank: 0)
}
