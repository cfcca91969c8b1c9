internal import CKernels

/// What is normalized, as the kernels see it: `sets` of `rows` of channels. In every set, each `group` of neighboring
/// channels shares a mean and a variance.
struct NormalizationGeometry: Sendable {
    let sets: Int
    let rows: Int
    let channels: Int
    let group: Int

    /// The whole batch, or groups of channels in each of its examples.
    init(_ x: Tensor, groups: Int?, _ operation: String) {
        guard x.rank > (groups == nil ? 0 : 1), x.shape[x.rank - 1] > 0 else {
            Failure.raise(
                ShapeError(
                    operation: operation, shapes: [x.shape],
                    message: "the input must have a batch and channels, got \(x.shape)",
                    hint: "the batch is the first axis and the channels are the last"))
        }
        channels = x.shape[x.rank - 1]
        sets = groups == nil ? 1 : x.shape[0]
        rows = sets == 0 ? 0 : x.count / channels / sets
        group = groups.map { $0 > 0 ? x.shape[x.rank - 1] / $0 : 0 } ?? 1
        if let groups, groups <= 0 || channels % groups != 0 {
            Failure.raise(
                ValueError(
                    operation: operation,
                    message: "groups must divide the \(channels) channels of \(x.shape), got \(groups)",
                    hint: "use a divisor of \(channels)"))
        }
    }

    /// Raises an error unless the parameter has a number for each channel.
    func check(_ parameter: Tensor, _ name: String, of x: Tensor, _ operation: String) {
        guard parameter.shape != [channels] else { return }
        Failure.raise(
            ShapeError(
                operation: operation, shapes: [x.shape, parameter.shape],
                message: "the \(name) must be [\(channels)] for an input of \(x.shape), got \(parameter.shape)",
                hint: "give one number for each channel"))
    }

    /// Elements that make a chunk worthwhile.
    private static let chunk = 1 << 16
    private var rowsPerChunk: Int { max(1, NormalizationGeometry.chunk / channels) }
    private var rowsPerPart: Int { max(rowsPerChunk, (rows + 31) / 32) }
    /// The number of parts that a set is divided into, whatever the number of threads: the same sums are added in the
    /// same order.
    fileprivate var parts: Int { max(1, (rows + rowsPerPart - 1) / rowsPerPart) }

    /// Calls the body with runs of rows, on several threads: where the run begins, where its part of the moments does,
    /// and where the constants of its set do, of which there is one for each channel.
    fileprivate func forEachRun(_ body: (_ rows: Int, _ start: Int, _ part: Int, _ constants: Int) -> Void) {
        ThreadPool.forEach(count: sets * parts, minimumPerChunk: max(1, rowsPerChunk / max(1, rows))) { runs in
            for run in runs {
                let (set, part) = (run / parts, run % parts)
                let first = part * rowsPerPart
                body(
                    min(rows - first, rowsPerPart), (set * rows + first) * channels, run * 2 * channels,
                    set * channels)
            }
        }
    }

    /// γ (x − mean) / √(variance + ε) + β, multiplied by the slope where it is negative. The inputs are x, γ and β.
    func normalize(_ inputs: [Storage], _ statistics: NormalizationStatistics, slope: Double) -> Storage {
        let y = Storage(count: inputs[0].count, dtype: .float32)
        withExtendedLifetime((inputs, statistics)) {
            let (x, gamma, beta) = (inputs[0].floats, inputs[1].floats, inputs[2].floats)
            let (center, inverse) = (statistics.center.floats, statistics.inverse.floats)
            forEachRun { rows, start, _, constants in
                ck_normalize(
                    rows, channels, x + start, center + constants, inverse + constants, gamma, beta, Float(slope),
                    y.floats + start)
            }
        }
        return y
    }

    /// The gradients of x, γ and β. Where mean and variance were measured, they depend on x too.
    func gradients(
        _ dy: Tensor, _ inputs: [Tensor], _ wanted: [Bool], _ statistics: NormalizationStatistics, slope: Double,
        isMeasured: Bool
    ) -> [Tensor?] {
        let dy = dy.converted(to: .float32)
        let dx = wanted[0] ? Storage(count: dy.count, dtype: .float32) : nil
        let dGamma = Storage(count: channels, dtype: .float32), dBeta = Storage(count: channels, dtype: .float32)
        let sums = Storage(count: sets * parts * 2 * channels, dtype: .float64)
        let tilt = Storage(count: sets * channels, dtype: .float32)
        let shift = Storage(count: sets * channels, dtype: .float32)
        withExtendedLifetime((dy, inputs, statistics)) {
            let (x, dy) = (inputs[0].storage.floats, dy.storage.floats)
            let (gamma, beta, slope) = (inputs[1].storage.floats, inputs[2].storage.floats, Float(slope))
            let (center, inverse) = (statistics.center.floats, statistics.inverse.floats)
            forEachRun { rows, start, part, constants in
                ck_normalization_sums(
                    rows, channels, x + start, dy + start, center + constants, inverse + constants, gamma, beta, slope,
                    sums.doubles + part, sums.doubles + part + channels)
            }
            ck_normalization_slopes(
                sets, parts, channels, group, isMeasured ? Double(rows) : .infinity, sums.doubles, inverse, gamma,
                tilt.floats, shift.floats, dGamma.floats, dBeta.floats)
            guard let dx else { return }
            forEachRun { rows, start, _, constants in
                ck_normalization_gradient(
                    rows, channels, x + start, dy + start, center + constants, inverse + constants, gamma, beta, slope,
                    tilt.floats + constants, shift.floats + constants, dx.floats + start)
            }
        }
        return zip(zip([dx, dGamma, dBeta], inputs), wanted).map { pair, isWanted in
            isWanted ? pair.0.map { Tensor(storage: $0, shape: pair.1.shape) } : nil
        }
    }
}

/// Means and variances of every channel of every set, and what the kernels read of them.
struct NormalizationStatistics: Sendable {
    let mean: Tensor
    let variance: Tensor
    /// The means in single precision.
    let center: Storage
    /// 1 / √(variance + ε)
    let inverse: Storage

    /// Statistics that were measured before.
    init(_ mean: Tensor, _ variance: Tensor, epsilon: Double) {
        self.mean = mean
        self.variance = variance
        center = Storage(count: mean.count, dtype: .float32)
        inverse = Storage(count: mean.count, dtype: .float32)
        let (mean, variance) = (mean.converted(to: .float64), variance.converted(to: .float64))
        withExtendedLifetime((mean, variance)) {
            ck_normalization_constants(
                mean.count, mean.storage.doubles, variance.storage.doubles, epsilon, center.floats, inverse.floats)
        }
    }

    /// Measures the statistics of x.
    init(of x: Storage, _ geometry: NormalizationGeometry, epsilon: Double) {
        let (sets, channels, parts) = (geometry.sets, geometry.channels, geometry.parts)
        let moments = Storage(count: sets * parts * 2 * channels, dtype: .float64)
        let counts = Storage(count: sets * parts, dtype: .int64)
        let mean = Storage(count: sets * channels, dtype: .float64)
        let variance = Storage(count: sets * channels, dtype: .float64)
        withExtendedLifetime(x) {
            geometry.forEachRun { rows, start, part, _ in
                ck_column_moments(
                    rows, channels, x.floats + start, moments.doubles + part, moments.doubles + part + channels)
                counts.longs[part / (2 * channels)] = Int64(rows)
            }
            ck_join_moments(
                sets, parts, channels, geometry.group, counts.longs, moments.doubles, mean.doubles, variance.doubles)
        }
        self.init(
            Tensor(storage: mean, shape: [mean.count]), Tensor(storage: variance, shape: [variance.count]),
            epsilon: epsilon)
    }
}
