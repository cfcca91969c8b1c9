public import Datasets
internal import Tensors

extension Layer {
    /// Trains the network: goes through the examples `epochs` times, in batches, and lets the optimizer reduce the loss
    /// of each.
    ///
    /// ```swift
    /// let (train, test) = Toys.moons().shuffled().split(at: 0.8)
    /// let network = try Sequential(input: [2]) { Dense(16, activation: .relu); Dense(2) }
    /// let history = try network.fit(
    ///     train, validation: test, epochs: 20, batchSize: 16, optimizer: .adam(1e-2), loss: .crossEntropy,
    ///     metrics: [.accuracy])
    /// ```
    /// Before the first step it looks at a sample of the data, at the loss and at the last activation, and notes what
    /// seldom trains well (see ``/Tensors/Notes``): inputs from 0 to 255, targets that the activation cannot reach,
    /// examples that are both trained on and validated on.
    ///
    /// An interrupt ends it after the current step: the network keeps what it has learned, and the history says so. A
    /// loss that is NaN or infinite ends it too, before the step is made. The network then gets back the weights of the
    /// last epoch whose end was no worse than the rest, or those it began with, and the optimizer begins anew: `fit`
    /// can be called again, with a smaller learning rate. A note and ``History/divergence`` say what happened.
    ///
    /// The states of stateful recurrent layers are reset before every epoch, and rest during the validation, which
    /// begins with states of its own.
    /// - Parameters:
    ///   - train: The examples to learn from.
    ///   - validation: Examples to measure on after every epoch, never trained on.
    ///   - epochs: The number of passes.
    ///   - batchSize: The number of examples in a step.
    ///   - optimizer: How weights are updated. One from an earlier training continues with its state.
    ///   - loss: The function to minimize.
    ///   - metrics: What is measured besides the loss.
    ///   - seed: The seed of the random numbers (order, dropout); nil to continue with them. Weights were drawn before:
    ///     see `Random.seed`.
    ///   - shuffle: Whether each epoch takes the examples in a new random order.
    ///   - callbacks: Further observers.
    ///   - showsProgress: Whether ``Training/defaultCallbacks`` watch.
    /// - Throws: A `ShapeError` or `ValueError` if examples, network and loss do not fit each other; before anything is
    ///   changed.
    @discardableResult
    public final func fit(
        _ train: Examples, validation: Examples? = nil, epochs: Int = 1, batchSize: Int = 32,
        optimizer: Optimizer = .adam(), loss: Loss,
        metrics: [Metric] = [], seed: UInt64? = nil, shuffle: Bool = true, callbacks: [any Callback] = [],
        showsProgress: Bool = true
    ) throws -> History {
        try check(epochs: epochs, batchSize: batchSize)
        try check(train, as: "training", loss: loss, metrics: metrics)
        if let validation { try check(validation, as: "validation", loss: loss, metrics: metrics) }
        try checkBatches(of: batchSize, in: train, as: "training", shuffle: shuffle)
        if let validation { try checkBatches(of: batchSize, in: validation, as: "validation") }
        try optimizer.own([self])
        let review = DataReview(self, loss, train, validation: validation, shuffles: shuffle)
        review.run()
        if let seed { Random.seed(seed) }
        var run = TrainingRun(
            network: self, measurement: Measurement(loss: loss, metrics: metrics), optimizer: optimizer,
            callbacks: (showsProgress ? Training.defaultCallbacks() : []) + callbacks,
            watch: LossWatch(self, optimizer, loss, train, review))
        let history = run.run(
            train: train, validation: validation, epochs: epochs, batchSize: batchSize, shuffle: shuffle)
        if history.wasInterrupted, Interruption.isUnwanted { throw CancellationError() }
        return history
    }

    private func check(epochs: Int, batchSize: Int) throws {
        guard epochs > 0 && batchSize > 0 else {
            throw ValueError(
                operation: "fit", message: "epochs and batchSize must be at least 1, got \(epochs) and \(batchSize)",
                hint: "use epochs: 1 and batchSize: 32 to begin with",
                path: [name])
        }
    }

    /// Checks that the state of one batch fits the next, where layers keep theirs.
    final func checkBatches(
        of batchSize: Int, in examples: Examples, as role: String, of operation: String = "fit", shuffle: Bool = false
    ) throws {
        guard let layer = statefulLayers.first, examples.count > batchSize, batchSize > 0 else { return }
        let surplus = examples.count % batchSize
        guard surplus == 0 else {
            throw ValueError(
                operation: operation,
                message: "the stateful \(layer.name) takes batches of one size, and \(examples.count) \(role) examples "
                    + "do not divide into batches of \(batchSize)",
                hint: "leave out the last \(surplus): examples[..<\(examples.count - surplus)]", path: [name])
        }
        guard !shuffle else {
            throw ValueError(
                operation: operation,
                message:
                    "the stateful \(layer.name) continues in each batch where the one before ended, but the examples "
                    + "are shuffled",
                hint: "use shuffle: false, with examples in the order of their sequences", path: [name])
        }
    }

    /// What to do about inputs of another shape than the network takes. Nothing is advised that would end in the next
    /// error.
    private static func remedy(for input: Shape, expected: Shape) -> String {
        switch ShapeRemedy(from: input, to: expected) {
        case .transpose(let axes):
            return "the axes are in another order: inputs\(ShapeRemedy.transpose(axes).callOnBatch)"
        case let remedy?:
            // The layers take an image, a sequence or a vector: only of the same rank another shape would suit them.
            return "write inputs\(remedy.callOnBatch)"
                + (input.rank > expected.rank ? ", or begin the network with input: \(input) and Flatten()" : "")
        case nil where input.rank == expected.rank: return "begin the network with input: \(input)"
        case nil where input.rank + 1 == expected.rank:
            return "for one feature or channel write inputs.expanded(at: \(expected.rank)), and begin the network with "
                + "input: \(input.inserting(1, at: input.rank))"
        case nil where expected.rank == 1: return "begin the network with input: \(input) and Flatten()"
        case nil:
            return "check how the inputs are made: their examples have \(input.rank) axes instead of \(expected.rank)"
        }
    }

    /// Builds the network, if that is still to do, and checks that examples fit its input, its output and the loss.
    final func check(
        _ examples: Examples, as role: String, of operation: String = "fit", loss: Loss, metrics: [Metric] = []
    ) throws {
        if let inputs = inputShapes?.count, let outputs = outputShapes?.count, inputs > 1 || outputs > 1 {
            throw ValueError(
                operation: operation,
                message:
                    "examples have one input and one target, and the network has \(inputs) inputs and \(outputs) outputs",
                hint: "train it in a loop: optimizer.minimize { loss(network(a, b), target) }", path: [name])
        }
        guard examples.count > 0 else {
            throw ValueError(
                operation: operation, message: "there are no \(role) examples",
                hint: "check how the data set was loaded or split", path: [name])
        }
        let input = examples.inputs.shape.removing(at: 0)
        if inputShape == nil { try prepare(input) }
        guard let inputShape, let outputShape, input == inputShape else {
            let expected = self.inputShape ?? input
            throw ShapeError(
                operation: operation, shapes: [expected, input],
                message: "the \(role) inputs are of shape \(input), but the network takes \(expected)",
                hint: Self.remedy(for: input, expected: expected), path: [name])
        }
        if outputActivation?.name == "softmax", outputShape.last == 1 {
            throw ValueError(
                operation: operation, message: "the network ends with .softmax over a single unit, which is always 1",
                hint: "end it with Dense(1) and the loss .binaryCrossEntropy, or with one unit for each class",
                path: [name])
        }
        let targets = examples.targets
        let outputs = outputShape.inserting(examples.count, at: 0)
        if let problem = loss.problem(targets: targets.shape, dtype: targets.dtype, outputs: outputs) {
            throw ShapeError(
                operation: operation, shapes: [outputs, targets.shape],
                message: "\(role) \(problem.message) (loss: .\(loss.name))",
                hint: problem.hint, path: [name])
        }
        if let problem = loss.problem(activation: outputActivation) {
            throw ValueError(operation: operation, message: problem.message, hint: problem.hint, path: [name])
        }
        if let problem = loss.problem(labels: targets, classes: outputShape.last ?? 1) {
            throw ValueError(
                operation: operation, message: "\(role): \(problem.message)", hint: problem.hint, path: [name])
        }
        for (index, metric) in metrics.enumerated() {
            if metrics[..<index].contains(where: { $0.name == metric.name }) {
                throw ValueError(
                    operation: operation, message: "two metrics are called \"\(metric.name)\"",
                    hint: "list each once, or give a custom one another name", path: [name])
            }
            if let problem = metric.problem(targets: targets, outputs: outputs, loss: loss) {
                throw ValueError(operation: operation, message: problem.message, hint: problem.hint, path: [name])
            }
        }
    }
}

/// A training that is under way.
private struct TrainingRun {
    let network: Layer
    let measurement: Measurement
    let optimizer: Optimizer
    let callbacks: [any Callback]
    var watch: LossWatch

    mutating func run(train: Examples, validation: Examples?, epochs: Int, batchSize: Int, shuffle: Bool) -> History {
        Interruption.checkBeforeTraining()
        return Interruption.deferring {
            loop(train: train, validation: validation, epochs: epochs, batchSize: batchSize, shuffle: shuffle)
        }
    }

    private mutating func loop(
        train: Examples, validation: Examples?, epochs: Int, batchSize: Int, shuffle: Bool
    ) -> History {
        var history = History()
        let names = measurement.names
        let batches = train.batches(batchSize, shuffled: shuffle)
        let plan = TrainingPlan(
            network: network, optimizer: optimizer, epochs: epochs, stepsPerEpoch: batches.count, batchSize: batchSize,
            exampleCount: train.count,
            metrics: measurement.metrics, isValidated: validation != nil)
        tell { $0.trainingBegan(plan) }
        defer { tell { $0.trainingEnded(history) } }

        for epoch in 1...epochs {
            let clock = ContinuousClock()
            let began = clock.now
            tell { $0.epochBegan(epoch) }
            network.resetStates()
            var measured = RunningMeasurement()
            var step = 0
            do {
                defer { optimizer.finishStep() }
                for batch in batches.parts {
                    step += 1
                    let observed: [any MetricState]
                    do throws(NotFinite) { observed = try self.step(batch) } catch {
                        history.divergence = watch.end(error.loss, epoch: epoch, step: step, batch: batch)
                        return history
                    }
                    measured.add(observed)
                    let report = StepReport(
                        epoch: epoch, step: step, stepsPerEpoch: batches.count,
                        metrics: MetricValues(names: names, values: observed.map(\.value)),
                        averages: MetricValues(names: names, values: measured.recentValues))
                    history.steps.append(report)
                    watch.stepEnded(loss: observed[0].value)
                    tell { $0.stepEnded(report) }
                    guard shouldGoOn(&history) else { return history }
                }
            }
            var metrics = MetricValues(names: names, values: measured.values)
            watch.epochEnded(epoch, mean: metrics.values[0])
            if let validation {
                guard
                    let values = network.measure(
                        validation, batchSize: network.statefulLayers.isEmpty ? max(batchSize, 256) : batchSize,
                        measurement, untilInterrupted: true)
                else {
                    _ = shouldGoOn(&history)
                    return history
                }
                metrics = MetricValues(names: plan.metricNames, values: measured.values + values)
            }
            let report = EpochReport(
                epoch: epoch, epochs: epochs, steps: step, metrics: metrics, seconds: (clock.now - began) / .seconds(1))
            history.epochs.append(report)
            tell { $0.epochEnded(report) }
            guard shouldGoOn(&history) else { return history }
        }
        return history
    }

    /// Tells the callbacks of an event. What they draw, perhaps when the clock says so, has random numbers of its own.
    private func tell(_ event: (any Callback) -> Void) {
        if !callbacks.isEmpty { Random.asideFromTraining { for callback in callbacks { event(callback) } } }
    }

    /// A loss that is NaN or infinite.
    private struct NotFinite: Error {
        let loss: Double
    }

    /// Makes one step, and returns what was measured before it. A loss that is not finite moves no weights.
    private func step(_ batch: Examples) throws(NotFinite) -> [any MetricState] {
        var first: Tensor?
        let loss = try optimizer.minimize(weighedBy: {
            measurement.weight(of: batch.targets, batch.weights, first!)
        }) { () throws(NotFinite) in
            let outputs = network(batch.inputs)
            let loss = measurement.loss(outputs, batch.targets, weights: batch.weights)
            guard first == nil else { return loss }
            // Kept without their graph, which would hold on to the weights that are about to move.
            first = outputs.detached()
            if loss.count == 1, !loss.item().isFinite { throw NotFinite(loss: loss.item()) }
            return loss
        }
        // Penalties are added to the loss.
        if !loss.item().isFinite { throw NotFinite(loss: loss.item()) }
        return measurement.observe(
            loss: loss, outputs: first!, targets: batch.targets, weights: batch.weights)
    }

    /// Whether neither the user nor a callback wants to stop.
    private func shouldGoOn(_ history: inout History) -> Bool {
        if Interruption.isRequested {
            Interruption.clear()
            history.wasInterrupted = true
            return false
        }
        return !callbacks.contains { $0.wantsToStop }
    }
}
