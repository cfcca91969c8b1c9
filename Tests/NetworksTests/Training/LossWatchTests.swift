import Datasets
import Networks
import Tensors
import Testing

/// What `fit` says about its loss while it runs.
extension NetworksTests {
    @Suite struct LossWatchTests {
        private func fit(
            _ network: Layer, _ train: Examples, epochs: Int = 1, batchSize: Int = 4, optimizer: Optimizer,
            loss: Loss = .meanSquaredError
        ) throws -> (history: History, notes: [String]) {
            let (history, notes) = try Notes.collecting {
                try network.fit(
                    train, epochs: epochs, batchSize: batchSize, optimizer: optimizer, loss: loss, shuffle: false,
                    showsProgress: false)
            }
            return (history, notes.map(\.description))
        }

        /// y = 2 x with one weight: gradient descent multiplies the error by 1 − 2 η x² at each step.
        private func line(_ weight: Double = 0) throws -> Sequential {
            try Sequential("line", input: [1]) { Dense(1, bias: false, initializer: .value(Tensor([[weight]]))) }
        }

        @Test func aRateThatIsTooLargeEndsTheTraining() throws {
            let train = Examples(inputs: .full([16, 1], 10), targets: .full([16, 1], 20))
            let network = try line()
            let (history, notes) = try fit(network, train, epochs: 50, optimizer: .sgd(1))
            // The loss is 400 · 199²ᵏ after k steps, which passes the largest float, 3.4e38, at k = 8; the step that
            // would have been made with it is not.
            #expect(history.steps.count == 8 && history.epochs.count == 2)
            #expect(history.perStep("loss").allSatisfy { $0.isFinite })
            #expect(history.divergence?.hasPrefix("the loss became inf in epoch 3, step 1 (before: ") == true)
            #expect(history.description.hasPrefix("History: ended after 8 steps by a loss that is not finite"))
            let last = try #require(notes.last)
            #expect(last.hasPrefix("line: the loss became inf in epoch 3, step 1 (before: "))
            #expect(
                last.hasSuffix(
                    "and the training ended; the learning rate 1 is too large for targets from 20 to 20: scale them, or try 0.1, or clip gradients; if that does not help, watchingForNaN { … } names the operation; the network has the weights that it began with"
                ))
            #expect(network.parameters[0].value.item() == 0)
            #expect(notes.first?.hasPrefix("line: the loss rose from 400 to ") == true)
        }

        @Test func theBestEpochsWeightsComeBack() throws {
            let train = Examples(inputs: .full([4, 1], 1), targets: .full([4, 1], 2))
            let network = try line()
            // Halves the error twice, then destroys it.
            let optimizer = SGD(learningRate: 0.25)
            optimizer.schedule = { $0 <= 2 ? 0.25 : 1e30 }
            let (history, notes) = try fit(network, train, epochs: 9, optimizer: optimizer)
            #expect(history["loss"].prefix(3) == [4, 1, 0.25])
            #expect(notes.last?.hasSuffix("the network has the weights of epoch 2") == true)
            #expect(network.parameters[0].value.item() == 1.5)
            #expect(history.divergence != nil)
        }

        @Test func theNextTrainingBeginsAnew() throws {
            let train = Examples(inputs: .full([8, 1], 10), targets: .full([8, 1], 20))
            for optimizer in [Adam(learningRate: 1e30), LBFGS(learningRate: 1e30, lineSearch: false)] as [Optimizer] {
                let network = try line(1)
                let (history, _) = try fit(network, train, epochs: 20, optimizer: optimizer)
                #expect(history.divergence != nil, "\(optimizer)")
                optimizer.learningRate = 0.05
                let next = try fit(network, train, epochs: 3, optimizer: optimizer).history
                #expect(next.divergence == nil && next.epochs.count == 3, "\(optimizer)")
            }
        }

        @Test func weightsThatWereNoNumbersBefore() throws {
            let network = try Sequential("net", input: [1]) { Dense(1) }
            network.parameters[0].value = .full([1, 1], .nan)
            let (history, notes) = try fit(
                network, Examples(inputs: .ones([4, 1]), targets: .ones([4, 1])), optimizer: .sgd(0.1))
            #expect(history.steps.isEmpty)
            #expect(
                notes == [
                    "net: the loss became nan in epoch 1, step 1, and the training ended; the weights contain NaN, the first at [0, 0] of dense.kernel: make the network again; the network has the weights that it began with"
                ])
        }

        @Test func anOperationThatMakesNaNAtOnce() throws {
            let network = try Sequential("net", input: [1]) {
                Dense(1)
                Lambda { log($0 * 0 - 1) }
            }
            let (_, notes) = try fit(
                network, Examples(inputs: .ones([4, 1]), targets: .ones([4, 1])), optimizer: .sgd(0.1))
            #expect(notes[0].contains("watchingForNaN { … } names the operation in which it began"))
        }

        @Test func whatCannotLearnIsNoted() throws {
            // A unit of .relu that is 0 for all inputs has no gradient.
            let dead = try Sequential("dead", input: [1]) {
                Dense(2, activation: .relu, initializer: .value(Tensor([[-1.0, -1]])))
                Dense(1, bias: false)
            }
            let (_, notes) = try fit(
                dead, Examples(inputs: .ones([8, 1]), targets: .ones([8, 1])), epochs: 3, optimizer: .sgd(0.1))
            #expect(
                notes.count == 1
                    && notes[0].hasPrefix("dead: the loss stays at 1: nothing is learned; make the network again"))
            // Learned to the end, it stays too.
            let done = try fit(
                try line(), Examples(inputs: .ones([8, 1]), targets: .full([8, 1], 2)), epochs: 60,
                optimizer: .sgd(0.3))
            #expect(done.notes.isEmpty)
        }

        @Test func penaltiesMayBeWhatIsNotFinite() throws {
            let network = try Sequential(input: [1]) { Dense(1, regularizer: .l2(1)) }
            network.parameters[0].value = .full([1, 1], 1e30)
            let (history, _) = try fit(
                network, Examples(inputs: .zeros([4, 1]), targets: .zeros([4, 1])), epochs: 3, optimizer: .sgd(0.1))
            #expect(history.divergence != nil && network.parameters[0].value.item() == Double(Float(1e30)))
        }
    }
}
