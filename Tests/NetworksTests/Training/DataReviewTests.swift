import Datasets
import Networks
import Tensors
import Testing

/// What `fit` says before the first step about data, loss and last activation.
extension NetworksTests {
    @Suite struct DataReviewTests {
        /// The notes of a training, without the network's name.
        private func notes(
            _ network: Layer, _ train: Examples, validation: Examples? = nil, epochs: Int = 1, loss: Loss,
            shuffle: Bool = true
        ) throws -> [String] {
            let (_, notes) = try Notes.collecting {
                try network.fit(
                    train, validation: validation, epochs: epochs, optimizer: .sgd(1e-6), loss: loss, shuffle: shuffle,
                    showsProgress: false)
            }
            return notes.map { "\($0)".replacing("\(network.name): ", with: "") }
        }

        private func classifier(
            _ input: Shape = [2], classes: Int = 2, _ last: ActivationFunction = .linear
        ) throws
            -> Sequential
        { try Sequential(input: input) { Dense(classes, activation: last) } }

        private func labels(_ count: Int, classes: Int = 2) -> Tensor { Tensor((0..<count).map { $0 % classes }) }

        @Test func ordinaryDataSayNothing() throws {
            let data = Examples(inputs: .uniform([100, 2]), targets: labels(100))
            let (train, test) = data.split(at: 0.8)
            #expect(try notes(try classifier(), train, validation: test, loss: .crossEntropy).isEmpty)
            let numbers = Examples(inputs: .normal([100, 2]), targets: .normal([100]))
            #expect(try notes(try classifier(classes: 1), numbers, loss: .meanSquaredError).isEmpty)
            let words = Examples(inputs: labels(40, classes: 40).reshaped(to: [10, 4]), targets: labels(10))
            let reader = try Sequential(input: [4]) {
                Embedding(100, 3)
                Flatten()
                Dense(2)
            }
            #expect(try notes(reader, words, loss: .crossEntropy).isEmpty)
        }

        // MARK: Inputs

        @Test func imagesThatWereNotDivided() throws {
            let network = try Sequential(input: [4, 4, 1]) {
                Conv2D(2, kernel: 3)
                Flatten()
                Dense(2)
            }
            let pixels = Tensor.uniform([40, 4, 4, 1], in: 0...255)
            var train = Examples(inputs: pixels, targets: labels(40))
            train.inputs[0] = .full([4, 4, 1], 255)
            train.inputs[1] = .zeros([4, 4, 1])
            #expect(
                try notes(network, train, loss: .crossEntropy).first
                    == "the training inputs go from 0 to 255; divide them by 255: inputs / 255")
            // What the note advises is silent.
            train.inputs = train.inputs / 255
            #expect(try notes(network, train, loss: .crossEntropy).isEmpty)
            let bytes = Examples(inputs: (train.inputs * 255).converted(to: .uint8), targets: labels(40))
            #expect(
                try notes(network, bytes, loss: .crossEntropy).first
                    == "the training inputs go from 0 to 255; divide them by 255: inputs.converted(to: .float32) / 255")
            let houses = Examples(inputs: Tensor([[50, 1990], [300, 2024]] as [[Double]]), targets: .normal([2]))
            #expect(
                try notes(try classifier(classes: 1), houses, loss: .meanSquaredError).first
                    == "the training inputs go from 50 to 2024; scale them to about -1 to 1: subtract the mean and divide by the standard deviation"
            )
            let normalized = try Sequential(input: [2]) {
                BatchNormalization()
                Dense(1)
            }
            #expect(try notes(normalized, houses, loss: .meanSquaredError).isEmpty)
        }

        @Test func channelsThatComeFirst() throws {
            func network(_ input: Shape) throws -> Layer {
                try Sequential(input: input) {
                    Conv2D(2, kernel: 3)
                    GlobalAveragePooling2D()
                    Dense(2)
                }
            }
            let images = Tensor.uniform([8, 3, 16, 16])
            let train = Examples(inputs: images, targets: labels(8))
            #expect(
                try notes(try network([3, 16, 16]), train, loss: .crossEntropy) == [
                    "images of shape [3, 16, 16] are read as 3×16 pixels of 16 channels; channels come last: inputs.transposed(0, 2, 3, 1), and the network's input: [16, 16, 3]"
                ])
            let right = Examples(inputs: images.transposed(0, 2, 3, 1), targets: labels(8))
            #expect(try notes(try network([16, 16, 3]), right, loss: .crossEntropy).isEmpty)
        }

        @Test func numbersThatAreNone() throws {
            var train = Examples(inputs: .uniform([8, 2]), targets: labels(8))
            train.inputs[5, 1] = Tensor(.nan)
            let found = try notes(try classifier(), train, loss: .crossEntropy)
            #expect(
                found.first
                    == "the training inputs contain NaN, the first at [5, 1]; replace such values, or leave those rows out"
            )
            #expect(found.last?.contains("the training inputs contain NaN, the first at [5, 1]") == true)
            var targets = Examples(inputs: .uniform([8, 2]), targets: .normal([8, 1]))
            targets.targets[3, 0] = Tensor(.infinity)
            #expect(
                try notes(try classifier(classes: 1), targets, loss: .meanSquaredError).first?.hasPrefix(
                    "the training targets contain infinity, the first at [3, 0]") == true)
        }

        // MARK: The last activation

        @Test func activationsThatLogitsDoNotBear() throws {
            let train = Examples(inputs: .uniform([40, 2]), targets: labels(40))
            #expect(
                try notes(try classifier([2], .relu), train, loss: .crossEntropy) == [
                    "the network ends with .relu, which keeps logits at 0 or above, but the loss .crossEntropy takes any; leave that activation out"
                ])
            #expect(
                try notes(try classifier([2], .tanh), train, loss: .crossEntropy).first?.contains("between -1 and 1")
                    == true)
            let yes = try classifier(classes: 1, .relu)
            #expect(
                try notes(yes, train, loss: .binaryCrossEntropy).first?.contains(".binaryCrossEntropy takes any")
                    == true)
        }

        @Test func targetsThatTheActivationCannotReach() throws {
            let train = Examples(inputs: .uniform([2, 2]), targets: Tensor([[1e5], [9e5]]))
            #expect(
                try notes(try classifier(classes: 1, .tanh), train, loss: .meanSquaredError).first
                    == "the training targets go from 100000 to 900000, but .tanh keeps outputs between -1 and 1; end the network without an activation, or scale the targets"
            )
            let negative = Examples(inputs: .uniform([2, 2]), targets: Tensor([[-1.0], [2]]))
            for last in [ActivationFunction.relu, .sigmoid, .softplus, .tanh] {
                #expect(try notes(try classifier(classes: 1, last), negative, loss: .meanSquaredError).count == 1)
            }
            #expect(try notes(try classifier(classes: 1), negative, loss: .meanSquaredError).isEmpty)
            let custom = Loss("mine") { outputs, targets in (outputs - targets / 10).squared() }
            #expect(try notes(try classifier(classes: 1, .tanh), negative, loss: custom).isEmpty)
        }

        // MARK: Classes

        @Test func sortedClasses() throws {
            let sorted = Tensor((0..<90).map { $0 / 30 })
            let train = Examples(inputs: .uniform([90, 2]), targets: sorted)
            #expect(
                try notes(try classifier(classes: 3), train, loss: .crossEntropy, shuffle: false) == [
                    "the training examples are sorted by class, and shuffle is false: most batches hold one class; leave shuffle: true, or call shuffled() first"
                ])
            #expect(try notes(try classifier(classes: 3), train, loss: .crossEntropy).isEmpty)
            let (first, last) = train.split(at: 0.68)
            #expect(
                try notes(try classifier(classes: 3), first, validation: last, loss: .crossEntropy) == [
                    "class 2 is 100 % of the validation examples and 2 % of the training examples; shuffle before splitting: examples.shuffled().split(at: 0.8)"
                ])
            let (a, b) = train.shuffled().split(at: 0.7)
            #expect(try notes(try classifier(classes: 3), a, validation: b, loss: .crossEntropy).isEmpty)
        }

        @Test func classesWithoutExamples() throws {
            let train = Examples(inputs: .uniform([60, 2]), targets: labels(60, classes: 3))
            #expect(
                try notes(try classifier(classes: 5), train, loss: .crossEntropy) == [
                    "the classes 3, 4 have no training examples; check the labels; the network has 5 outputs, for the classes 0 to 4"
                ])
        }

        @Test func severalRightClasses() throws {
            let train = Examples(inputs: .uniform([2, 2]), targets: Tensor([[1.0, 1, 0], [0.0, 0, 1]]))
            #expect(
                try notes(try classifier(classes: 3), train, loss: .crossEntropy) == [
                    "rows of the training targets sum to 1 to 2 instead of 1; for several right classes per example take .binaryCrossEntropy"
                ])
        }

        // MARK: Validation

        @Test func validationOnTheTrainingExamples() throws {
            let train = Examples(inputs: .uniform([200, 20]), targets: labels(200))
            func note(_ validation: Examples) throws -> String? {
                try notes(try classifier([20]), train, validation: validation, loss: .crossEntropy).first
            }
            let hint =
                "; validate on examples that are not trained on: let (train, test) = examples.shuffled().split(at: 0.8)"
            #expect(try note(train) == "the validation examples are the training examples" + hint)
            #expect(try note(train[20..<60]) == "the validation examples are among the training examples" + hint)
            let half = Tensor.concatenate([train.inputs[0..<50], .uniform([50, 20])])
            #expect(
                try note(Examples(inputs: half, targets: labels(100)))
                    == "about 50 % of the validation examples are training examples" + hint)
            #expect(try note(Examples(inputs: .uniform([50, 20]), targets: labels(50))) == nil)
        }

        @Test func fewDistinctExamplesMayRepeat() throws {
            let rows = Tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
            let train = Examples(inputs: rows.tiled(20, 1), targets: labels(80))
            let test = Examples(inputs: rows.tiled(5, 1), targets: labels(20))
            #expect(try notes(try classifier(), train, validation: test, loss: .crossEntropy).isEmpty)
        }
    }
}
