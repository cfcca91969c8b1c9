public import Tensors

// Losses of distributions: what outputs should be distributed like, or how likely they make their targets.
extension Loss {
    /// The divergence Σ t log(t / p) of the outputs' distribution p from the targets' t, along the last axis, as a mean (Kullback and
    /// Leibler 1951). Outputs are logits.
    public static let klDivergence = klDivergence(fromLogits: true)

    /// The divergence Σ t log(t / p), as a mean. Without `fromLogits` outputs are the probabilities p themselves.
    public static func klDivergence(fromLogits: Bool) -> Loss {
        Loss("klDivergence", .values, meaning: fromLogits ? .logits : .values) { outputs, targets in
            let logarithms = fromLogits ? outputs.logSoftmax() : log(outputs.clipped(to: 1e-7...(.infinity)))
            // Where t = 0 the term is 0, whatever its logarithm.
            return (targets * (log(targets.clipped(to: 1e-30...(.infinity))) - logarithms)).sum(axes: -1)
        }
    }

    /// −log of the probability of a count under a Poisson distribution, without the part that is the same for all outputs: e^x − t x, as a
    /// mean. Outputs x are logarithms of the rate.
    public static let poisson = poisson(fromLogarithms: true)

    /// −log of the probability of a count under a Poisson distribution, as a mean. Without `fromLogarithms` outputs are the rates λ
    /// themselves, and a term is λ − t log λ.
    public static func poisson(fromLogarithms: Bool) -> Loss {
        Loss("poisson", .values) { x, t in fromLogarithms ? exp(x) - t * x : x - t * log(x + 1e-7) }
    }
}

/// The divergence of each normal distribution from the standard one, summed along the last axis: ½ Σ (μ² + σ² − log σ² − 1). It is the
/// latent part of a variational autoencoder's loss (Kingma and Welling 2014, appendix B).
///
/// - Parameters:
///   - mean: The means μ, `[n, units]`.
///   - logVariance: The logarithms of the variances σ², of the same shape.
/// - Returns: One number for each example, `[n]`.
public func klDivergence(mean: Tensor, logVariance: Tensor) -> Tensor {
    0.5 * (mean.squared() + exp(logVariance) - logVariance - 1).sum(axes: -1)
}
