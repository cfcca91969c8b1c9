internal import Tensors

/// L-BFGS: Newton's method with a curvature learnt from the last steps (Nocedal and Wright 2006, algorithm 7.5). For small networks and whole
/// batches, where it finds minima that gradient descent takes thousands of steps to; on changing mini-batches it learns nonsense.
///
/// One ``Optimizer/minimize(_:)`` makes up to `iterations` steps, and computes the loss anew for each. PyTorch's rules when to stop.
/// ``Optimizer/clipping`` cuts down every gradient on the way, as it would in PyTorch's closure.
public final class LBFGS: Optimizer {
    private let iterations: Int
    private let historySize: Int
    private let searchesLine: Bool
    private let gradientTolerance: Double
    private let changeTolerance: Double
    private var history: [Curvature] = []
    /// The last movement and the gradient where it began.
    private var last: (movement: Tensor, gradient: Tensor)?

    /// How the gradient changed along a step.
    private struct Curvature {
        let step: Tensor
        let change: Tensor
        /// 1 / (step · change).
        let inverse: Double
    }

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network.
    /// - Parameters:
    ///   - networks: Whose parameters it moves.
    ///   - learningRate: The step along each direction, or the first that the line search tries.
    ///   - iterations: The largest number of steps in one call of `minimize`.
    ///   - historySize: How many steps are remembered.
    ///   - lineSearch: Whether each step must meet the strong Wolfe conditions. Without, it may go astray.
    ///   - gradientTolerance: Where every derivative is smaller than this, there is nothing left to do.
    ///   - changeTolerance: When neither weights nor loss change by more than this, it is done.
    public init(
        for networks: Layer..., learningRate: Double = 1, iterations: Int = 20, historySize: Int = 100,
        lineSearch: Bool = true, gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9
    ) {
        guard iterations > 0, historySize > 0 else {
            Failure.raise(
                ValueError(
                    operation: "LBFGS",
                    message: "\(iterations) iterations with a history of \(historySize) lead nowhere",
                    hint: "use 1 or more of both"))
        }
        self.iterations = iterations
        self.historySize = historySize
        self.searchesLine = lineSearch
        self.gradientTolerance = gradientTolerance
        self.changeTolerance = changeTolerance
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    override func checkAccumulation() {
        Failure.raise(
            ValueError(
                operation: "LBFGS",
                message:
                    "gradients of \(accumulationSteps) batches cannot make one step, for which each loss is computed several times",
                hint: "minimize the mean loss of all batches in one minimize { }, or take another optimizer"))
    }

    override func advance<E: Error>(_ loss: () throws(E) -> Tensor) throws(E) -> Tensor {
        beginStep()
        let first = try differentiate(loss)
        try withoutActuallyEscaping(loss) { (loss) throws(E) in
            try iterate(from: first.value.item(), gradient: flat(first.gradients), loss)
        }
        return first.value
    }

    private func iterate<E: Error>(
        from value: Double, gradient: Tensor, _ loss: @escaping () throws(E) -> Tensor
    ) throws(E) {
        var (value, gradient) = (value, gradient)
        // Of other weights than those that learn now, nothing that was learnt of the curvature holds.
        if last?.gradient.shape != gradient.shape { (history, last) = ([], nil) }
        var evaluations = 1
        for iteration in 1...iterations where Self.largest(gradient) > gradientTolerance {
            let direction = direction(along: gradient)
            // Nothing is known of the curvature yet: a first step of length 1 at most, in the sum of all weights' movements.
            let step = last == nil ? min(1, 1 / abs(gradient).sum().item()) * learningRate : learningRate
            let slope = gradient.dot(direction).item()
            guard slope <= -changeTolerance else { return }

            let origin = Self.flat(trainable.map { $0.value.detached() })
            let start = LinePoint(step: 0, value: value, gradient: gradient, slope: slope)
            let evaluate = { (step: Double) throws(E) -> LinePoint in
                self.place(at: origin + step * direction)
                let (value, gradients) = try self.differentiate(loss)
                let gradient = self.flat(gradients)
                return LinePoint(
                    step: step, value: value.item(), gradient: gradient, slope: gradient.dot(direction).item())
            }
            var found: LinePoint
            if searchesLine {
                var search = LineSearch(
                    from: start, tolerance: changeTolerance / Self.largest(direction), evaluate: evaluate)
                found = try search.run(firstStep: step)
                evaluations += search.evaluations
            } else {
                found = try evaluate(step)
                evaluations += 1
            }
            let movement = found.step * direction
            place(at: origin + movement)
            last = (movement, gradient)
            let change = found.value - value
            (value, gradient) = (found.value, found.gradient)
            if iteration == iterations || evaluations >= iterations * 5 / 4 || abs(change) < changeTolerance
                || Self.largest(movement) <= changeTolerance
            {
                return
            }
        }
    }

    /// The gradient times the inverse of the curvature that the history tells of, downwards: the recursion over two loops of algorithm 7.4.
    private func direction(along gradient: Tensor) -> Tensor {
        if let last {
            let change = gradient - last.gradient
            let product = change.dot(last.movement).item()
            if product > 1e-10 {
                if history.count == historySize { history.removeFirst() }
                history.append(Curvature(step: last.movement, change: change, inverse: 1 / product))
            }
        }
        var direction = -gradient
        var shares: [Double] = []
        for pair in history.reversed() {
            let share = pair.step.dot(direction).item() * pair.inverse
            direction = direction - share * pair.change
            shares.append(share)
        }
        if let newest = history.last {
            direction = direction * (1 / (newest.inverse * newest.change.dot(newest.change).item()))
        }
        for (pair, share) in zip(history, shares.reversed()) {
            let correction = share - pair.change.dot(direction).item() * pair.inverse
            direction = direction + correction * pair.step
        }
        return direction
    }

    /// Gradients as one vector, cut down if that is wanted.
    private func flat(_ gradients: [Tensor]) -> Tensor { Self.flat(clipped(gradients)) }

    /// All tensors as one vector.
    private static func flat(_ tensors: [Tensor]) -> Tensor {
        .concatenate(tensors.map { $0.reshaped(to: [-1]) })
    }

    private static func largest(_ x: Tensor) -> Double { abs(x).max().item() }

    /// Gives the parameters the values of one vector.
    private func place(at weights: Tensor) {
        var start = 0
        for parameter in trainable {
            let count = parameter.shape.elementCount
            parameter.value = weights[start..<start + count].reshaped(to: parameter.shape)
            start += count
        }
    }
}

extension Optimizer {
    /// L-BFGS.
    public static func lbfgs(_ learningRate: Double = 1, iterations: Int = 20, historySize: Int = 100) -> Optimizer {
        LBFGS(learningRate: learningRate, iterations: iterations, historySize: historySize)
    }
}
