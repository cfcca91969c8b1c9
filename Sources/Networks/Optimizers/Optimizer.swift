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
/// One of one's own says how weights move, and what it remembers of each:
/// ```swift
/// final class HeavyBall: Optimizer {
///     override var startingMemory: [Float] { [0] }
///     override func update(_ run: WeightRun) {
///         let (rate, velocity) = (Float(learningRate), run.memory(0))
///         for i in run.weights.indices {
///             velocity[i] = 0.9 * velocity[i] - rate * run.gradients[i]
///             run.weights[i] += velocity[i]
///         }
///     }
/// }
/// ```
open class Optimizer {
    /// How far a step goes. May be changed between steps.
    public final var learningRate: Double {
        didSet { _ = Self.checked(learningRate) }
    }
    /// Answers the learning rate of each step, numbered from 1; without one, ``learningRate`` stays as it is.
    public final var schedule: ((_ step: Int) -> Double)?
    /// How gradients that are too large are cut down; nil to follow them as they are.
    public final var clipping: GradientClipping?
    /// How many calls of ``minimize(_:)`` make one step, along the mean of their gradients: with 4, batches of 16 teach what one of 64
    /// would, in a quarter of the memory. What an epoch of `fit` leaves at its end makes a step of its own (``finishStep()``).
    public final var accumulationSteps = 1 {
        didSet { if accumulationSteps != 1 { checkAccumulation() } }
    }
    /// The number of steps made.
    public private(set) final var stepCount = 0
    /// What it was made for, frozen or not.
    private(set) final var parameters: [Parameter] = []
    /// What it remembers of each of them.
    private(set) final var memories: [WeightMemory] = []
    /// The gradients since the last step, if several make one.
    private var accumulated: (gradients: [Tensor], count: Int) = ([], 0)

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network.
    public init(for networks: Layer..., learningRate: Double) {
        self.learningRate = Self.checked(learningRate)
        ownOrFail(networks)
    }

    private static func checked(_ learningRate: Double) -> Double {
        guard learningRate >= 0, learningRate.isFinite else {
            Failure.raise(
                ValueError(
                    operation: "Optimizer", message: "a learning rate of \(learningRate) leads nowhere",
                    hint: "use a positive one, such as 1e-3"))
        }
        return learningRate
    }

    /// A share that a moving average keeps of itself, which was checked to be below 1.
    static func checked(share: Double, called name: String) -> Double {
        guard share >= 0, share < 1 else {
            Failure.raise(
                ValueError(
                    operation: "\(self)", message: "an average that keeps \(share) of itself (\(name):) never settles",
                    hint: "use a number from 0 to below 1, such as 0.9"))
        }
        return share
    }

    /// Gives the optimizer a ``schedule``, and answers with it: a rate that follows a slider.
    ///
    /// ```swift
    /// @Slider("learning rate", 0.0001...0.1, log: true) var rate = 0.01
    /// try lenet.fit(train, optimizer: .adam().scheduled { _ in rate }, loss: .crossEntropy)
    /// ```
    public final func scheduled(_ schedule: @escaping (_ step: Int) -> Double) -> Optimizer {
        self.schedule = schedule
        return self
    }

    /// Gives the optimizer a ``clipping``, and answers with it: `.sgd(0.1).clipped(.globalNorm(1))`.
    public final func clipped(_ clipping: GradientClipping) -> Optimizer {
        self.clipping = clipping
        return self
    }

    /// Sets ``accumulationSteps``, and answers with the optimizer: `.adam().accumulating(4)`.
    public final func accumulating(_ steps: Int) -> Optimizer {
        accumulationSteps = steps
        return self
    }

    // MARK: Parameters

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
        memories = Array(repeating: WeightMemory(), count: found.count)
    }

    /// Takes parameters where nobody can catch an error, of networks if there are any.
    final func ownOrFail(_ networks: [Layer]) {
        guard !networks.isEmpty else { return }
        do { try own(networks) } catch { Failure.raise(error) }
    }

    // MARK: Steps

    /// Computes a loss, as in training, and makes one step that should lessen it. Answers with the loss before the step.
    @discardableResult
    public final func minimize<E: Error>(_ loss: () throws(E) -> Tensor) throws(E) -> Tensor {
        guard ownsParameters else {
            Failure.raise(
                ValueError(
                    operation: "minimize", message: "this optimizer has no parameters",
                    hint: "make it for a network: \(type(of: self))(for: network)"))
        }
        StepBoundary.pass()
        if let schedule { learningRate = schedule(stepCount + 1) }
        return try Training.$isActive.withValue(true) { Result { () throws(E) in try advance(loss) } }.get()
    }

    /// Makes one step, perhaps after computing the loss several times, and answers with the loss before it.
    func advance<E: Error>(_ loss: () throws(E) -> Tensor) throws(E) -> Tensor {
        let (value, gradients) = try differentiate(loss)
        if let gradients = accumulate(gradients) { step(along: gradients) }
        return value
    }

    /// Gradients, cut down if that is wanted.
    final func clipped(_ gradients: [Tensor]) -> [Tensor] { clipping.map { $0(gradients) } ?? gradients }

    /// The loss with all that is added to it, and its gradients: one for each trainable parameter. The graph is gone when this returns, and
    /// nobody else holds the weights.
    final func differentiate<E: Error>(
        _ loss: () throws(E) -> Tensor
    ) throws(E) -> (value: Tensor, gradients: [Tensor]) {
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
                    operation: "minimize", message: "the loss does not depend on any weights that may move",
                    hint:
                        "compute it from the network's output inside of minimize { }, without detached(), and unfreeze() what should learn"
                ))
        }
        return (value.detached(), grad(value, of: trainable.map(\.value)))
    }

    /// The parameters that may move now.
    final var trainable: [Parameter] { parameters.filter(\.isTrainable) }

    /// Raises an error where gradients of several batches cannot make one step.
    func checkAccumulation() {
        guard accumulationSteps < 1 else { return }
        Failure.raise(
            ValueError(
                operation: "Optimizer", message: "a step along \(accumulationSteps) gradients goes nowhere",
                hint: "accumulate 1 or more"))
    }

    /// Makes the step of gradients that wait for others, along their mean; does nothing if there are none.
    ///
    /// `fit` calls it at each epoch's end, so that no example is without effect and nothing is carried over to later weights. A loop of
    /// one's own that accumulates gradients does the same after its last batch.
    public final func finishStep() {
        forgetGradientsOfOthers()
        guard accumulated.count > 0 else { return }
        step(along: takeAccumulated())
    }

    /// The mean of as many gradients as make a step; nil while there are fewer.
    private func accumulate(_ gradients: [Tensor]) -> [Tensor]? {
        guard accumulationSteps > 1 || accumulated.count > 0 else { return gradients }
        forgetGradientsOfOthers()
        if accumulated.count == 0 {
            accumulated.gradients = gradients
        } else {
            for i in gradients.indices { accumulated.gradients[i].accumulate(gradients[i]) }
        }
        accumulated.count += 1
        return accumulated.count >= accumulationSteps ? takeAccumulated() : nil
    }

    /// Layers that were frozen or thawed meanwhile make gradients useless that were gathered before.
    private func forgetGradientsOfOthers() {
        if accumulated.gradients.map(\.shape) != trainable.map(\.shape) { accumulated = ([], 0) }
    }

    /// The mean of the gradients that were gathered, which are forgotten.
    private func takeAccumulated() -> [Tensor] {
        defer { accumulated = ([], 0) }
        return accumulated.gradients.map { $0 / Double(accumulated.count) }
    }

    /// Moves the trainable parameters along gradients, one for each of them in their order: in one pass over all weights.
    private func step(along gradients: [Tensor]) {
        let gradients = clipped(gradients)
        beginStep()
        let startingMemory = self.startingMemory
        var pass = WeightPass(capacity: gradients.count)
        var next = 0
        for (i, parameter) in parameters.enumerated() where parameter.isTrainable {
            pass.add(parameter, gradient: gradients[next], memory: &memories[i], startingMemory: startingMemory)
            next += 1
        }
        pass.run(update)
    }

    /// Counts a step.
    final func beginStep() {
        stepCount += 1
        prepareStep()
    }

    /// Goes on after so many steps, with what was remembered then.
    final func resume(after steps: Int, memories: [WeightMemory]) {
        stepCount = steps
        self.memories = memories
        accumulated = ([], 0)
    }

    /// What is remembered of each weight from step to step: the numbers that it begins with.
    open var startingMemory: [Float] { [] }

    /// Called once at the beginning of every step, which ``stepCount`` numbers: the place for what all weights have in common.
    open func prepareStep() {}

    /// Moves a run of weights. Called for one run after the other, or on several threads at the same time.
    open func update(_ run: WeightRun) {
        Failure.raise(
            ValueError(
                operation: "\(type(of: self))", message: "this optimizer does not say how it moves weights",
                hint: "override update(_:)"))
    }
}
