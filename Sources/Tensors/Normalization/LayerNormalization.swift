internal import CKernels

extension Tensor {
    /// Layer normalization: y = γ (x − μ) / √(σ² + ε) + β, with the mean μ and the variance σ² over the last axis at
    /// every position (Ba et al. 2016, eq. 4).
    /// ```swift
    /// let tokens = Tensor.normal([8, 20, 64])
    /// let y = tokens.layerNormalized()  // [8, 20, 64]; each vector of 64 has mean 0 and variance 1
    /// ```
    /// The layer `LayerNormalization` learns γ and β. Unlike ``batchNormalized(scale:offset:epsilon:)`` it treats
    /// examples independently of each other, in training and inference alike, which suits sequences and small batches.
    ///
    /// - Parameters:
    ///   - scale: γ, `[channels]`, one number for each element of the last axis; 1 if nil.
    ///   - offset: β, `[channels]`; 0 if nil.
    ///   - epsilon: ε, which keeps the divisor away from 0.
    /// - Returns: A tensor of the same shape.
    public func layerNormalized(scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5) -> Tensor {
        let geometry = NormalizationGeometry(self, groups: nil, "layerNormalized")
        let inputs = normalizationInputs(scale, offset, geometry)
        guard inputs[0].dtype == .float32, count > 0 else { return composedLayerNormalization(inputs, epsilon) }
        let (rows, channels) = (geometry.rows, geometry.channels)
        let y = Storage(count: count, dtype: .float32)
        let mean = Storage(count: rows, dtype: .float32), inverse = Storage(count: rows, dtype: .float32)
        withExtendedLifetime(inputs) {
            let (x, gamma, beta) = (inputs[0].storage.floats, inputs[1].storage.floats, inputs[2].storage.floats)
            ThreadPool.forEach(count: rows, minimumPerChunk: Swift.max(1, (1 << 16) / channels)) { range in
                let start = range.lowerBound
                ck_normalize_rows(
                    range.count, channels, x + start * channels, gamma, beta, Float(epsilon), mean.floats + start,
                    inverse.floats + start, y.floats + start * channels)
            }
        }
        return .recorded(y, shape, from: inputs) { dy, inputs, _, wanted in
            guard !isRecordingGraph else {
                return composedGradients(of: inputs, along: dy, wanted) { composedLayerNormalization($0, epsilon) }
            }
            return layerNormalizationGradients(dy, inputs, wanted, mean, inverse)
        }
    }
}

private func composedLayerNormalization(_ inputs: [Tensor], _ epsilon: Double) -> Tensor {
    let centered = inputs[0] - inputs[0].mean(axes: -1, keepDims: true)
    let variance = centered.squared().mean(axes: -1, keepDims: true)
    return centered / (variance + epsilon).sqrt() * inputs[1] + inputs[2]
}

private func layerNormalizationGradients(
    _ dy: Tensor, _ inputs: [Tensor], _ wanted: [Bool], _ mean: Storage, _ inverse: Storage
) -> [Tensor?] {
    let (dy, x, gamma) = (dy.converted(to: .float32), inputs[0], inputs[1])
    let rows = mean.count, channels = gamma.count
    let dx = wanted[0] ? Storage(count: x.count, dtype: .float32) : nil
    // Rows are divided into the same parts whatever the number of threads; each sums gradients of γ and β of its own.
    let length = max((1 << 16) / channels, (rows + 31) / 32, 1), parts = (rows + length - 1) / length
    let sums = Tensor.zeros([2, parts, channels])
    withExtendedLifetime((dy, x, gamma, mean, inverse, sums)) {
        ThreadPool.forEach(count: parts) { range in
            for part in range {
                let first = part * length, start = first * channels, sum = sums.storage.floats + part * channels
                ck_normalize_rows_gradient(
                    min(length, rows - first), channels, x.storage.floats + start, dy.storage.floats + start,
                    mean.floats + first, inverse.floats + first, gamma.storage.floats, dx.map { $0.floats + start },
                    sum, sum + parts * channels)
            }
        }
    }
    let parameters = wanted[1] || wanted[2] ? sums.sum(axes: 1) : nil
    return [
        dx.map { Tensor(storage: $0, shape: x.shape) }, wanted[1] ? parameters?[0] : nil,
        wanted[2] ? parameters?[1] : nil,
    ]
}
