internal import CKernels
internal import Synchronization

/// Runs a computation, forwards and backwards, and ends it at the first operation that makes a NaN of operands without one. The error
/// names the operation, the layer, and the operands' range.
///
/// ```swift
/// let w = Tensor([1, 0]).tracked()
/// watchingForNaN { grad((w * 0 / w).sum(), of: w) }    // 0 / 0 in the second element
/// ```
/// With `infinities` an operation that makes infinity of finite operands counts too. Watching reads every result once more: it is for
/// finding a mistake, not for whole trainings.
public func watchingForNaN<R>(infinities: Bool = false, _ body: () throws -> R) rethrows -> R {
    let context = ThreadContext.current, before = context.watch
    context.watch = NaNWatch(includesInfinities: infinities)
    NaNWatch.count.wrappingAdd(1, ordering: .relaxed)
    defer {
        context.watch = before
        NaNWatch.count.wrappingSubtract(1, ordering: .relaxed)
    }
    return try LayerPath.remembered(body)
}

/// What every operation's result is inspected for while ``watchingForNaN(infinities:_:)`` runs.
package struct NaNWatch {
    let includesInfinities: Bool
    fileprivate static let count = Atomic<Int>(0)

    /// Whether any thread watches.
    @inline(__always)
    static var isOn: Bool { count.load(ordering: .relaxed) > 0 }

    /// Fails if the result is the first of its computation to have NaN.
    @inline(never)
    static func inspect(_ storage: Storage, _ shape: Shape, _ function: StaticString, from inputs: [Tensor]) {
        let context = ThreadContext.current
        guard let watch = context.watch else { return }
        let place = watch.firstOddPlace(in: storage)
        guard place < storage.count, inputs.allSatisfy({ watch.firstOddPlace(in: $0.storage) == $0.count }) else {
            return
        }
        // What follows computes too: it is not to be watched.
        context.watch = nil
        defer { context.watch = watch }
        let name = "\(function)".prefix { $0 != "(" }
        let result = Tensor(storage: storage, shape: shape)
        let odd = withoutGradients { watch.includesInfinities ? .!result.isFinite() : result.isNaN() }
        let ranges = inputs.map { $0.count == 0 ? "nothing" : "\($0.min().item())…\($0.max().item())" }
        let gradient = context.differentiated.map { ", in the gradient of \($0.operation)" } ?? ""
        Failure.raise(
            ValueError(
                operation: String(name),
                message:
                    "\(result.doubles[place].isNaN ? "NaN" : "infinity") appeared first here\(gradient): \(odd.sum().ints[0]) of \(storage.count) elements of the result \(shape), the first at \(shape.index(of: place)); the operands were in \(ranges.joined(separator: " and "))",
                hint:
                    "look at where the operands come from: 0 / 0, ∞ − ∞, log and √ of negative numbers, and overflow make it",
                path: context.differentiated?.layerPath ?? LayerPath.current))
    }

    /// The place of the first NaN (or infinity); the count if there is none.
    private func firstOddPlace(in storage: Storage) -> Int {
        withExtendedLifetime(storage) {
            switch storage.dtype {
            case .float32: Int(ck_find_not_finite_float(storage.count, storage.floats, includesInfinities ? 1 : 0))
            case .float64: Int(ck_find_not_finite_double(storage.count, storage.doubles, includesInfinities ? 1 : 0))
            default: storage.count
            }
        }
    }
}
