internal import CKernels

/// The source of all random numbers: Philox (Salmon et al. 2011), which computes number i from i and a seed. A seed
/// therefore gives the same numbers on any machine and with any number of threads.
public enum Random {
    /// A sequence, and the position in it.
    private final class Sequence: @unchecked Sendable {
        /// Guarded by `lock`.
        var position: Position

        init(seed: UInt64) { position = Position(key: seed, next: 0) }
    }
    static let lock = Lock()
    @TaskLocal private static var sequence = Sequence(seed: .random(in: 0 ... .max))
    private static let groupLength = Int(CK_RANDOM_GROUP)

    /// Starts the sequence of this seed: what is drawn afterwards is the same each time.
    ///
    /// ```swift
    /// Random.seed(1)
    /// let a = Tensor.normal([3])
    /// Random.seed(1)
    /// let b = Tensor.normal([3])
    /// print((a .== b).all())  // true
    /// ```
    /// To leave the surrounding sequence as it is use `withSeed`.
    public static func seed(_ seed: UInt64) { restore(Position(key: seed, next: 0)) }

    /// Runs the body with its own sequence: what it draws is the same each time, and the surrounding sequence continues
    /// afterwards as if nothing had been drawn.
    ///
    /// ```swift
    /// let noise = Random.withSeed(1) { Tensor.normal([16, 100]) }    // the same noise after every epoch
    /// ```
    public static func withSeed<R>(_ seed: UInt64, _ body: () throws -> R) rethrows -> R {
        try $sequence.withValue(Sequence(seed: seed)) { try body() }
    }

    /// The same for a body that awaits: what it awaits draws on its sequence too.
    public static func withSeed<R>(_ seed: UInt64, _ body: () async throws -> R) async rethrows -> R {
        try await $sequence.withValue(Sequence(seed: seed)) { try await body() }
    }

    /// A sequence for pictures and callbacks, which run when the clock or a user says so: what they draw does not
    /// change what a training draws. It continues from one to the next.
    private static let aside = Sequence(seed: 0x5157_1F7E)

    /// Runs the body with a sequence that is not the training's.
    package static func asideFromTraining<R>(unless isTraining: Bool = false, _ body: () throws -> R) rethrows -> R {
        if isTraining { return try body() }
        return try $sequence.withValue(aside) { try body() }
    }

    /// Takes the next numbers of the sequence: the key, and the first of as many groups as hold them.
    package static func take(_ count: Int) -> (key: UInt64, first: UInt64) {
        let sequence = sequence
        return lock.withLock {
            defer { sequence.position.next += UInt64((count + groupLength - 1) / groupLength) }
            return (sequence.position.key, sequence.position.next)
        }
    }

    /// A position in a sequence, from which ``restore(_:)`` continues.
    public struct Position: Sendable, Hashable, Codable {
        let key: UInt64
        fileprivate(set) var next: UInt64
    }

    /// The present position in the sequence.
    ///
    /// ```swift
    /// let start = Random.position
    /// let a = Tensor.normal([3])
    /// Random.restore(start)
    /// print((a .== Tensor.normal([3])).all())  // true
    /// ```
    public static var position: Position {
        let sequence = sequence
        return lock.withLock { sequence.position }
    }

    /// Continues from an earlier ``position``.
    public static func restore(_ position: Position) {
        let sequence = sequence
        lock.withLock { sequence.position = position }
    }
}

/// The sequence of ``Random`` for Swift's own `shuffled(using:)` and `random(in:using:)`.
///
/// ```swift
/// var generator = TensorRandomGenerator()
/// let cards = (1...32).shuffled(using: &generator)
/// print(cards.count)  // 32
/// ```
public struct TensorRandomGenerator: RandomNumberGenerator {
    private var words: [UInt32] = []

    /// A generator that draws on ``Random``.
    public init() {}

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        if words.count < 2 { words = Random.words(64) }
        return UInt64(words.removeLast()) | UInt64(words.removeLast()) << 32
    }
}

extension Random {
    /// Calls a loop over whole groups of numbers, on several threads if there are many. A number may be cut into
    /// several.
    static func inChunks(
        _ count: Int, perNumber parts: Int = 1, _ loop: (_ start: Int, _ count: Int, _ group: UInt64) -> Void
    ) {
        let length = groupLength * parts, groups = (count + length - 1) / length
        ThreadPool.forEach(count: groups, minimumPerChunk: 1024) { range in
            let start = range.lowerBound * length
            loop(start, min(range.upperBound * length, count) - start, UInt64(range.lowerBound))
        }
    }

    /// The next 32-bit words of the sequence.
    static func words(_ count: Int) -> [UInt32] {
        let (key, first) = take(count)
        return [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
            ck_random_words(key, first, count, buffer.baseAddress)
            initialized = count
        }
    }
}

extension Tensor {
    /// A sample of the normal distribution with this mean and standard deviation, as float32 (NumPy's `normal`).
    ///
    /// ```swift
    /// let x = Tensor.normal([100_000], mean: 5, deviation: 2)
    /// print(x.mean())  // about 5
    /// ```
    /// For a sample without outliers see ``truncatedNormal(_:mean:deviation:limit:)``.
    public static func normal(_ shape: Shape, mean: Double = 0, deviation: Double = 1) -> Tensor {
        let out = Storage(count: shape.elementCount, dtype: .float32)
        let (key, first) = Random.take(out.count)
        Random.inChunks(out.count) { start, count, group in
            ck_random_normal(key, first + group, count, Float(mean), Float(deviation), out.floats + start)
        }
        return .unrecorded(out, shape)
    }

    /// A sample of the uniform distribution over a range, whose upper bound is excluded, as float32 (NumPy's
    /// `uniform`).
    ///
    /// ```swift
    /// let x = Tensor.uniform([100_000], in: -1...3)
    /// print(x.mean())  // about 1
    /// ```
    /// For integers use ``integers(_:in:)``.
    public static func uniform(_ shape: Shape, in range: ClosedRange<Double> = 0...1) -> Tensor {
        let out = Storage(count: shape.elementCount, dtype: .float32)
        let (key, first) = Random.take(out.count)
        Random.inChunks(out.count) { start, count, group in
            ck_random_uniform(
                key, first + group, count, Float(range.lowerBound), Float(range.upperBound), out.floats + start)
        }
        return .unrecorded(out, shape)
    }

    /// A sample of the Bernoulli distribution: 1 with probability `p`, else 0, as float32.
    ///
    /// ```swift
    /// let x = Tensor.bernoulli([100_000], p: 0.3)
    /// print(x.mean())  // about 0.3
    /// ```
    public static func bernoulli(_ shape: Shape, p: Double) -> Tensor { (uniform(shape) .< p).converted(to: .float32) }

    /// A sample of binary units: each element is 1 with the probability in `p`, else 0, as float32 of the same shape
    /// (PyTorch's `bernoulli`).
    ///
    /// ```swift
    /// let states = Tensor.bernoulli(p: Tensor([0.0, 1, 1]))  // [0, 1, 1]
    /// ```
    public static func bernoulli(p: Tensor) -> Tensor { (uniform(p.shape) .< p.detached()).converted(to: .float32) }

    /// The integers 0 to n − 1 in random order, as int32 (Fisher and Yates's shuffle; NumPy's `permutation`, PyTorch's
    /// `randperm`).
    ///
    /// ```swift
    /// let rows = Tensor([[0, 1], [2, 3], [4, 5]])
    /// let shuffled = rows.gathered(Tensor.permutation(3))
    /// print(shuffled.shape)  // [3, 2]
    /// ```
    public static func permutation(_ n: Int) -> Tensor {
        var values = Array(0..<Shape.checked(n))
        let words = Random.words(2 * n)
        for i in stride(from: n - 1, to: 0, by: -1) {
            let word = UInt64(words[2 * i]) << 32 | UInt64(words[2 * i + 1])
            values.swapAt(i, Int(word.multipliedFullWidth(by: UInt64(i + 1)).high))
        }
        return Tensor(values)
    }
}
