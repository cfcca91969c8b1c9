internal import Tensors

/// An optimizer whose update is one C loop over the weights, their gradients and their state: one pass over memory, in
/// place, where tensor operations take a pass each.
protocol FusedUpdate: Optimizer {
    /// For each number that is kept per weight, the value before the first step.
    var initialStateValues: [Float] { get }
    /// Updates a run of weights. Called for several runs in parallel.
    func update(_ run: WeightRun)
}

/// Consecutive weights of one parameter, to be changed in place.
struct WeightRun {
    let weights: UnsafeMutablePointer<Float>
    let gradients: UnsafePointer<Float>
    let count: Int
    fileprivate let start: Int
    fileprivate let states: [Storage]

    /// The numbers that began with this element of ``FusedUpdate/initialStateValues``; nil if there is none.
    func state(_ index: Int) -> UnsafeMutablePointer<Float>? {
        index < states.count ? states[index].floats + start : nil
    }
}

/// One step's pass over all weights: several parameters in one job of the threads. Nothing is copied where only the
/// parameter itself holds its weights, which is so once the graph of the loss is released; others keep the old weights.
struct WeightPass {
    private struct Part {
        let parameter: Parameter
        let old: Storage
        let new: Storage
        let gradient: Storage
        let states: [Storage]
        /// The number of weights in all parts before this one.
        let start: Int

        func run(_ range: Range<Int>, _ update: (WeightRun) -> Void) {
            update(
                WeightRun(
                    weights: new.floats + range.lowerBound, gradients: gradient.floats + range.lowerBound,
                    count: range.count, start: range.lowerBound, states: states))
        }
    }
    private var parts: [Part] = []
    private var count = 0

    /// Weights per task of one thread: 64 kB each of weights, gradients and state.
    private static let chunk = 1 << 16
    /// Weights that are copied and changed while they are in the first cache.
    private static let block = 1 << 12

    init(capacity: Int) { parts.reserveCapacity(capacity) }

    /// Adds a parameter, its gradient and its state: float32 tensors of its shape, which are changed in place.
    mutating func add(_ parameter: Parameter, gradient: Tensor, state: [Tensor]) {
        let (old, new) = parameter.beginChange()
        parts.append(
            Part(
                parameter: parameter, old: old, new: new,
                gradient: (gradient.dtype == .float32 ? gradient : gradient.converted(to: .float32)).storage,
                states: state.map(\.storage), start: count))
        count += old.count
    }

    /// Updates all weights.
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
