extension Tensor {
    /// Batch normalisation: γ (x − mean) / √(variance + ε) + β, with the mean and variance of each channel over all examples and places
    /// (Ioffe and Szegedy 2015, algorithm 1).
    ///
    /// - Parameters:
    ///   - scale: γ, `[channels]`, channels being the last axis; 1 if nil.
    ///   - offset: β, `[channels]`; 0 if nil.
    ///   - epsilon: ε, which keeps the divisor from 0.
    /// - Returns: the normalised numbers; the means and (biased) variances, `[channels]`, without gradients of their own.
    public func batchNormalized(
        scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
    ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
        batchNormalized(scale: scale, offset: offset, epsilon: epsilon, slope: 1)
    }

    /// The same with negative results multiplied by a slope in the same pass: relu (0), leaky relu, or nothing (1).
    package func batchNormalized(
        scale: Tensor?, offset: Tensor?, epsilon: Double, slope: Double
    ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
        let (y, statistics) = normalized(
            NormalizationGeometry(self, groups: nil, "batchNormalized"), scale, offset, epsilon, slope)
        return (y, statistics.mean, statistics.variance)
    }

    /// Batch normalisation with a mean and a variance of each channel that were measured before. These are constants: gradients flow to
    /// x, γ and β alone.
    public func batchNormalized(
        mean: Tensor, variance: Tensor, scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
    ) -> Tensor {
        batchNormalized(mean: mean, variance: variance, scale: scale, offset: offset, epsilon: epsilon, slope: 1)
    }

    /// The same with negative results multiplied by a slope in the same pass.
    package func batchNormalized(
        mean: Tensor, variance: Tensor, scale: Tensor?, offset: Tensor?, epsilon: Double, slope: Double
    ) -> Tensor {
        let geometry = NormalizationGeometry(self, groups: nil, "batchNormalized")
        for known in [mean, variance] { geometry.check(known, "mean or variance", of: self, "batchNormalized") }
        let known = (mean: mean.detached(), variance: variance.detached())
        return normalized(geometry, scale, offset, epsilon, slope, known: known).output
    }

    /// Group normalisation: γ (x − mean) / √(variance + ε) + β, with the mean and variance of so many groups of neighbouring channels, in
    /// each example over all its places (Wu and He 2018). One group normalises an example as a whole; as many groups as channels are
    /// instance normalisation (Ulyanov et al. 2016).
    ///
    /// - Parameters:
    ///   - groups: their number, which divides that of the channels. The tensor is `[examples, …, channels]`.
    ///   - scale: γ, `[channels]`; 1 if nil.
    ///   - offset: β, `[channels]`; 0 if nil.
    ///   - epsilon: ε, which keeps the divisor from 0.
    public func groupNormalized(
        groups: Int, scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
    ) -> Tensor {
        normalized(NormalizationGeometry(self, groups: groups, "groupNormalized"), scale, offset, epsilon, 1).output
    }

    /// Normalises groups of columns, in float32 by kernels. Statistics are measured unless they are known.
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

/// The gradients of an operation whose kernels have no second derivatives: those of the same value, composed of operations that have.
func composedGradients(
    of inputs: [Tensor], along dy: Tensor, _ wanted: [Bool], _ compose: ([Tensor]) -> Tensor
) -> [Tensor?] {
    let places = inputs.indices.filter { wanted[$0] }
    let gradients = grad(compose(inputs), of: places.map { inputs[$0] }, along: dy, createGraph: true)
    var all = [Tensor?](repeating: nil, count: inputs.count)
    for (place, gradient) in zip(places, gradients) { all[place] = gradient }
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
        let centred = x - mean
        let variance = known?.variance.reshaped(to: grouped) ?? centred.squared().mean(axes: 1, 3, keepDims: true)
        let standard = (centred / (variance + epsilon).sqrt()).reshaped(to: inputs[0].shape)
        let z = standard * inputs[1] + inputs[2]
        let statistics = [mean, variance].map { $0.detached().reshaped(to: [-1]) }
        return (
            slope == 1 ? z : slope == 0 ? z.relu() : z.leakyRelu(slope: slope), (statistics[0], statistics[1])
        )
    }
}
