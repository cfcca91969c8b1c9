public import Datasets
public import Tensors

extension Layer {
    /// Measures the network on examples, without learning from them. Stateful layers begin with states of zeros, and
    /// have their own again afterwards.
    public final func evaluate(
        _ examples: Examples, batchSize: Int = 256, loss: Loss, metrics: [Metric] = []
    ) throws -> MetricValues {
        try check(examples, as: "evaluation", of: "evaluate", loss: loss)
        try checkBatches(of: batchSize, in: examples, as: "evaluation", of: "evaluate")
        let measurement = Measurement(loss: loss, metrics: metrics)
        let values = measure(examples, batchSize: batchSize, measurement, untilInterrupted: false)
        return MetricValues(names: measurement.names, values: values ?? [])
    }

    /// The outputs for any number of inputs, computed in batches and without a graph.
    public final func predict(_ inputs: Tensor, batchSize: Int = 256) -> Tensor {
        guard batchSize > 0 else {
            Failure.raise(
                ValueError(
                    operation: "predict", message: "batches of \(batchSize) examples have none",
                    hint: "use a batchSize: of 1 or more", path: [name]))
        }
        guard inputs.rank > 0, inputs.shape[0] > batchSize else { return withoutGradients { self(inputs) } }
        let outputs = stride(from: 0, to: inputs.shape[0], by: batchSize).map { start in
            withoutGradients { self(inputs[start..<Swift.min(start + batchSize, inputs.shape[0])]) }
        }
        // Padding is padding, in however many batches.
        let masks = outputs.compactMap(\.sequenceMask)
        return .concatenate(outputs).withSequenceMask(masks.count == outputs.count ? .concatenate(masks) : nil)
    }

    /// What is measured on the examples; nil if an interrupt came first and `untilInterrupted` is set.
    final func measure(
        _ examples: Examples, batchSize: Int, _ measurement: Measurement, untilInterrupted: Bool
    ) -> [Double]? {
        withFreshStates { withoutGradients { measureBatches(examples, batchSize, measurement, untilInterrupted) } }
    }

    private func measureBatches(
        _ examples: Examples, _ batchSize: Int, _ measurement: Measurement, _ untilInterrupted: Bool
    ) -> [Double]? {
        var measured = RunningMeasurement()
        let parameters = self.parameters
        for batch in examples.batches(batchSize).parts {
            var outputs = batch.inputs
            let loss = AddedLosses.total(parameters) {
                outputs = self(batch.inputs)
                return measurement.loss(outputs, batch.targets, weights: batch.weights)
            }
            measured.add(
                measurement.observe(loss: loss, outputs: outputs, targets: batch.targets, weights: batch.weights))
            if untilInterrupted && Interruption.isRequested { return nil }
        }
        return measured.values
    }
}
