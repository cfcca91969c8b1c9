public import Tensors

/// Changes a network's parameters so that a loss becomes smaller: the base class of all optimizers.
///
/// An optimizer owns the parameters that it was made for and changes no others: each network of a GAN has its own.
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let (x, y) = (Tensor.normal([8, 2]), Tensor.ones([8, 1]))
/// let optimizer = Adam(for: network, learningRate: 1e-2)
/// for _ in 1...100 { optimizer.minimize { Loss.meanSquaredError(network(x), y) } }
/// ```
/// Every optimizer is written in one of two ways, with the same options and defaults. The initializer takes the
/// networks: `Adam(for: network, learningRate: 1e-3, beta1: 0.5)`. The short form for `fit`, which supplies its own
/// network, has an unlabeled learning rate: `.adam(1e-3, beta1: 0.5)`.
///
/// A custom optimizer overrides ``update(_:gradient:state:)``, and ``initialState(for:)`` if it keeps state between
/// steps. The heavy ball (Polyak 1964), v ← 0.9 v − η g and w ← w + v:
/// ```swift
/// final class HeavyBall: Optimizer {
///     override func initialState(for parameter: Tensor) -> [Tensor] { [.zeros(like: parameter)] }
///
///     override func update(_ parameter: Tensor, gradient: Tensor, state: inout [Tensor]) -> Tensor {
///         state[0] = 0.9 * state[0] - learningRate * gradient
///         return parameter + state[0]
///     }
/// }
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = HeavyBall(for: network, learningRate: 0.01)
/// ```
/// Schedules, clipping, accumulation, constraints, frozen layers, ``save(to:)`` and ``load(from:)`` work for it too.
open class Optimizer {
    /// The step size. May be changed between steps.
    public final var learningRate: Double {
        didSet { _ = Self.checked(learningRate) }
    }
    /// Returns the learning rate of each step, numbered from 1; if nil, ``learningRate`` stays as it is.
    public final var schedule: ((_ step: Int) -> Double)?
    /// How gradients that are too large are reduced; nil to use them as they are.
    public final var clipping: GradientClipping?
    /// How many calls of ``minimize(weight:_:)`` make one step, with the mean of their gradients: 4 batches of 16 have
    /// the effect of one of 64, in a quarter of the memory. Batches of different sizes count by their weights. Batches
    /// left over at the end of an epoch of `fit` make a step of their own (``finishStep()``).
    public final var accumulationSteps = 1 {
        didSet { if accumulationSteps != 1 { checkAccumulation() } }
    }
    /// The number of steps made; during a step, its number, counted from 1.
    public private(set) final var stepCount = 0
    /// The networks it was made for.
    private final var networks: [Layer] = []
    /// Their parameters, frozen or not.
    private(set) final var parameters: [Parameter] = []
    /// The number of parameters in the world when these were looked up.
    private final var lastLook = -1
    /// The state of each parameter; nil before its first step, so that a frozen parameter takes no memory.
    private(set) final var states: [[Tensor]?] = []
    /// The gradients since the last step, if several make one.
    private var accumulated = GradientSum()

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    public init(for networks: Layer..., learningRate: Double) {
        self.learningRate = Self.checked(learningRate)
        ownOrFail(networks)
    }

    private static func checked(_ learningRate: Double) -> Double {
        guard learningRate >= 0, learningRate.isFinite else {
            Failure.raise(
                ValueError(
                    operation: "\(self)", message: "learningRate must be finite and at least 0, got \(learningRate)",
                    hint: "try 1e-3"))
        }
        return learningRate
    }

    /// The decay rate of a moving average, which was checked to be at least 0 and below 1.
    static func checked(decay: Double, called name: String) -> Double {
        guard decay >= 0, decay < 1 else {
            Failure.raise(
                ValueError(
                    operation: "\(self)", message: "\(name) must be at least 0 and below 1, got \(decay)",
                    hint: "try 0.9"))
        }
        return decay
    }

    /// Raises an error if the optimizer has a schedule, which would overrule the rate that a callback or a search sets.
    final func checkHasNoSchedule(for operation: String) {
        guard schedule != nil else { return }
        Failure.raise(
            ValueError(
                operation: operation,
                message: "the optimizer has a schedule, which sets the learning rate at every step",
                hint: "leave out scheduled(…), or \(operation)"))
    }

    /// Sets the ``schedule`` and returns the optimizer. Here the learning rate follows a variable, such as a slider's:
    ///
    /// ```swift
    /// var rate = 0.01
    /// let optimizer: Optimizer = .adam().scheduled { _ in rate }
    /// ```
    public final func scheduled(_ schedule: @escaping (_ step: Int) -> Double) -> Optimizer {
        self.schedule = schedule
        return self
    }

    /// Sets ``clipping`` and returns the optimizer: `.sgd(0.1).clipped(.globalNorm(1))`.
    public final func clipped(_ clipping: GradientClipping) -> Optimizer {
        self.clipping = clipping
        return self
    }

    /// Sets ``accumulationSteps`` and returns the optimizer: `.adam().accumulating(4)`.
    public final func accumulating(_ steps: Int) -> Optimizer {
        accumulationSteps = steps
        return self
    }

    // MARK: Custom optimizers

    /// The tensors kept between steps for one parameter, as they are before the first step; none by default.
    ///
    /// - Parameter parameter: The parameter's value, float32.
    open func initialState(for parameter: Tensor) -> [Tensor] {
        (self as? any FusedUpdate)?.initialStateValues.map { .full(parameter.shape, Double($0)) } ?? []
    }

    /// Called at the beginning of every step, whose number is ``stepCount``: compute here what all parameters share.
    open func prepareStep() {}

    /// Returns a parameter's next value, in the same shape. Called in every step for each trainable parameter.
    ///
    /// - Parameters:
    ///   - parameter: The current value, float32.
    ///   - gradient: The gradient of the loss, after accumulation and clipping, in the parameter's shape.
    ///   - state: What ``initialState(for:)`` returned for this parameter, as the previous step left it.
    open func update(_ parameter: Tensor, gradient: Tensor, state: inout [Tensor]) -> Tensor {
        Failure.raise(
            ValueError(
                operation: "\(type(of: self))", message: "this optimizer does not define its update",
                hint: "override update(_:gradient:state:)"))
    }

    // MARK: Parameters

    /// Whether the optimizer has parameters to change.
    public final var ownsParameters: Bool { !parameters.isEmpty }

    /// Takes over the parameters of networks, which must be built. A step changes those that are trainable then.
    package final func own(_ networks: [Layer]) throws {
        let found = Self.parameters(of: networks)
        let names = networks.map(\.name).joined(separator: ", ")
        // The parameters of a layer that is not built yet are looked up when it is.
        guard found.contains(where: \.isTrainable) || networks.contains(where: \.hasUnbuiltParts) else {
            throw ValueError(
                operation: "\(type(of: self))", message: "\(names) has no trainable parameters",
                hint: found.isEmpty
                    ? "add layers with weights"
                    : "its layers are frozen: unfreeze() those that should be trained")
        }
        let isKnown = self.networks.elementsEqual(networks, by: ===)
        guard self.networks.isEmpty || isKnown || parameters.elementsEqual(found, by: ===) else {
            throw ValueError(
                operation: "\(type(of: self))",
                message: "this optimizer already owns other parameters than those of \(names)",
                hint: "make a new one for \(names)")
        }
        if self.networks.isEmpty { self.networks = networks }
        lookUpParameters()
    }

    /// The parameters of networks, each once.
    private static func parameters(of networks: [Layer]) -> [Parameter] {
        var seen: Set<ObjectIdentifier> = []
        return networks.flatMap(\.parameters).filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// Takes over parameters that the networks have gained, such as those of a layer that was built by its first call.
    /// Costs nothing while no layer is built anywhere.
    private func lookUpParameters() {
        guard lastLook != Parameter.madeCount else { return }
        lastLook = Parameter.madeCount
        let found = Self.parameters(of: networks)
        guard !found.elementsEqual(parameters, by: ===) else { return }
        let known = Dictionary(uniqueKeysWithValues: zip(parameters.map(ObjectIdentifier.init), states))
        states = found.map { known[ObjectIdentifier($0)] ?? nil }
        parameters = found
    }

    /// Takes over the parameters of networks, if there are any, where no error can be thrown.
    final func ownOrFail(_ networks: [Layer]) {
        guard !networks.isEmpty else { return }
        do { try own(networks) } catch { Failure.raise(error) }
    }

    /// The parameters that a step changes now.
    final var trainable: [Parameter] { parameters.filter(\.isTrainable) }

    // MARK: Steps

    /// Computes a loss in training mode and makes one step that reduces it. Returns the loss before the step.
    ///
    /// ```swift
    /// let network = try Sequential(input: [2]) { Dense(1) }
    /// let optimizer = SGD(for: network).accumulating(3)
    /// for (x, y) in Examples(inputs: .normal([10, 2]), targets: .ones([10, 1])).batches(4) {
    ///     optimizer.minimize(weight: Double(x.shape[0])) { Loss.meanSquaredError(network(x), y) }
    /// }
    /// ```
    /// - Parameters:
    ///   - weight: How much this loss counts among those whose gradients make one step (``accumulationSteps``): the
    ///     number of its examples, if it is a mean over them. It does not matter where every loss makes a step.
    ///   - loss: Computes the loss, a scalar.
    @discardableResult
    public final func minimize<E: Error>(
        weight: Double = 1, _ loss: () throws(E) -> Tensor
    ) throws(E) -> Tensor {
        guard weight >= 0, weight.isFinite else {
            Failure.raise(
                ValueError(
                    operation: "minimize", message: "weight must be finite and at least 0, got \(weight)",
                    hint: "use the number of examples that the loss is a mean over"))
        }
        return try minimize(weighedBy: { weight }, loss)
    }

    /// The same with a weight that is known once the loss was computed.
    final func minimize<E: Error>(
        weighedBy weight: () -> Double, _ loss: () throws(E) -> Tensor
    ) throws(E) -> Tensor {
        guard !networks.isEmpty else {
            Failure.raise(
                ValueError(
                    operation: "minimize", message: "this optimizer has no parameters",
                    hint: "make it for a network: \(type(of: self))(for: network)"))
        }
        StepBoundary.pass()
        if let schedule { learningRate = schedule(stepCount + 1) }
        return try Training.$isActive.withValue(true) {
            Result { () throws(E) in try advance(weighedBy: weight, loss) }
        }.get()
    }

    /// Makes one step, for which L-BFGS computes the loss several times. Returns the loss before it.
    func advance<E: Error>(
        weighedBy weight: () -> Double, _ loss: () throws(E) -> Tensor
    ) throws(E) -> Tensor {
        let (value, gradients) = try differentiate(loss)
        if let gradients = accumulate(gradients, weighedBy: weight) { step(along: gradients) }
        return value
    }

    /// Gradients, clipped if that is wanted.
    final func clipped(_ gradients: [Tensor]) -> [Tensor] { clipping.map { $0(gradients) } ?? gradients }

    /// The loss with all penalties, and its gradients: one for each trainable parameter. The graph is released when
    /// this returns, so that nothing else holds the weights.
    final func differentiate<E: Error>(
        _ loss: () throws(E) -> Tensor
    ) throws(E) -> (value: Tensor, gradients: [Tensor]) {
        let value = try AddedLosses.total(lookedUpParameters, loss)
        guard value.count == 1 else {
            Failure.raise(
                ShapeError(
                    operation: "minimize", shapes: [value.shape],
                    message: "a loss must be a scalar, got a tensor of shape \(value.shape)",
                    hint: "end it with .mean() or .sum()"))
        }
        guard value.isTracked else {
            Failure.raise(
                ValueError(
                    operation: "minimize", message: "the loss does not depend on any trainable parameter",
                    hint: "compute it from the network's output inside minimize { }, without detached(), and "
                        + "unfreeze() what should be trained"))
        }
        let (gradients, dependsOnAny) = gradients(of: value, for: trainable.map(\.value))
        guard dependsOnAny else { raiseUninvolved() }
        return (value.detached(), gradients)
    }

    /// The parameters, with those that computing a loss may have added.
    private var lookedUpParameters: [Parameter] {
        lookUpParameters()
        return parameters
    }

    /// Raises the error about a loss that depends on other parameters only.
    private func raiseUninvolved() -> Never {
        let names = networks.map(\.name).joined(separator: ", ")
        let (type, count) = ("\(type(of: self))", trainable.count)
        Failure.raise(
            ValueError(
                operation: "minimize",
                message: count == 0
                    ? "this \(type) has nothing to train: the parameters of \(names) are frozen"
                    : "the loss depends on none of the \(count) parameters of \(names), which this \(type) trains",
                hint: count == 0
                    ? "unfreeze() what should be trained"
                    : "if \(names) was made anew, make the optimizer anew too: \(type)(for: …); if its output was "
                        + "detached(), or computed outside minimize { }, compute it inside"))
    }

    /// Raises an error where the gradients of several batches cannot make one step.
    func checkAccumulation() {
        guard accumulationSteps < 1 else { return }
        Failure.raise(
            ValueError(
                operation: "\(type(of: self))",
                message: "accumulationSteps must be at least 1, got \(accumulationSteps)",
                hint: "1 makes a step of every batch"))
    }

    /// Makes a step of the gradients accumulated so far, with their mean; does nothing if there are none.
    ///
    /// `fit` calls it at the end of each epoch. A custom loop that accumulates gradients calls it after its last batch.
    public final func finishStep() {
        discardStaleGradients()
        guard accumulated.count > 0 else { return }
        step(along: takeAccumulated())
    }

    /// The mean of as many gradients as make a step; nil while there are fewer.
    private func accumulate(_ gradients: [Tensor], weighedBy weight: () -> Double) -> [Tensor]? {
        guard accumulationSteps > 1 || accumulated.count > 0 else { return gradients }
        discardStaleGradients()
        accumulated.add(gradients, weight: weight())
        return accumulated.count >= accumulationSteps ? takeAccumulated() : nil
    }

    /// Freezing or unfreezing a layer makes the gradients accumulated before useless.
    private func discardStaleGradients() {
        if accumulated.shapes != trainable.map(\.shape) { accumulated = GradientSum() }
    }

    /// The mean of the accumulated gradients, which are discarded.
    private func takeAccumulated() -> [Tensor] {
        defer { accumulated = GradientSum() }
        return accumulated.mean
    }

    /// Updates the trainable parameters, given a gradient for each of them in their order.
    private func step(along gradients: [Tensor]) {
        let gradients = clipped(gradients)
        beginStep()
        let indices = parameters.indices.filter { parameters[$0].isTrainable }
        guard let fused = self as? any FusedUpdate else {
            // Neither an interrupt nor a failure in an update must leave some parameters updated and others not.
            return Interruption.deferring {
                let changes = withoutGradients { zip(indices, gradients).map { change(of: $0, by: $1) } }
                for (i, change) in zip(indices, changes) {
                    states[i] = change.state
                    parameters[i].endChange(change.value)
                }
            }
        }
        var pass = WeightPass(capacity: gradients.count)
        for (i, gradient) in zip(indices, gradients) {
            if states[i] == nil { states[i] = initialState(for: parameters[i].value.detached()) }
            pass.add(parameters[i], gradient: gradient, state: states[i]!)
        }
        pass.run(fused.update)
    }

    /// The next value and state of one parameter, computed by a custom optimizer.
    private func change(of index: Int, by gradient: Tensor) -> (value: Storage, state: [Tensor]) {
        let value = parameters[index].value.detached().converted(to: .float32)
        var state = states[index] ?? initialState(for: value)
        let next = update(value, gradient: gradient.converted(to: .float32), state: &state)
        guard next.shape == value.shape else {
            Failure.raise(
                ShapeError(
                    operation: "\(type(of: self))", shapes: [value.shape, next.shape],
                    message: "update returned a tensor of shape \(next.shape) for a parameter of shape \(value.shape)",
                    hint: "compute the state with operations that keep the shape"))
        }
        return (next.converted(to: .float32).storage, state)
    }

    /// Counts a step.
    final func beginStep() {
        stepCount += 1
        prepareStep()
    }

    /// Begins anew: what is remembered of a training that diverged is of no use.
    func restart() { resume(after: 0, states: parameters.map { _ in nil }) }

    /// Continues after a number of steps, with the state that the parameters had then.
    final func resume(after steps: Int, states: [[Tensor]?]) {
        stepCount = steps
        self.states = states
        accumulated = GradientSum()
    }
}
