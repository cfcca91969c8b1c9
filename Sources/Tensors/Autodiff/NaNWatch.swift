internal import CKernels
internal import Synchronization

/// Runs a computation, forward and backward, and ends it at the first operation whose result contains NaN although its
/// operands do not (PyTorch's `detect_anomaly`). The error names the operation, the layer, and the range of the
/// operands.
///
/// ```swift
/// let w = Tensor([1.0, 0]).tracked()
/// watchingForNaN { grad((w * 0 / w).sum(), of: w) }  // ends with an error: 0 / 0 in the second element
/// ```
/// With `infinities` an operation that returns an infinity for finite operands counts too. Watching reads every result
/// once more: use it to find a mistake, not during all of training.
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

/// The check of every operation's result while ``watchingForNaN(infinities:_:)`` runs.
package struct NaNWatch {
    let includesInfinities: Bool
    fileprivate static let count = Atomic<Int>(0)

    /// Whether any thread watches.
    @inline(__always)
    static var isOn: Bool { count.load(ordering: .relaxed) > 0 }

    /// Fails if the result contains NaN and none of the inputs does.
    @inline(never)
    static func inspect(_ storage: Storage, _ shape: Shape, _ function: StaticString, from inputs: [Tensor]) {
        let context = ThreadContext.current
        guard let watch = context.watch else { return }
        let position = watch.firstOddPosition(in: storage)
        guard position < storage.count, inputs.allSatisfy({ watch.firstOddPosition(in: $0.storage) == $0.count }) else {
            return
        }
        // The following operations are not to be watched.
        context.watch = nil
        defer { context.watch = watch }
        let name = "\(function)".prefix { $0 != "(" }
        let result = Tensor(storage: storage, shape: shape)
        let odd = withoutGradients { watch.includesInfinities ? .!result.isFinite() : result.isNaN() }
        let ranges = inputs.map { $0.count == 0 ? "nothing" : "\($0.min().item())…\($0.max().item())" }
        let kind = result.doubles[position].isNaN ? "NaN" : "infinity"
        let gradient = context.differentiated.map { ", in the gradient of \($0.operation)" } ?? ""
        let share = "\(odd.sum().ints[0]) of \(storage.count) elements of the result \(shape)"
        Failure.raise(
            ValueError(
                operation: String(name),
                message: "\(kind) appeared first here\(gradient): \(share), the first at \(shape.index(of: position)); "
                    + "the operands were in \(ranges.joined(separator: " and "))",
                hint: "check the operands: 0 / 0, ∞ − ∞, log and √ of negative numbers, and overflow cause it",
                path: context.differentiated?.layerPath ?? LayerPath.current))
    }

    /// The position of the first NaN (or infinity); the count if there is none.
    private func firstOddPosition(in storage: Storage) -> Int {
        withExtendedLifetime(storage) {
            switch storage.dtype {
            case .float32: Int(ck_find_not_finite_float(storage.count, storage.floats, includesInfinities ? 1 : 0))
            case .float64: Int(ck_find_not_finite_double(storage.count, storage.doubles, includesInfinities ? 1 : 0))
            default: storage.count
            }
        }
    }
}
