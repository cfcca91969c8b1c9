internal import Tensors

// How values of the library read in a cell's output and in texts: without the names of modules and of private parts.

extension Loss: CustomStringConvertible {
    /// The name: `loss crossEntropy`.
    public var description: String { "loss \(name)" }
}

extension AdversarialLoss: CustomStringConvertible {
    /// The name: `adversarial loss hinge`.
    public var description: String { "adversarial loss \(name)" }
}

extension Metric: CustomStringConvertible {
    /// The name, and which values are better.
    public var description: String { "metric \(name) (\(isLargerBetter ? "larger" : "smaller") is better)" }
}

extension ActivationFunction: CustomStringConvertible {
    /// The name: `activation relu`.
    public var description: String { "activation \(name)" }
}

extension Initializer: CustomStringConvertible {
    /// The name: `initializer glorotUniform`.
    public var description: String { "initializer \(name)" }
}

extension Regularizer: CustomStringConvertible {
    /// The name: `regularizer l2`.
    public var description: String { "regularizer \(name)" }
}

extension Constraint: CustomStringConvertible {
    /// The name: `constraint maxNorm`.
    public var description: String { "constraint \(name)" }
}

extension Schedule: CustomStringConvertible {
    /// The name: `schedule cosine`.
    public var description: String { "schedule \(name)" }
}

extension WeightOptions: CustomStringConvertible {
    /// What is chosen: `initializer he, regularizer l2`.
    public var description: String {
        guard isPresent else { return "no weights" }
        let parts = [initializer?.description, regularizer?.description, constraint?.description].compactMap(\.self)
        return parts.isEmpty ? "the layer's own choice of weights" : parts.joined(separator: ", ")
    }
}

extension Parameter: CustomStringConvertible {
    /// The shape and the element type, or `not built`; what regularizes and constrains it; whether it is frozen.
    public var description: String {
        let shape = isPresent ? isShaped ? "\(value.shape) \(value.dtype)" : "not built" : "left out"
        let parts = [regularizer?.description, constraint?.description, isTrainable ? nil : "not trainable"]
        return "parameter " + ([shape] + parts.compactMap(\.self)).joined(separator: ", ")
    }
}

extension Optimizer: CustomStringConvertible {
    /// The kind, the learning rate, how many weights it moves and how many steps it has made.
    public var description: String {
        let rate = schedule == nil ? "learning rate \(learningRate)" : "scheduled learning rate, \(learningRate) now"
        let clipped = clipping.map { ", clipping \($0)" } ?? ""
        let accumulated = accumulationSteps > 1 ? ", \(accumulationSteps) gradients to a step" : ""
        let progress = stepCount == 1 ? "1 step made" : "\(stepCount.groupedByThousands) steps made"
        return "\(type(of: self)): \(rate)\(clipped)\(accumulated), \(progress)"
    }
}

extension Callback {
    /// The name of the type.
    public var description: String { "\(type(of: self))" }
}

extension MetricState {
    /// The name of the type, and its value so far.
    public var description: String { "\(Self.self): \(formatted(value))" }
}

extension RankedScores.Curve: CustomStringConvertible {
    /// The number of points.
    public var description: String { "curve of \(x.count) points; Line(x: curve.x, y: curve.y) draws it" }
}

extension Predictions: CustomStringConvertible {
    /// The shapes.
    public var description: String {
        "outputs \(outputs.shape), targets \(targets.shape)" + (weights.map { ", weights \($0.shape)" } ?? "")
    }
}

extension TrainingPlan: CustomStringConvertible {
    /// Epochs, steps and what is measured.
    public var description: String {
        "\(network.name): \(epochs) epochs of \(stepsPerEpoch) steps with \(batchSize) of \(exampleCount) examples, "
            + "\(type(of: optimizer)), measuring \(metricNames.joined(separator: ", "))"
    }
}

extension StepReport: CustomStringConvertible {
    /// The step, and what was measured.
    public var description: String { "epoch \(epoch), step \(step)/\(stepsPerEpoch) - \(metrics)" }
}

extension Anchors: CustomStringConvertible {
    /// The stride, the sizes and the ratios.
    public var description: String { "anchors every \(stride) pixels, sizes \(sizes), ratios \(ratios)" }
}

extension SymbolicTensor: CustomStringConvertible {
    /// The layer that it is an output of, or the input's name and shape.
    public var description: String {
        if let input = self as? Input { return "\(input.name ?? "input") \(input.shape)" }
        guard let layer = origin.layer else { return "an output of an Input" }
        return output == 0 ? "output of \(layer.name)" : "output \(output) of \(layer.name)"
    }
}

extension Summary.Row: CustomStringConvertible {
    /// The layer, its output's shape and the number of parameters.
    public var description: String { "\(layer): \(outputShape), \(parameterCount.groupedByThousands) parameters" }
}
