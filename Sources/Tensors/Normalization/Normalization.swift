extension Tensor {
    /// Batch normalization in training: y = γ (x − μ) / √(σ² + ε) + β, with the mean μ and the variance σ² of each
    /// channel over all examples and positions of the batch (Ioffe and Szegedy 2015, algorithm 1).
    /// ```swift
    /// let maps = Tensor.normal([16, 8, 8, 4])
    /// let (y, mean, variance) = maps.batchNormalized()  // [16, 8, 8, 4], [4], [4]
    /// ```
    /// The layer `BatchNormalization` learns γ and β and averages the statistics for inference. Where batches are
    /// small, use ``groupNormalized(groups:scale:offset:epsilon:)``; for sequences,
    /// ``layerNormalized(scale:offset:epsilon:)``.
    ///
    /// - Parameters:
    ///   - scale: γ, `[channels]`, channels being the last axis; 1 if nil.
    ///   - offset: β, `[channels]`; 0 if nil.
    ///   - epsilon: ε, which keeps the divisor away from 0.
    /// - Returns: The normalized tensor, of the same shape; the means and the biased variances, `[channels]`, which are
    ///   constants to gradients.
    public func batchNormalized(
        scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
    ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
        batchNormalized(scale: scale, offset: offset, epsilon: epsilon, slope: 1)
    }

    /// The same, with negative results multiplied by a slope in the same pass: ReLU (0), leaky ReLU, or no activation
    /// (1).
    package func batchNormalized(
        scale: Tensor?, offset: Tensor?, epsilon: Double, slope: Double
    ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
        let (y, statistics) = normalized(
            NormalizationGeometry(self, groups: nil, "batchNormalized"), scale, offset, epsilon, slope)
        return (y, statistics.mean, statistics.variance)
    }

    /// Batch normalization in inference: y = γ (x − μ) / √(σ² + ε) + β, with a mean and a variance of each channel that
    /// were measured before. These are constants: gradients flow to x, γ and β alone.
    /// ```swift
    /// let maps = Tensor.normal([16, 8, 8, 4])
    /// let y = maps.batchNormalized(mean: Tensor.zeros([4]), variance: Tensor.ones([4]))  // [16, 8, 8, 4]
    /// ```
    ///
    /// - Parameters:
    ///   - mean: μ, `[channels]`.
    ///   - variance: σ², `[channels]`.
    ///   - scale: γ, `[channels]`; 1 if nil.
    ///   - offset: β, `[channels]`; 0 if nil.
    ///   - epsilon: ε, which keeps the divisor away from 0.
    /// - Returns: A tensor of the same shape.
    public func batchNormalized(
        mean: Tensor, variance: Tensor, scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
    ) -> Tensor {
        batchNormalized(mean: mean, variance: variance, scale: scale, offset: offset, epsilon: epsilon, slope: 1)
    }

    /// The same, with negative results multiplied by a slope in the same pass.
    package func batchNormalized(
        mean: Tensor, variance: Tensor, scale: Tensor?, offset: Tensor?, epsilon: Double, slope: Double
    ) -> Tensor {
        let geometry = NormalizationGeometry(self, groups: nil, "batchNormalized")
        for known in [mean, variance] { geometry.check(known, "mean or variance", of: self, "batchNormalized") }
        let known = (mean: mean.detached(), variance: variance.detached())
        return normalized(geometry, scale, offset, epsilon, slope, known: known).output
    }

    /// Group normalization: y = γ (x − μ) / √(σ² + ε) + β, with the mean μ and the variance σ² of each group of
    /// neighboring channels in each example, over all its positions (Wu and He 2018).
    /// ```swift
    /// let maps = Tensor.normal([2, 8, 8, 32])
    /// let y = maps.groupNormalized(groups: 8)  // [2, 8, 8, 32]
    /// ```
    /// With one group it normalizes an example as a whole; with as many groups as channels it is instance normalization
    /// (Ulyanov et al. 2016). The layer is `GroupNormalization`. With large batches,
    /// ``batchNormalized(scale:offset:epsilon:)`` often trains better.
    ///
    /// - Parameters:
    ///   - groups: The number of groups, a divisor of the number of channels. The tensor is `[batch, …, channels]`.
    ///   - scale: γ, `[channels]`; 1 if nil.
    ///   - offset: β, `[channels]`; 0 if nil.
    ///   - epsilon: ε, which keeps the divisor away from 0.
    /// - Returns: A tensor of the same shape.
    public func groupNormalized(
        groups: Int, scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
    ) -> Tensor {
        normalized(NormalizationGeometry(self, groups: groups, "groupNormalized"), scale, offset, epsilon, 1).output
    }

    /// Normalizes groups of columns, in Float32 by kernels. Statistics are measured unless they are known.
    private func normalized(
        _ geometry: NormalizationGeometry, _ scale: Tensor?, _ offset: Tensor?, _ epsilon: Double, _ slope: Double,
        known: (mean: Tensor, variance: Tensor)? = nil
    ) -> (output: Tensor, statistics: (mean: Tensor, variance: Tensor)) {
        let inputs = normalizationInputs(scale, offset, geometry)
        guard inputs[0].dtype == .float32, count > 0 else {
            return geometry.composed(inputs, epsilon, slope: slope, known: known)
        }
        let statistics =
            known.map { NormalizationStatistics($0.mean, $0.variance, epsilon: epsilon) }
            ?? NormalizationStatistics(of: inputs[0].storage, geometry, epsilon: epsilon)
        let y = geometry.normalize(inputs.map(\.storage), statistics, slope: slope)
        let output = Tensor.recorded(y, shape, from: inputs) { dy, inputs, _, wanted in
            guard !isRecordingGraph else {
                return composedGradients(of: inputs, along: dy, wanted) {
                    geometry.composed($0, epsilon, slope: slope, known: known).output
                }
            }
            return geometry.gradients(
                dy, inputs, wanted, statistics, slope: slope, isMeasured: known == nil)
        }
        return (output, (statistics.mean.converted(to: .float32), statistics.variance.converted(to: .float32)))
    }

    /// x, γ and β in one type.
    func normalizationInputs(_ scale: Tensor?, _ offset: Tensor?, _ geometry: NormalizationGeometry) -> [Tensor] {
        if let scale { geometry.check(scale, "scale", of: self, "normalized") }
        if let offset { geometry.check(offset, "offset", of: self, "normalized") }
        let channels: Shape = [geometry.channels]
        let x = floating
        let type = [scale, offset].contains { $0?.dtype == .float64 } ? DType.float64 : x.dtype
        return [x, scale ?? .ones(channels), offset ?? .zeros(channels)].map { $0.converted(to: type) }
    }
}

/// The gradients of an operation whose kernels have no second derivatives, by way of the same value composed of
/// operations that do.
func composedGradients(
    of inputs: [Tensor], along dy: Tensor, _ wanted: [Bool], _ compose: ([Tensor]) -> Tensor
) -> [Tensor?] {
    let positions = inputs.indices.filter { wanted[$0] }
    let gradients = grad(compose(inputs), of: positions.map { inputs[$0] }, along: dy, createGraph: true)
    var all = [Tensor?](repeating: nil, count: inputs.count)
    for (position, gradient) in zip(positions, gradients) { all[position] = gradient }
    return all
}

extension NormalizationGeometry {
    /// The definition, in differentiable operations.
    func composed(
        _ inputs: [Tensor], _ epsilon: Double, slope: Double, known: (mean: Tensor, variance: Tensor)?
    ) -> (output: Tensor, statistics: (mean: Tensor, variance: Tensor)) {
        let x = inputs[0].reshaped(to: [sets, rows, channels / group, group])
        let grouped: Shape = [sets, 1, channels / group, 1]
        let mean = known?.mean.reshaped(to: grouped) ?? x.mean(axes: 1, 3, keepDims: true)
        let centered = x - mean
        let variance = known?.variance.reshaped(to: grouped) ?? centered.squared().mean(axes: 1, 3, keepDims: true)
        let standard = (centered / (variance + epsilon).sqrt()).reshaped(to: inputs[0].shape)
        let z = standard * inputs[1] + inputs[2]
        let statistics = [mean, variance].map { $0.detached().reshaped(to: [-1]) }
        return (
            slope == 1 ? z : slope == 0 ? z.relu() : z.leakyRelu(slope: slope), (statistics[0], statistics[1])
        )
    }
}
