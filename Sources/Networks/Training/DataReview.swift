internal import Datasets
internal import Tensors

/// A look at data, loss and last activation before a training's first step: notes on what seldom trains well.
///
/// It reads a sample of bounded size, a few milliseconds at most.
struct DataReview {
    let network: Layer
    let loss: Loss
    let train: Examples
    let validation: Examples?
    let shuffles: Bool
    let inputs: Extent?
    let targets: Extent?

    init(_ network: Layer, _ loss: Loss, _ train: Examples, validation: Examples?, shuffles: Bool) {
        self.network = network
        self.loss = loss
        self.train = train
        self.validation = validation
        self.shuffles = shuffles
        inputs = Extent(of: train.inputs)
        targets = Extent(of: train.targets)
    }

    /// Posts the notes.
    func run() {
        noteOddNumbers()
        noteScale()
        noteChannelsFirst()
        noteActivation()
        noteClasses()
        noteValidation()
    }

    private func post(_ kind: StaticString, _ message: @autoclosure () -> String, hint: @autoclosure () -> String) {
        Notes.post(kind, message(), hint: hint(), path: [network.name])
    }

    // MARK: Inputs

    private func noteOddNumbers() {
        if let inputs, !inputs.isFinite, let odd = Extent.firstOdd(in: train.inputs) {
            post(
                "odd inputs", "the training inputs contain \(odd)", hint: "replace such values, or leave those rows out"
            )
        }
        // With weights, targets that do not count may be anything.
        if let targets, !targets.isFinite, train.weights == nil, let odd = Extent.firstOdd(in: train.targets) {
            post(
                "odd targets", "the training targets contain \(odd)",
                hint: "replace such values, or leave those rows out")
        }
    }

    private func noteScale() {
        guard let inputs, inputs.isFinite, inputs.magnitude > 25, network.firstWeights != nil else { return }
        let isBytes = inputs.least >= 0 && inputs.largest <= 255 && inputs.largest > 100
        let convert = train.inputs.dtype.isFloatingPoint ? "" : ".converted(to: .float32)"
        post(
            "scale", "the training inputs go from \(inputs.text)",
            hint: isBytes && network.inputShape?.rank != 1 || isBytes && convert != ""
                ? "divide them by 255: inputs\(convert) / 255"
                : "scale them to about -1 to 1: subtract the mean and divide by the standard deviation")
    }

    private func noteChannelsFirst() {
        guard let shape = network.inputShape, shape.rank == 3, [1, 3, 4].contains(shape[0]), shape[1] >= 16,
            shape[2] >= 16, network.firstWeights is Convolution
        else { return }
        post(
            "channels", "images of shape \(shape) are read as \(shape[0])×\(shape[1]) pixels of \(shape[2]) channels",
            hint: "channels come last: inputs.transposed(0, 2, 3, 1), and the network's input: "
                + "\([shape[1], shape[2], shape[0]])")
    }

    // MARK: The last activation

    private func noteActivation() {
        guard let name = network.outputActivation?.name else { return }
        if loss.meaning.isLogits, let range = ActivationFunction.ranges[name], name != "softmax", name != "sigmoid" {
            post(
                "logits",
                "the network ends with .\(name), which keeps logits \(range.words), but the loss .\(loss.name) takes any",
                hint: "leave that activation out")
        }
        guard loss.isOfLibrary, case .values = loss.targets, loss.meaning == .values || loss.meaning == .margins,
            let range = ActivationFunction.ranges[name], let targets, targets.isFinite, train.weights == nil
        else { return }
        let slack = 1e-6 * (range.limits.upperBound.isFinite ? 1 : targets.magnitude)
        guard targets.least < range.limits.lowerBound - slack || targets.largest > range.limits.upperBound + slack
        else {
            return
        }
        post(
            "reach", "the training targets go from \(targets.text), but .\(name) keeps outputs \(range.words)",
            hint: "end the network without an activation, or scale the targets")
    }

    // MARK: Classes

    /// The training's class indices, if that is what targets are.
    private func labels(_ examples: Examples) -> [Int]? {
        guard case .classes = loss.targets, loss.isLabel(examples.targets.dtype), examples.targets.rank == 1 else {
            return nil
        }
        return examples.targets.ints.filter { $0 != loss.ignoredLabel }
    }

    private func noteClasses() {
        guard let labels = labels(train), let classes = network.outputShape?.last, classes > 1, !labels.isEmpty else {
            return noteProbabilities()
        }
        let counts = Self.count(labels, classes)
        let isSorted = zip(labels, labels.dropFirst()).allSatisfy { $0 <= $1 }
        if !shuffles, isSorted, labels.first != labels.last {
            post(
                "sorted",
                "the training examples are sorted by class, and shuffle is false: most batches hold one class",
                hint: "leave shuffle: true, or call shuffled() first")
        }
        if let validation, let others = self.labels(validation), others.count >= 10 {
            if noteShares(counts, labels.count, Self.count(others, classes), others.count) { return }
        }
        let missing = counts.indices.filter { counts[$0] == 0 }
        guard !missing.isEmpty, labels.count >= 10 * classes else { return }
        let names = Self.list(missing)
        post(
            "missing",
            missing.count == 1
                ? "class \(names) has no training example" : "the classes \(names) have no training examples",
            hint: "check the labels; the network has \(classes) outputs, for the classes 0 to \(classes - 1)")
    }

    /// Notes the class that validation has and training lacks most.
    private func noteShares(_ train: [Int], _ trainCount: Int, _ others: [Int], _ otherCount: Int) -> Bool {
        let (a, b) = (train.map { Double($0) / Double(trainCount) }, others.map { Double($0) / Double(otherCount) })
        let excess = zip(a, b).map { $1 - $0 }
        guard excess.reduce(0, { $0 + max($1, 0) }) > 0.5,
            let worst = excess.indices.max(by: { excess[$0] < excess[$1] })
        else { return false }
        func percent(_ share: Double) -> String { Extent.number((100 * share).rounded()) + " %" }
        post(
            "shares",
            "class \(worst) is \(percent(b[worst])) of the validation examples and \(percent(a[worst])) of the training examples",
            hint: "shuffle before splitting: examples.shuffled().split(at: 0.8)")
        return true
    }

    /// Notes rows of class probabilities that do not sum to 1.
    private func noteProbabilities() {
        guard loss.name == "crossEntropy", let targets, targets.isFinite, train.targets.dtype.isFloatingPoint,
            targets.sample.rank > 1
        else { return }
        let sums = targets.sample.sum(axes: -1)
        let (least, largest) = (sums.min().item(), sums.max().item())
        guard largest > 1.01 || targets.least < 0 else { return }
        post(
            "probabilities", "rows of the training targets sum to \(Extent.text(least, largest)) instead of 1",
            hint: "for several right classes per example take .binaryCrossEntropy")
    }

    private static func count(_ labels: [Int], _ classes: Int) -> [Int] {
        var counts = Array(repeating: 0, count: classes)
        for label in labels where counts.indices.contains(label) { counts[label] += 1 }
        return counts
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.prefix(8).map { "\($0)" }.joined(separator: ", ") + (numbers.count > 8 ? ", …" : "")
    }

    // MARK: Validation

    private func noteValidation() {
        guard let validation, validation.count > 0 else { return }
        let hint =
            "validate on examples that are not trained on: let (train, test) = examples.shuffled().split(at: 0.8)"
        if validation.inputs.isSameMemory(as: train.inputs) {
            return post("validation", "the validation examples are the training examples", hint: hint)
        }
        let share = Overlap(train.inputs, validation.inputs).share
        guard share >= 0.2 else { return }
        post(
            "validation",
            share == 1
                ? "the validation examples are among the training examples"
                : "about \(Extent.number((100 * share).rounded())) % of the validation examples are training examples",
            hint: hint)
    }
}

/// How many of some rows are also rows of another tensor, judged by a sample.
private struct Overlap {
    /// The share of the sampled rows that were found; 0 where equal rows mean nothing, since there are many of them.
    let share: Double

    /// The numbers of rows that are read.
    private static let (searched, known) = (128, 4096)
    /// The number of elements of a row that are compared first.
    private static let width = 32

    init(_ x: Tensor, _ others: Tensor) {
        guard x.shape.removing(at: 0) == others.shape.removing(at: 0), x.dtype == others.dtype, x.count > 0 else {
            share = 0
            return
        }
        let prints = Self.fingerprints(x, Self.known), wanted = Self.fingerprints(others, Self.searched)
        let set = Set(prints)
        // The share of all training rows that were looked at: others may hide among the rest.
        let coverage = Double(prints.count) / Double(x.shape[0])
        guard Double(set.count) > 0.95 * Double(prints.count), prints.count > 4 else {
            share = 0
            return
        }
        let found = Double(wanted.count { set.contains($0) }) / Double(wanted.count)
        share = min(found / coverage, 1)
    }

    /// Some elements of some rows, evenly spread.
    private static func fingerprints(_ x: Tensor, _ limit: Int) -> [[Double]] {
        let rows = x.shape[0], size = x.count / rows
        let read = min(rows, limit), columns = min(size, width)
        let flat = x.detached().reshaped(to: [rows, size])
        return withoutGradients {
            let picked = read == rows ? flat : flat.gathered(Tensor((0..<read).map { $0 * rows / read }))
            let some =
                columns == size
                ? picked : picked.gathered(Tensor((0..<columns).map { $0 * size / columns }), axis: 1)
            let values = some.doubles
            return (0..<read).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
        }
    }
}

extension ActivationFunction {
    /// The values that an activation can have, by its name.
    static let ranges: [String: (limits: ClosedRange<Double>, words: String)] = {
        let positive = (0...Double.infinity, "at 0 or above"), unit = (0...1.0, "between 0 and 1")
        let symmetric = (-1...1.0, "between -1 and 1")
        return [
            "relu": positive, "softplus": positive, "exponential": positive, "relu6": (0...6.0, "between 0 and 6"),
            "sigmoid": unit, "hardSigmoid": unit, "softmax": unit, "tanh": symmetric, "hardTanh": symmetric,
            "softsign": symmetric,
        ]
    }()
}

extension Layer {
    /// The first layer that multiplies the network's input by weights, if only layers that keep the scale of their
    /// input come before it.
    final var firstWeights: Layer? {
        switch self {
        case is Dense, is Convolution, is DepthwiseConvolution, is SeparableConvolution, is LocallyConnected,
            is Recurrent, is Bidirectional:
            return self
        case let network as Network where (network.inputShapes?.count ?? 1) > 1: return nil
        case is Sequential, is Network, is TimeDistributed:
            let layers = (self as? Container)?.layers ?? []
            return layers.first { !$0.keepsScale }?.firstWeights
        default: return nil
        }
    }

    /// Whether outputs are inputs in other places, or some of them.
    private var keepsScale: Bool {
        switch self {
        case is Flatten, is Reshape, is Permute, is RepeatVector, is Disturbance, is BorderPadding, is Cropping,
            is UpSampling, is Pooling, is AdaptivePooling, is GlobalPooling, is Masking, is Identity,
            is ActivityRegularization:
            true
        default: false
        }
    }
}
