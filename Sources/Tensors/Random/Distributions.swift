// Random tensors beyond the uniform and the normal ones; all draw on ``Random``, so that a seed repeats them on any number of threads.
extension Tensor {
    /// Normally distributed numbers that are no more than `limit` deviations from the mean.
    public static func truncatedNormal(
        _ shape: Shape, mean: Double = 0, deviation: Double = 1, limit: Double = 2
    ) -> Tensor {
        requirePositive(limit, "truncatedNormal", "limit")
        // Uniform numbers between the probabilities of both limits, put through the inverse of the distribution function.
        let edge = Tensor([limit / 2.0.squareRoot()], dtype: .float64).erf().item()
        let standard = uniform(shape, in: -edge...edge).erfInverse() * 2.0.squareRoot()
        return standard.clipped(to: -limit...limit) * deviation + mean
    }

    /// Waiting times between events of which there are `rate` in a unit of time: density rate · e^(−rate · x).
    public static func exponential(_ shape: Shape, rate: Double = 1) -> Tensor {
        requirePositive(rate, "exponential", "rate")
        return -(-uniform(shape)).log1p() / rate
    }

    /// Gamma distributed numbers: density x^(shape − 1) e^(−x / scale), for a parameter named `alpha`, the shape of the distribution.
    public static func gamma(_ shape: Shape, alpha: Double, scale: Double = 1) -> Tensor {
        requirePositive(alpha, "gamma", "alpha")
        // A smaller parameter than 1 follows from the next larger one.
        if alpha < 1 { return gamma(shape, alpha: alpha + 1, scale: scale) * (1 - uniform(shape)).pow(1 / alpha) }
        // Marsaglia and Tsang 2000: numbers that are not accepted, some five of a hundred at most, are drawn again.
        let d = alpha - 1.0 / 3, c = 1 / (9 * d).squareRoot()
        var result = zeros(shape), isOpen = ones(shape, dtype: .bool)
        while isOpen.any() {
            let x = normal(shape), cube = (1 + c * x).pow(3)
            let bound = 0.5 * x.squared() + d - d * cube + d * cube.maximum(1e-30).log()
            let isAccepted = (cube .> 0) .& ((1 - uniform(shape)).log() .< bound)
            result = select(isOpen .& isAccepted, d * cube, result)
            isOpen = isOpen .& .!isAccepted
        }
        return result * scale
    }

    /// Beta distributed numbers between 0 and 1: density x^(alpha − 1) (1 − x)^(beta − 1).
    public static func beta(_ shape: Shape, alpha: Double, beta: Double) -> Tensor {
        let x = gamma(shape, alpha: alpha), y = gamma(shape, alpha: beta)
        return x / (x + y)
    }

    /// Whole numbers of a range, each as likely as any other, as int32.
    public static func integers(_ shape: Shape, in range: Range<Int>) -> Tensor {
        guard !range.isEmpty, Int32(exactly: range.lowerBound) != nil, Int32(exactly: range.upperBound - 1) != nil
        else {
            Failure.raise(
                ValueError(
                    operation: "integers", message: "\(range) is no range of int32 numbers to draw from",
                    hint: "use a range with at least one number"))
        }
        let words = Random.words(2 * shape.elementCount), length = UInt64(range.count)
        let values = (0..<shape.elementCount).map { i -> Int32 in
            let word = UInt64(words[2 * i]) << 32 | UInt64(words[2 * i + 1])
            return Int32(range.lowerBound + Int(word.multipliedFullWidth(by: length).high))
        }
        return Tensor(values, shape: shape)
    }

    /// So many of the numbers 0 to n − 1, as int32: each once at most, or drawn anew each time, with `replacing`.
    public static func choice(_ n: Int, count: Int, replacing: Bool = false) -> Tensor {
        guard count >= 0, replacing ? n > 0 || count == 0 : count <= n else {
            Failure.raise(
                ValueError(
                    operation: "choice", message: "\(count) of \(n) numbers cannot be chosen",
                    hint: "choose fewer, or with replacing: true"))
        }
        return count == 0 ? Tensor([Int32]()) : replacing ? integers([count], in: 0..<n) : permutation(n)[0..<count]
    }

    /// Classes drawn with these probabilities, which need not add up to 1: rows [n, classes] give int32 [n, count].
    ///
    /// Without `replacing` no class comes twice in a row of the result.
    public static func multinomial(_ probabilities: Tensor, count: Int, replacing: Bool = true) -> Tensor {
        let p = probabilities.detached().floating
        let classes = p.shape[p.shape.axis(-1, in: "multinomial")]
        let isPossible = (p .>= 0).all() && (p.sum(axes: -1) .> 0).all() && p.isFinite().all()
        guard isPossible, count >= 0, replacing || (p .> 0).sum(axes: -1).ints.allSatisfy({ $0 >= count }) else {
            Failure.raise(
                ValueError(
                    operation: "multinomial",
                    message: isPossible
                        ? "\(count) different classes were asked for, and fewer have a probability"
                        : "probabilities must be finite, not negative, and not all 0",
                    hint: isPossible ? "ask for fewer, or with replacing: true" : "softmax() makes such of any numbers")
            )
        }
        if !replacing {
            // The largest of log p + Gumbel noise are a sample without replacement (Vieira 2014).
            let noise = -(exponential(p.shape) + 1e-30).log()
            return (p.log() + noise).topK(count).indices
        }
        let limits = p.converted(to: .float64).cumulativeSum().reshaped(to: [-1, classes])
        let draws = uniform([limits.shape[0], count]).converted(to: .float64)
        let out = Storage(count: draws.count, dtype: .int32)
        withExtendedLifetime((limits.storage, draws.storage)) {
            for row in 0..<limits.shape[0] {
                let limit = limits.storage.doubles + row * classes
                // Rounding must not reach beyond the last class that has a probability.
                let last = (0..<classes).first { limit[$0] == limit[classes - 1] }!
                for i in row * count..<(row + 1) * count {
                    let wanted = draws.storage.doubles[i] * limit[classes - 1]
                    var (low, high) = (0, last)
                    while low < high {
                        let middle = (low + high) / 2
                        if limit[middle] > wanted { high = middle } else { low = middle + 1 }
                    }
                    out.ints[i] = Int32(low)
                }
            }
        }
        return .unrecorded(out, Shape(Array(p.shape.dropLast()) + [count]))
    }

    private static func requirePositive(_ value: Double, _ operation: String, _ name: String) {
        guard value > 0 else {
            Failure.raise(
                ValueError(operation: operation, message: "\(name) is \(value)", hint: "it must be above 0"))
        }
    }
}
