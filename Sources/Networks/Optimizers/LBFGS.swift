internal import Tensors

/// L-BFGS, a quasi-Newton method: w ← w − η H g, where H approximates the inverse Hessian from the last steps and the
/// changes of the gradient along them (Nocedal and Wright 2006, algorithm 7.5).
///
/// One ``Optimizer/minimize(weight:_:)`` makes up to `iterations` steps and computes the loss anew for each. It stops
/// by PyTorch's rules; ``Optimizer/clipping`` applies to every gradient, as in PyTorch's closure.
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let (x, y) = (Tensor.normal([32, 2]), Tensor.ones([32, 1]))
/// let optimizer = LBFGS(for: network, iterations: 50)
/// optimizer.minimize { Loss.meanSquaredError(network(x), y) }
/// ```
/// For small networks and whole batches, where it needs far fewer steps than gradient descent. With mini-batches, whose
/// losses differ from step to step, take ``Adam`` or ``SGD``.
public final class LBFGS: Optimizer {
    private let iterations: Int
    private let historySize: Int
    private let searchesLine: Bool
    private let gradientTolerance: Double
    private let changeTolerance: Double
    private var history: [Curvature] = []
    /// The last step and the gradient at its start.
    private var last: (movement: Tensor, gradient: Tensor)?

    /// How the gradient changed along a step.
    private struct Curvature {
        let step: Tensor
        let change: Tensor
        /// 1 / (step · change).
        let inverse: Double
    }

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The step size η along each direction, or the first that the line search tries.
    ///   - iterations: The maximum number of steps in one call of `minimize`.
    ///   - historySize: The number of steps that H is computed from.
    ///   - lineSearch: Whether each step must meet the strong Wolfe conditions; without, it may diverge.
    ///   - gradientTolerance: It stops where no element of the gradient is larger than this.
    ///   - changeTolerance: It stops when neither weights nor loss change by more than this.
    public init(
        for networks: Layer..., learningRate: Double = 1, iterations: Int = 20, historySize: Int = 100,
        lineSearch: Bool = true, gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9
    ) {
        guard iterations > 0, historySize > 0 else {
            Failure.raise(
                ValueError(
                    operation: "LBFGS",
                    message: "iterations and historySize must be at least 1, got \(iterations) and \(historySize)",
                    hint: "20 and 100 are usual"))
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
                    "accumulationSteps must be 1, got \(accumulationSteps): a step computes each loss several times",
                hint: "minimize the mean loss of all batches in one minimize { }, or take another optimizer"))
    }

    override func restart() {
        super.restart()
        (history, last) = ([], nil)
    }

    override func advance<E: Error>(
        weighedBy weight: () -> Double, _ loss: () throws(E) -> Tensor
    ) throws(E) -> Tensor {
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
        // The curvature of other parameters than those that are trainable now is useless.
        if last?.gradient.shape != gradient.shape { (history, last) = ([], nil) }
        var evaluations = 1
        for iteration in 1...iterations where Self.largest(gradient) > gradientTolerance {
            let direction = direction(along: gradient)
            // As long as the curvature is unknown, the first step has an L1 norm of at most 1.
            let step = last == nil ? min(1, 1 / abs(gradient).sum().item()) * learningRate : learningRate
            let slope = gradient.dot(direction).item()
            guard slope <= -changeTolerance else { return }

            let origin = Self.flat(trainable.map { $0.value.detached() })
            let start = LinePoint(step: 0, value: value, gradient: gradient, slope: slope)
            let evaluate = { (step: Double) throws(E) -> LinePoint in
                // Tried out only: if the loss throws or fails, the weights stay where they were.
                let tried = self.parts(of: origin + step * direction).map { $0.tracked() }
                let (value, gradients) = try Parameter.substituting(zip(self.trainable, tried)) {
                    () throws(E) in try self.differentiate(loss)
                }
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
            for (parameter, value) in zip(trainable, parts(of: origin + movement)) { parameter.value = value }
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

    /// −H g, by the two-loop recursion of algorithm 7.4.
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

    /// Gradients as one vector, clipped if that is wanted.
    private func flat(_ gradients: [Tensor]) -> Tensor { Self.flat(clipped(gradients)) }

    /// All tensors as one vector.
    private static func flat(_ tensors: [Tensor]) -> Tensor {
        .concatenate(tensors.map { $0.reshaped(to: [-1]) })
    }

    private static func largest(_ x: Tensor) -> Double { abs(x).max().item() }

    /// One vector as values of the parameters.
    private func parts(of weights: Tensor) -> [Tensor] {
        var start = 0
        return trainable.map { parameter in
            defer { start += parameter.shape.elementCount }
            return weights[start..<start + parameter.shape.elementCount].reshaped(to: parameter.shape)
        }
    }
}

extension Optimizer {
    /// ``LBFGS``: a quasi-Newton method for small networks and whole batches.
    public static func lbfgs(
        _ learningRate: Double = 1, iterations: Int = 20, historySize: Int = 100, lineSearch: Bool = true,
        gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9
    ) -> Optimizer {
        LBFGS(
            learningRate: learningRate, iterations: iterations, historySize: historySize, lineSearch: lineSearch,
            gradientTolerance: gradientTolerance, changeTolerance: changeTolerance)
    }
}
