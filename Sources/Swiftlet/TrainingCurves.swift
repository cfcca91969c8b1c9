public import Networks
public import Plots

/// One metric over the steps of a training, in at most 400 means of equally many steps.
///
/// When it is full, neighbours are merged, so that a million steps need no more memory and drawing time than a
/// thousand.
package struct StepCurve {
    private static let capacity = 400
    private var sums: [Double] = []
    private var count = 0
    private var stepsPerBucket = 1

    package init() {}

    package mutating func append(_ value: Double) {
        if count == sums.count * stepsPerBucket {
            if sums.count == Self.capacity {
                sums = stride(from: 0, to: sums.count, by: 2).map { sums[$0] + sums[$0 + 1] }
                stepsPerBucket *= 2
            }
        }
        if count == sums.count * stepsPerBucket { sums.append(0) }
        sums[sums.count - 1] += value
        count += 1
    }

    /// The mean of each bucket, at the centre of its steps.
    package var points: (steps: [Double], values: [Double]) {
        var (steps, values): ([Double], [Double]) = ([], [])
        for (index, sum) in sums.enumerated() {
            let start = index * stepsPerBucket
            let size = min(stepsPerBucket, count - start)
            steps.append(Double(start) + Double(size + 1) / 2)
            values.append(sum / Double(size))
        }
        return (steps, values)
    }
}

/// The metrics of a training so far, which can be drawn at any time.
struct TrainingCurves {
    private let names: [String]
    private let stepsPerEpoch: Int
    private let epochs: Int?
    private var training: [StepCurve]
    private var validation: [[(epoch: Double, value: Double)]]

    /// Curves of metrics; those of the validation, `val_…`, are drawn with the metrics that they belong to.
    ///
    /// - Parameter epochs: The planned number of epochs, which is the range of the x axis; `nil` to fit the curves.
    init(metricNames: [String], stepsPerEpoch: Int, epochs: Int?) {
        names = metricNames.filter { !$0.hasPrefix("val_") }
        self.stepsPerEpoch = max(stepsPerEpoch, 1)
        self.epochs = epochs
        training = names.map { _ in StepCurve() }
        validation = names.map { _ in [] }
    }

    mutating func add(_ report: StepReport) {
        for (index, name) in names.enumerated() {
            if let value = report.metrics[name] { training[index].append(value) }
        }
    }

    mutating func add(_ report: EpochReport) {
        for (index, name) in names.enumerated() {
            if let value = report.metrics["val_" + name] { validation[index].append((Double(report.epoch), value)) }
        }
    }

    /// A chart for each metric, side by side.
    func figure(title: String) -> Figure {
        let charts = names.indices.map { index in
            let (steps, values) = training[index].points
            let label = names[index].replacing("_", with: " ")
            return Chart(
                label.prefix(1).uppercased() + label.dropFirst() + (title.isEmpty ? "" : " · " + title), x: "epoch",
                xRange: epochs.map { 0...Double($0) }, width: 400, height: 260
            ) {
                Line(x: steps.map { $0 / Double(stepsPerEpoch) }, y: values, "training", color: .blue)
                // A single epoch is a point; of many, only the line is readable.
                let (xs, ys) = (validation[index].map(\.epoch), validation[index].map(\.value))
                if !xs.isEmpty { Line(x: xs, y: ys, "validation", color: .vermilion) }
                if xs.count <= 20 { Points(x: xs, y: ys, color: .vermilion, radius: 3.5) }
            }.figure
        }
        return .row(charts)
    }
}

extension History {
    /// A chart of every metric over the epochs: of the training at every step (of means of neighbouring steps where
    /// there are many), of the validation at the end of each epoch.
    ///
    /// ```swift
    /// let line = try Sequential(input: [1]) { Dense(1) }
    /// let x = Tensor.normal([64, 1])
    /// let data = Examples(inputs: x, targets: 3 * x)
    /// let history = try line.fit(data, epochs: 2, optimizer: .sgd(), loss: .meanSquaredError)
    /// let picture = history.plot()
    /// ```
    public func plot() -> Figure {
        var curves = TrainingCurves(
            metricNames: steps.first?.metrics.names ?? ["loss"], stepsPerEpoch: steps.first?.stepsPerEpoch ?? 1,
            epochs: nil)
        for step in steps { curves.add(step) }
        for epoch in epochs { curves.add(epoch) }
        return curves.figure(title: wasInterrupted ? "interrupted" : "")
    }
}

extension LearningRateSearch {
    /// A chart of the loss at every learning rate, with the suggested rate marked.
    public func plot() -> Figure {
        Chart("Loss · suggested rate \(NumberText.short(suggestion))", x: "learning rate", xScale: .logarithmic) {
            Line(x: rates, y: losses, color: .blue)
            if let index = rates.firstIndex(where: { $0 >= suggestion }) {
                Points(x: [rates[index]], y: [losses[index]], color: .vermilion, radius: 4)
            }
        }.figure
    }
}
