import Datasets
import Networks
import Tensors
import Testing

/// A use that makes no sense, and what it is answered with.
private struct Mistake: Sendable {
    let says: String
    let make: @Sendable () throws -> Void

    init(_ says: String, _ make: @escaping @Sendable () throws -> Void) {
        self.says = says
        self.make = make
    }
}

/// Layers of a network that is made where nothing can go wrong.
private func built(_ input: Shape, _ layer: Layer) -> Layer {
    _ = layer(.zeros(input.inserting(1, at: 0)))
    return layer
}

private func minimize(_ optimizer: Optimizer, _ layer: Layer = built([4], Dense(3))) throws {
    try optimizer.own([layer])
    optimizer.minimize { layer(.ones([1, 4])).sum() }
}

private let mistakes: [String: Mistake] = [
    // Layers that are called outside of a network, which would have checked shapes.
    "another size for weights of positions": Mistake(
        "locally_connected1d: has weights for the positions of examples of shape [6, 1], which batches of shape [2, 7, 1] do not have"
    ) { _ = built([6, 1], LocallyConnected1D(3, kernel: 3))(.zeros([2, 7, 1])) },
    "too few dimensions to grow": Mistake(
        "in up_sampling2d: images must have shape [height, width, channels], got [4]"
    ) {
        _ = UpSampling2D(2)(.zeros([4, 4]))
    },
    "no channels to drop": Mistake(
        "in spatial_dropout2d: SpatialDropout2D takes examples of rank 3, with the channels last, not []"
    ) {
        _ = training { SpatialDropout2D(0.5)(.zeros([4])) }
    },
    "lengths beyond the sequences": Mistake("lengths of [9] do not match sequences of shape [1, 4, 2]") {
        _ = Bidirectional(LSTM(3))(.zeros([1, 4, 2]), lengths: [9])
    },
    "lengths of no sequences": Mistake("lengths of [1] do not match sequences of shape [4]") {
        _ = Bidirectional(LSTM(3))(.zeros([4]), lengths: [1])
    },
    "a step from a state of another layer": Mistake(
        "in lstm: a state of [1, 4] does not match a batch of 1 sequences; the state is [1, 3] and [1, 3]"
    ) {
        let layer = LSTM(3)
        _ = layer(.zeros([1, 2, 2]))
        _ = layer.step(.zeros([1, 2]), [.zeros([1, 4])])
    },
    "nothing to merge": Mistake("Merge: there is nothing to merge by .add") { _ = Merge.add([]) },
    // Networks of several inputs and outputs.
    "one output of two": Mistake(
        "Network has 2 outputs where one is expected; ask for all of them with outputs(of:)"
    ) {
        let x = Input([3])
        _ = try Network("pair", inputs: x, outputs: Dense(1)(x), Dense(2)(x))(.zeros([1, 3]))
    },
    "one input of two": Mistake(
        "takes 2 inputs ([3] and [3]), got 1; call it with one batch for each input, in their order"
    ) {
        let x = Input([3]), y = Input([3])
        _ = try Network("sum", inputs: x, y, outputs: Add()(x, y))(.zeros([1, 3]))
    },
    "an input without its batch axis": Mistake("add the batch axis with x.expanded(at: 0)") {
        let x = Input([3]), y = Input([3])
        _ = try Network("sum", inputs: x, y, outputs: Add()(x, y))(.zeros([1, 3]), .zeros([3]))
    },
    "two inputs of a layer with one": Mistake("in dense: Dense takes 1 input, got 2") {
        _ = Dense(2)(.zeros([1, 3]), .zeros([1, 3]))
    },
    // Custom layers.
    "a layer without a computation": Mistake(
        "in empty: Empty does not say what it computes; write `override func forward(_ x: Tensor) -> Tensor` in its class"
    ) {
        final class Empty: Layer {}
        _ = Empty()(.zeros([1, 3]))
    },
    "a layer that is made anew at every call": Mistake(
        "Forgetful calls a Dense that is in none of its properties: nothing would train or save it; keep it in a property"
    ) {
        final class Forgetful: Layer { override func forward(_ x: Tensor) -> Tensor { Dense(2)(x) } }
        _ = Forgetful()(.zeros([1, 3]))
    },
    "a layer hidden in a function": Mistake("Lambda calls a Dense that is in none of its properties") {
        let hidden = Dense(2)
        _ = Lambda { hidden($0) }(.zeros([1, 3]))
    },
    "a parameter in no property": Mistake(
        "Hidden: a parameter of shape [3] that build initializes is in none of its properties; keep it in a property"
    ) {
        final class Hidden: Layer {
            override func build(_ input: Shape) { Parameter(.zeros).initialize(input) }
            override func forward(_ x: Tensor) -> Tensor { x }
        }
        _ = Hidden()(.zeros([1, 3]))
    },
    // Parameters.
    "penalty of many numbers": Mistake("Regularizer odd: a penalty must be a scalar, got a tensor of shape [4, 3]") {
        try minimize(SGD(), built([4], Dense(3, regularizer: Regularizer("odd") { $0 })))
    },
    "constraint to another shape": Mistake("a parameter of shape [4, 3] cannot become [3]") {
        try minimize(SGD(), built([4], Dense(3, constraint: Constraint("odd") { $0.sum(axes: 0) })))
    },
    // Losses and metrics.
    "weights of other classes": Mistake("crossEntropy: classWeights has 2 elements, which do not match outputs [3, 4]")
    {
        _ = Loss.crossEntropy(classWeights: [1, 2])(.zeros([3, 4]), Tensor([1, 2, 3]))
    },
    "metric of other targets": Mistake("metric: targets [1] do not match outputs [3, 4]") {
        _ = Metric.accuracy(.zeros([3, 4]), Tensor([1] as [Int32]))
    },
    "metric of a number": Mistake("metric: outputs must be a batch [n, …], got a scalar") {
        _ = Metric.accuracy(Tensor(1), Tensor(1))
    },
    "label of no class": Mistake("label 9 is out of range for 4 classes; class indices go from 0 to 3") {
        _ = Metric.f1(.zeros([2, 4]), Tensor([1, 9] as [Int32]))
    },
    "decision for no class": Mistake("ConfusionMatrix: decision 5 is out of range for 3 classes") {
        _ = ConfusionMatrix(decisions: Tensor([0, 5] as [Int32]), labels: Tensor([0, 1] as [Int32]), classes: 3)
    },
    "indices outside of the matrix": Mistake("label 4 and decision 1 are out of range for 3 classes") {
        _ = ConfusionMatrix(classes: 3)[label: 4, decision: 1]
    },
    "matrices of different sizes": Mistake("matrices must have the same number of classes, got 3 and 2") {
        var matrix = ConfusionMatrix(classes: 3)
        matrix.add(ConfusionMatrix(classes: 2))
    },
    "n-grams of no words": Mistake("BLEU: order must be at least 1, got 0") { _ = BLEU(order: 0) },
    "scores of no numbers": Mistake("MeanAveragePrecision: the score of box 1 is NaN; watchingForNaN { } finds") {
        var score = MeanAveragePrecision()
        let boxes = Tensor([[0, 0, 10, 10], [0, 0, 9, 9]]), labels = Tensor([1, 1])
        score.add(
            boxes: boxes, scores: Tensor([0.9, .nan]), labels: labels, trueBoxes: boxes, trueLabels: labels)
    },
    "thresholds that differ": Mistake("scores must have the same thresholds, got [0.5] and [0.7]") {
        var score = MeanAveragePrecision()
        score.add(MeanAveragePrecision(iou: [0.7]))
    },
    // Training.
    "learning rate that is no number": Mistake("learningRate must be finite and at least 0, got nan") {
        SGD().learningRate = .nan
    },
    "average that never settles": Mistake("Adam: beta1 must be at least 0 and below 1, got 1.5") {
        _ = Adam(beta1: 1.5)
    },
    "negative limit": Mistake("GradientClipping: the limit must be positive, got -1.0") {
        try minimize(SGD().clipped(.value(-1)))
    },
    "no iterations": Mistake("LBFGS: iterations and historySize must be at least 1, got 0 and 100") {
        _ = LBFGS(iterations: 0)
    },
    "optimizer without an update": Mistake("Still: this optimizer does not define its update") {
        final class Still: Optimizer {}
        try minimize(Still(learningRate: 1))
    },
    "update of another shape": Mistake("Flattening: update returned a tensor of shape [12] for a parameter of shape") {
        final class Flattening: Optimizer {
            override func update(_ parameter: Tensor, gradient: Tensor, state: inout [Tensor]) -> Tensor {
                parameter.reshaped(to: [-1])
            }
        }
        try minimize(Flattening(learningRate: 1))
    },
    // Optimizers that have nothing to do with the loss.
    "an optimizer of a network that was made anew": Mistake(
        "ValueError in minimize: the loss depends on none of the 2 parameters of dense, which this Adam trains; if dense was made anew, make the optimizer anew too: Adam(for: …); if its output was detached(), or computed outside minimize { }, compute it inside"
    ) {
        let optimizer = Adam(for: built([4], Dense(3))), again = built([4], Dense(3))
        optimizer.minimize { again(.ones([1, 4])).sum() }
    },
    "a fake that is detached in the generator's step": Mistake(
        "the loss depends on none of the 2 parameters of generator, which this SGD trains"
    ) {
        let generator = built([4], Dense(4, name: "generator")), critic = built([4], Dense(1))
        let optimizer = SGD(for: generator, learningRate: 0.1)
        optimizer.minimize { critic(generator(.ones([1, 4])).detached()).sum() }
    },
    "an optimizer of what is frozen by now": Mistake(
        "this SGD has nothing to train: the parameters of dense are frozen; unfreeze() what should be trained"
    ) {
        let (layer, other) = (built([4], Dense(3)), built([4], Dense(3)))
        let optimizer = SGD(for: layer, learningRate: 0.1)
        layer.freeze()
        optimizer.minimize { (layer(.ones([1, 4])) + other(.ones([1, 4]))).sum() }
    },
    // Metrics that mean nothing.
    "accuracy of a regression": Mistake(
        "ValueError in accuracy: accuracy needs decisions, but one output against numbers from -0.5 to 3.2 makes none; measure .meanAbsoluteError or .rSquared"
    ) { _ = Metric.accuracy(Tensor([[0.1], [2.0]]), Tensor([[-0.5], [3.2]])) },
    "top 5 of 3 classes": Mistake("top_5_accuracy of 3 classes is always 1; take a k below 3, or .accuracy") {
        _ = Metric.topK(5)(Tensor([[0.2, 0.5, 0.3]]), Tensor([2]))
    },
    "R² of classes": Mistake(
        "r_squared compares numbers, but targets [1] do not match outputs [1, 3]; for classes measure .accuracy"
    ) { _ = Metric.rSquared(Tensor([[0.2, 0.5, 0.3]]), Tensor([2])) },
    "batches of nothing": Mistake("predict: batches of 0 examples have none") {
        _ = built([4], Dense(3)).predict(.zeros([4, 4]), batchSize: 0)
    },
    "metric that was not measured": Mistake("history: there is no metric \"acc\"; this training measured loss") {
        let history = try built([4], Dense(3)).fit(
            Examples(inputs: .zeros([1, 4]), targets: .zeros([1, 3])), loss: .meanSquaredError, showsProgress: false)
        _ = history.perStep("acc")
    },
]

extension NetworksTests {
    /// What cannot throw ends the computation, and says which operation or layer, what it was given and what to do.
    @Suite struct FailureTests {
        @Test(arguments: mistakes.keys.sorted()) func isExplained(_ name: String) async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [name = name as String] in try mistakes[name]?.make()
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains(mistakes[name]!.says), "\(message)")
        }
    }
}
