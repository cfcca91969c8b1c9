public import Tensors

// Losses of distributions.
extension Loss {
    /// ``klDivergence(fromLogits:)`` of logits.
    public static let klDivergence = klDivergence(fromLogits: true)

    /// The Kullback–Leibler divergence of the outputs' distribution p from the targets' t: Σ tᵢ log(tᵢ / pᵢ) along the
    /// last axis, averaged over examples (Kullback and Leibler 1951).
    ///
    /// Outputs: logits, `[n, …, classes]`. Targets: probabilities in the same shape.
    /// ```swift
    /// let loss = Loss.klDivergence(Tensor([[2.0, 0.5, -1]]), Tensor([[0.7, 0.2, 0.1]]))
    /// ```
    /// For distillation. With class indices as targets take
    /// ``crossEntropy(fromLogits:labelSmoothing:classWeights:ignoredLabel:)``, which has the same gradient.
    /// - Parameter fromLogits: Whether outputs are logits; false if they are probabilities.
    public static func klDivergence(fromLogits: Bool) -> Loss {
        Loss("klDivergence", .values, meaning: fromLogits ? .logits : .values) { outputs, targets in
            let logarithms = fromLogits ? outputs.logSoftmax() : log(outputs.clipped(to: 1e-7...(.infinity)))
            // Where t = 0 the term is 0, whatever its logarithm.
            return targets.times(log(targets.clipped(to: 1e-30...(.infinity))) - logarithms).sum(axes: -1)
        }
    }

    /// ``poisson(fromLogarithms:)`` of logarithms of rates.
    public static let poisson = poisson(fromLogarithms: true)

    /// The negative log-likelihood of counts t under Poisson distributions with rates eᶻ, without the constant log t!:
    /// eᶻ − t z, averaged over all outputs.
    ///
    /// Outputs: z of any shape, without activation. Targets: counts in the same shape.
    /// ```swift
    /// let loss = Loss.poisson(Tensor([[0.5], [1.2]]), Tensor([[2.0], [3]]))
    /// ```
    /// For counts of events, as in Poisson regression (McCullagh and Nelder 1989, chapter 6); for other numbers
    /// ``meanSquaredError``.
    /// - Parameter fromLogarithms: Whether outputs are logarithms of rates; false if they are the rates λ, for which a
    ///   term is λ − t log λ.
    public static func poisson(fromLogarithms: Bool) -> Loss {
        Loss("poisson", .values) { x, t in fromLogarithms ? exp(x) - t.times(x) : x - t.times(log(x + 1e-7)) }
    }
}

/// The Kullback–Leibler divergence of normal distributions from the standard one: ½ Σ (μ² + σ² − log σ² − 1) along the
/// last axis (Kingma and Welling 2014, appendix B).
///
/// It is the latent term of a variational autoencoder's loss:
/// ```swift
/// let (mean, logVariance) = (Tensor.zeros([4, 2]), Tensor.zeros([4, 2]))
/// let (image, target) = (Tensor.zeros([4, 784]), Tensor.ones([4, 784]))
/// let reconstruction = Loss.binaryCrossEntropy.terms(image, target).sum(axes: 1)
/// let loss = (reconstruction + klDivergence(mean: mean, logVariance: logVariance)).mean()
/// ```
/// For other distributions than normal ones see ``Loss/klDivergence(fromLogits:)``.
/// - Parameters:
///   - mean: The means μ, `[n, units]`.
///   - logVariance: The logarithms of the variances σ², in the same shape.
/// - Returns: One number per example, `[n]`.
public func klDivergence(mean: Tensor, logVariance: Tensor) -> Tensor {
    0.5 * (mean.squared() + expm1(logVariance) - logVariance).sum(axes: -1)
}
