// Random tensors beyond uniform and normal ones. All draw on ``Random``, so that a seed repeats them on any number of
// threads.
extension Tensor {
    /// A sample of the normal distribution, truncated at `limit` standard deviations from the mean, as float32.
    ///
    /// ```swift
    /// let x = Tensor.truncatedNormal([1000])
    /// print(x.max().item() <= 2)  // true
    /// ```
    /// Without a limit use ``normal(_:mean:deviation:)``.
    public static func truncatedNormal(
        _ shape: Shape, mean: Double = 0, deviation: Double = 1, limit: Double = 2
    ) -> Tensor {
        requirePositive(limit, "truncatedNormal", "limit")
        // The inverse of the distribution function, of uniform numbers between the probabilities of both limits.
        let edge = Tensor([limit / 2.0.squareRoot()], dtype: .float64).erf().item()
        let standard = uniform(shape, in: -edge...edge).erfInverse() * 2.0.squareRoot()
        return standard.clipped(to: -limit...limit) * deviation + mean
    }

    /// A sample of the exponential distribution, with density λ · e^(−λ · x) and mean 1 / λ for the rate λ, as float32:
    /// waiting times between events.
    ///
    /// ```swift
    /// let waits = Tensor.exponential([100_000], rate: 2)
    /// print(waits.mean())  // about 0.5
    /// ```
    public static func exponential(_ shape: Shape, rate: Double = 1) -> Tensor {
        requirePositive(rate, "exponential", "rate")
        return -(-uniform(shape)).log1p() / rate
    }

    /// A sample of the gamma distribution, with density ∝ x^(alpha − 1) e^(−x / scale) and mean alpha · scale, as
    /// float32 (Marsaglia and Tsang 2000).
    ///
    /// ```swift
    /// let x = Tensor.gamma([100_000], alpha: 3, scale: 2)
    /// print(x.mean())  // about 6
    /// ```
    /// With alpha 1 it is ``exponential(_:rate:)``.
    public static func gamma(_ shape: Shape, alpha: Double, scale: Double = 1) -> Tensor {
        requirePositive(alpha, "gamma", "alpha")
        // An alpha below 1 follows from alpha + 1.
        if alpha < 1 { return gamma(shape, alpha: alpha + 1, scale: scale) * (1 - uniform(shape)).pow(1 / alpha) }
        // Rejected numbers, at most some five in a hundred, are drawn again.
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

    /// A sample of the beta distribution between 0 and 1, with density ∝ x^(alpha − 1) (1 − x)^(beta − 1) and mean
    /// alpha / (alpha + beta), as float32.
    ///
    /// ```swift
    /// let x = Tensor.beta([100_000], alpha: 1, beta: 3)
    /// print(x.mean())  // about 0.25
    /// ```
    public static func beta(_ shape: Shape, alpha: Double, beta: Double) -> Tensor {
        let x = gamma(shape, alpha: alpha), y = gamma(shape, alpha: beta)
        return x / (x + y)
    }

    /// Integers of a range, all equally likely, as int32 (NumPy's `integers`, PyTorch's `randint`).
    ///
    /// ```swift
    /// let dice = Tensor.integers([10], in: 1..<7)
    /// print(dice.shape)  // [10]
    /// ```
    /// For integers that differ see ``choice(_:count:replacing:)``.
    public static func integers(_ shape: Shape, in range: Range<Int>) -> Tensor {
        guard !range.isEmpty, Int32(exactly: range.lowerBound) != nil, Int32(exactly: range.upperBound - 1) != nil
        else {
            Failure.raise(
                ValueError(
                    operation: "integers", message: "a range of int32 numbers must not be empty, got \(range)",
                    hint: "use a range with at least one number"))
        }
        let words = Random.words(2 * shape.elementCount), length = UInt64(range.count)
        let values = (0..<shape.elementCount).map { i -> Int32 in
            let word = UInt64(words[2 * i]) << 32 | UInt64(words[2 * i + 1])
            return Int32(range.lowerBound + Int(word.multipliedFullWidth(by: length).high))
        }
        return Tensor(values, shape: shape)
    }

    /// A sample of `count` of the integers 0 to n − 1, as int32: without replacement, or with it if `replacing`
    /// (NumPy's `choice`).
    ///
    /// ```swift
    /// let images = Tensor.normal([100, 28, 28])
    /// let some = images.gathered(Tensor.choice(100, count: 8))
    /// print(some.shape)  // [8, 28, 28]
    /// ```
    /// For all n in random order use ``permutation(_:)``, for unequal probabilities
    /// ``multinomial(_:count:replacing:)``.
    public static func choice(_ n: Int, count: Int, replacing: Bool = false) -> Tensor {
        guard count >= 0, replacing ? n > 0 || count == 0 : count <= n else {
            Failure.raise(
                ValueError(
                    operation: "choice", message: "count must be from 0 to \(n) without replacement, got \(count)",
                    hint: "choose fewer, or pass replacing: true"))
        }
        return count == 0 ? Tensor([Int32]()) : replacing ? integers([count], in: 0..<n) : permutation(n)[0..<count]
    }

    /// A sample of classes with these probabilities, which need not sum to 1: `[n, classes]` gives int32 `[n, count]`
    /// (PyTorch's `multinomial`).
    ///
    /// ```swift
    /// let p = Tensor([[0, 1, 0], [0, 0, 1]])
    /// let classes = Tensor.multinomial(p, count: 2)  // [[1, 1], [2, 2]]
    /// ```
    /// Without `replacing` no class occurs twice in a row of the result (Vieira 2014).
    public static func multinomial(_ probabilities: Tensor, count: Int, replacing: Bool = true) -> Tensor {
        let p = probabilities.detached().floating
        let classes = p.shape[p.shape.axis(-1, in: "multinomial")]
        let isPossible = (p .>= 0).all() && (p.sum(axes: -1) .> 0).all() && p.isFinite().all()
        guard isPossible, count >= 0, replacing || (p .> 0).sum(axes: -1).ints.allSatisfy({ $0 >= count }) else {
            Failure.raise(
                ValueError(
                    operation: "multinomial",
                    message: isPossible
                        ? "count must be at most the number of classes with a probability above 0, got \(count)"
                        : "probabilities must be finite, not negative, and not all 0",
                    hint: isPossible
                        ? "draw fewer, or pass replacing: true" : "softmax() turns scores into probabilities")
            )
        }
        if !replacing {
            // The largest of ln p + Gumbel noise are a sample without replacement.
            let noise = -(exponential(p.shape) + 1e-30).log()
            return (p.log() + noise).topK(count).indices
        }
        let limits = p.converted(to: .float64).cumulativeSum().reshaped(to: [-1, classes])
        let draws = uniform([limits.shape[0], count]).converted(to: .float64)
        let out = Storage(count: draws.count, dtype: .int32)
        withExtendedLifetime((limits.storage, draws.storage)) {
            for row in 0..<limits.shape[0] {
                let limit = limits.storage.doubles + row * classes
                // Rounding must not reach beyond the last class with a probability above 0.
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
                ValueError(
                    operation: operation, message: "\(name) must be above 0, got \(value)",
                    hint: "pass a positive number"))
        }
    }
}
