public import Tensors

/// Moves a network's parameters so that a loss gets smaller.
///
/// An optimizer owns the parameters that it was made for and moves no others: in an adversarial game each player has its own.
/// ```swift
/// let optimizer = Adam(for: network, learningRate: 1e-3)
/// for (x, y) in train.batches(64, shuffled: true) {
///     let loss = optimizer.minimize { crossEntropy(network(x), y) }
/// }
/// ```
open class Optimizer {
    /// How far a step goes. May be changed between steps.
    public final var learningRate: Double
    /// Answers the learning rate of each step, numbered from 1; without one, ``learningRate`` stays as it is.
    public final var schedule: ((_ step: Int) -> Double)?
    /// The number of steps made.
    public private(set) final var stepCount = 0
    private var parameters: [Parameter] = []

    /// An optimizer without parameters yet: `fit` gives it those of its network.
    public init(learningRate: Double) {
        self.learningRate = Self.checked(learningRate)
    }

    private static func checked(_ learningRate: Double) -> Double {
        guard learningRate > 0, learningRate.isFinite else {
            Failure.raise(
                ValueError(
                    operation: "Optimizer", message: "a learning rate of \(learningRate) moves nothing",
                    hint: "use a positive one, such as 1e-3"))
        }
        return learningRate
    }

    /// Gives the optimizer a ``schedule``, and answers with it: a rate that decays, or one that follows a slider.
    ///
    /// ```swift
    /// @Slider("learning rate", 0.0001...0.1, log: true) var rate = 0.01
    /// try lenet.fit(train, optimizer: .adam().scheduled { _ in rate }, loss: .crossEntropy)
    /// ```
    public final func scheduled(_ schedule: @escaping (_ step: Int) -> Double) -> Optimizer {
        self.schedule = schedule
        return self
    }

    /// Whether the optimizer has parameters to move.
    public final var ownsParameters: Bool { !parameters.isEmpty }

    /// Takes the parameters of networks, which must be built. Those that are trainable at a step are moved.
    package final func own(_ networks: [Layer]) throws {
        var seen: Set<ObjectIdentifier> = []
        let found = networks.flatMap(\.parameters).filter { seen.insert(ObjectIdentifier($0)).inserted }
        let names = networks.map(\.name).joined(separator: ", ")
        guard found.contains(where: \.isTrainable) else {
            throw ValueError(
                operation: "\(type(of: self))", message: "\(names) has no parameters to learn",
                hint: found.isEmpty
                    ? "give it layers with weights, and an input: shape so that it is built"
                    : "its layers are frozen: unfreeze() those that should learn")
        }
        guard parameters.isEmpty || parameters.elementsEqual(found, by: ===) else {
            throw ValueError(
                operation: "\(type(of: self))",
                message: "this optimizer already moves other parameters than those of \(names)",
                hint: "make a new one for \(names)")
        }
        guard parameters.isEmpty else { return }
        parameters = found
        prepare(count: found.reduce(0) { $0 + $1.shape.elementCount })
    }

    /// Takes parameters where nobody can catch an error.
    final func ownOrFail(_ networks: [Layer]) {
        do { try own(networks) } catch { Failure.raise(error) }
    }

    /// Computes a loss, as in training, and makes one step that should lessen it. Answers with the loss before the step.
    @discardableResult
    public final func minimize(_ loss: () throws -> Tensor) rethrows -> Tensor {
        guard ownsParameters else {
            Failure.raise(
                ValueError(
                    operation: "minimize", message: "this optimizer has no parameters",
                    hint: "make it for a network: \(type(of: self))(for: network)"))
        }
        StepBoundary.pass()
        if let schedule { learningRate = Self.checked(schedule(stepCount + 1)) }
        return try Training.$isActive.withValue(true) {
            let value = try AddedLosses.total(parameters, loss)
            guard value.count == 1 else {
                Failure.raise(
                    ShapeError(
                        operation: "minimize", shapes: [value.shape],
                        message: "a loss is one number, not a tensor of shape \(value.shape)",
                        hint: "end it with .mean() or .sum()"))
            }
            guard value.isTracked else {
                Failure.raise(
                    ValueError(
                        operation: "minimize", message: "the loss does not depend on any weights",
                        hint: "compute it from the network's output inside of minimize { }, and without detached()"))
            }
            let moved = parameters.filter(\.isTrainable)
            step(gradients: grad(value, of: moved.map(\.value)))
            return value.detached()
        }
    }

    /// Moves those parameters that are trainable along given gradients, one for each of them in their order.
    private func step(gradients: [Tensor]) {
        stepCount += 1
        var (offset, next) = (0, 0)
        for parameter in parameters {
            if parameter.isTrainable {
                parameter.update { weights in
                    gradients[next].withFloats { update(weights, gradients: $0, at: offset) }
                }
                next += 1
            }
            offset += parameter.shape.elementCount
        }
    }

    /// Makes room for what is remembered from step to step: so many numbers for as many weights.
    open func prepare(count: Int) {}

    /// Moves one parameter's weights in place. All weights of an optimizer are numbered through; the first of these has the number
    /// `offset`, which is its place in what ``prepare(count:)`` made.
    open func update(
        _ weights: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>, at offset: Int
    ) {
        Failure.raise(
            ValueError(
                operation: "\(type(of: self))", message: "this optimizer does not say how it moves weights",
                hint: "override update(_:gradients:at:)"))
    }
}
