internal import Tensors

/// Some weights of a parameter that are moved together.
public struct WeightRun {
    /// The weights, to be changed in place.
    public let weights: UnsafeMutableBufferPointer<Float>
    /// The derivative of the loss with respect to each of them.
    public let gradients: UnsafeBufferPointer<Float>
    fileprivate let firstMemory: UnsafeMutablePointer<Float>?
    fileprivate let stride: Int

    /// The number of weights.
    public var count: Int { weights.count }

    /// What the optimizer remembers of each weight: the numbers that began with element `number` of its ``Optimizer/startingMemory``. Empty
    /// if it remembers nothing.
    public func memory(_ number: Int) -> UnsafeMutableBufferPointer<Float> {
        guard let firstMemory else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
        return UnsafeMutableBufferPointer(start: firstMemory + number * stride, count: count)
    }
}

/// What an optimizer remembers of a parameter. That takes room from its first step on: what stays frozen needs none.
struct WeightMemory {
    private(set) var storage: Storage?

    /// Nothing yet, or what was remembered before.
    init(_ storage: Storage? = nil) { self.storage = storage }

    /// Makes room for numbers of each weight, which begin with the values given.
    fileprivate mutating func prepare(_ startingValues: [Float], count: Int) {
        guard storage == nil, !startingValues.isEmpty else { return }
        let room = Storage(count: startingValues.count * count, dtype: .float32)
        for (number, value) in startingValues.enumerated() {
            (room.floats + number * count).update(repeating: value, count: count)
        }
        storage = room
    }
}

/// One step's pass over all weights: several parameters in one job of the threads. Nothing is copied where only the parameter itself
/// holds its weights, which is so as soon as the loss's graph is gone. Otherwise others keep the old ones.
struct WeightPass {
    private struct Part {
        let parameter: Parameter
        let old: Storage
        let new: Storage
        let gradient: Storage
        let memory: Storage?
        /// The number of weights in all parts before this one.
        let start: Int

        func run(_ range: Range<Int>, _ update: (WeightRun) -> Void) {
            update(
                WeightRun(
                    weights: UnsafeMutableBufferPointer(start: new.floats + range.lowerBound, count: range.count),
                    gradients: UnsafeBufferPointer(start: gradient.floats + range.lowerBound, count: range.count),
                    firstMemory: memory.map { $0.floats + range.lowerBound }, stride: new.count))
        }
    }
    private var parts: [Part] = []
    private var count = 0

    /// Weights to a piece of work for one thread: 64 kB each of weights, gradients and memory.
    private static let chunk = 1 << 16
    /// Weights that are copied and moved while they are in the first cache.
    private static let block = 1 << 12

    init(capacity: Int) { parts.reserveCapacity(capacity) }

    /// Adds a parameter, its gradient, and what is remembered of it.
    mutating func add(
        _ parameter: Parameter, gradient: Tensor, memory: inout WeightMemory, startingMemory: [Float]
    ) {
        let (old, new) = parameter.beginChange()
        memory.prepare(startingMemory, count: old.count)
        parts.append(
            Part(
                parameter: parameter, old: old, new: new, gradient: gradient.converted(to: .float32).storage,
                memory: memory.storage, start: count))
        count += old.count
    }

    /// Moves all weights.
    func run(_ update: (WeightRun) -> Void) {
        ThreadPool.forEach(count: count, minimumPerChunk: Self.chunk) { range in
            for part in parts {
                let piece = range.clamped(to: part.start..<part.start + part.old.count)
                guard !piece.isEmpty else { continue }
                let local = piece.lowerBound - part.start..<piece.upperBound - part.start
                guard part.old !== part.new else {
                    part.run(local, update)
                    continue
                }
                for start in stride(from: local.lowerBound, to: local.upperBound, by: Self.block) {
                    let end = min(start + Self.block, local.upperBound)
                    (part.new.floats + start).update(from: part.old.floats + start, count: end - start)
                    part.run(start..<end, update)
                }
            }
        }
        for part in parts { part.parameter.endChange(part.new) }
    }
}
