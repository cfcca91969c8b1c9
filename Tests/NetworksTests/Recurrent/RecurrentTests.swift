import Datasets
import Networks
import Tensors
import TestSupport
import Testing

/// A recurrent layer as a student writes it.
private final class LeakyIntegrator: Recurrent {
    @Parameter var w
    let units: Int
    init(_ units: Int) {
        self.units = units
        super.init(returnSequences: true)
    }
    override func build(_ input: Shape) { $w.initialize([input[1], units]) }
    override func stateShapes(of input: Shape) -> [Shape] { [[units]] }
    override func step(_ x: Tensor, _ state: [Tensor]) -> (output: Tensor, state: [Tensor]) {
        let h = 0.5 * state[0] + x.matmul(w)
        return (h, [h])
    }
}

extension NetworksTests {
    @Suite struct RecurrentTests {
        private func errorText(_ result: ExitTest.Result?) -> String {
            String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        }

        @Test func countsOfGates() throws {
            func count(_ layer: Recurrent) throws -> Int {
                try layer.prepare([5, 8])
                return layer.parameterCount
            }
            #expect(try count(SimpleRNN(16)) == 16 * (8 + 16 + 1))
            #expect(try count(LSTM(16, peepholes: true)) == 4 * 16 * (8 + 16 + 1) + 3 * 16)
            let film = ConvLSTM2D(16, kernel: 3, padding: .same, peepholes: true)
            #expect(try film.prepare([5, 8, 6, 2]) == [8, 6, 16])
            #expect(film.parameterCount == 4 * 16 * (9 * (2 + 16) + 1) + 3 * 8 * 6 * 16)
            #expect(try count(GRU(16)) == 3 * 16 * (8 + 16 + 2))
            #expect(try count(GRU(16, resetAfter: false)) == 3 * 16 * (8 + 16 + 1))
        }

        @Test func weightsBeginAsKeras() throws {
            let layer = LSTM(8)
            try layer.prepare([5, 3])
            #expect(
                layer.bias.scalars == Array(repeating: 0, count: 8) + Array(repeating: 1, count: 8)
                    + Array(repeating: 0, count: 16))
            let rows = layer.recurrentKernel
            #expect(rows.matmul(rows.transposed()).isClose(to: .eye(8), absolute: 1e-5))
            #expect(layer.namedParameters.map(\.key) == ["kernel", "recurrentKernel", "bias"])
        }

        static let makers: [String: @Sendable () -> Recurrent] = [
            "SimpleRNN": { SimpleRNN(7, returnSequences: true) }, "LSTM": { LSTM(7, returnSequences: true) },
            "GRU": { GRU(7, returnSequences: true) },
            "GRU resetting first": { GRU(7, resetAfter: false, returnSequences: true) },
            "own": { LeakyIntegrator(7) },
        ]

        @Test(arguments: makers.keys) func stepsMakeThePass(_ name: String) throws {
            Random.seed(1)
            let make = try #require(Self.makers[name]), layer = make()
            let x = Tensor.normal([3, 5, 2])
            let (output, last) = layer.outputAndState(of: x)
            var state = layer.zeroState(batch: 3)
            for t in 0..<5 {
                var y: Tensor
                (y, state) = layer.step(x[0..., t], state)
                #expect(y.isClose(to: output[0..., t], absolute: 1e-6))
            }
            for (one, other) in zip(state, last) { #expect(one.isClose(to: other, absolute: 1e-6)) }
        }

        /// Threads share the batch out; the results must not know.
        @Test(arguments: makers.keys) func threadsDoNotMatter(_ name: String) throws {
            func run(threads: Int) throws -> [[Float]] {
                let before = ThreadPool.threadCount
                ThreadPool.threadCount = threads
                defer { ThreadPool.threadCount = before }
                Random.seed(2)
                let make = try #require(Self.makers[name]), layer = make()
                let x = Tensor.normal([37, 40, 11])
                try layer.prepare([40, 11])
                let parameters = layer.parameters.map(\.value)
                let output = layer(x)
                return [output.scalars] + grad(output.squared().sum(), of: parameters).map(\.scalars)
            }
            let alone = try run(threads: 1)
            #expect(try run(threads: 2) == alone)
            #expect(try run(threads: 5) == alone)
        }

        @Test func statefulLayerGoesOn() throws {
            Random.seed(3)
            let layer = LSTM(4, returnSequences: true, stateful: true), x = Tensor.normal([2, 6, 3])
            let whole = layer(x)
            layer.resetStates()
            let halves = Tensor.concatenate([layer(x[0..., 0..<3]), layer(x[0..., 3..<6])], axis: 1)
            #expect(halves.isClose(to: whole, absolute: 1e-6))
            let more = layer(x[0..., 0..<3])
            #expect(!more.isClose(to: whole[0..., 0..<3], absolute: 1e-3))
            #expect(layer.rememberedState?.allSatisfy { !$0.isTracked } == true)
        }

        /// Gradients stop between windows: those of a window are as if it began with a constant state.
        @Test(arguments: [false, true]) func truncationCutsGradients(backwards: Bool) throws {
            Random.seed(4)
            let whole = GRU(4, returnSequences: true, goBackwards: backwards)
            let cut = GRU(4, returnSequences: true, goBackwards: backwards, truncation: 2)
            let x = Tensor.normal([2, 5, 3]).tracked()
            let expected = whole(x)
            _ = cut(x)
            for (to, from) in zip(cut.parameters, whole.parameters) { to.value = from.value }
            let output = cut(x)
            #expect(output.isClose(to: expected, absolute: 1e-6))
            // The last step taken lies in a window of its own (forwards), or in one with the second (backwards).
            let slopes = grad(output[0..., 4].sum(), of: x).squared().sum(axes: 0, 2).scalars
            #expect(
                slopes.map { $0 > 0 }
                    == (backwards ? [true, true, false, false, false] : [false, false, false, false, true]))
            #expect(grad(expected[0..., 4].sum(), of: x).squared().sum(axes: 0, 2).scalars.allSatisfy { $0 > 0 })
        }

        static let droppers: [String: @Sendable (Double, Double) -> Recurrent] = [
            "SimpleRNN": { SimpleRNN(7, returnSequences: true, dropout: $0, recurrentDropout: $1) },
            "LSTM": { LSTM(7, returnSequences: true, dropout: $0, recurrentDropout: $1) },
            "GRU": { GRU(7, returnSequences: true, dropout: $0, recurrentDropout: $1) },
            "GRU resetting first": {
                GRU(7, resetAfter: false, returnSequences: true, dropout: $0, recurrentDropout: $1)
            },
            "ConvLSTM2D": { ConvLSTM2D(7, kernel: 1, returnSequences: true, dropout: $0, recurrentDropout: $1) },
        ]

        /// For one sequence, a dropped feature or unit is a row of weights that is zero: in all steps, and in training
        /// alone.
        @Test(arguments: droppers.keys) func dropsTheSameInAllSteps(_ name: String) throws {
            let make = try #require(Self.droppers[name]), layer = make(0.4, 0.6), plain = make(0, 0)
            let pixel = name == "ConvLSTM2D" ? [1, 1] : []
            Random.seed(6)
            let x = Tensor.normal(Shape([1, 5] + pixel + [9])).tracked()
            for layer in [layer, plain] { _ = layer(x) }
            plain.parameterValues = layer.parameterValues
            #expect(layer(x).isClose(to: plain(x), absolute: 1e-6))

            Random.seed(7)
            let (features, units) = (Tensor.ones([9]).dropout(0.4), Tensor.ones([7]).dropout(0.6))
            #expect(features.min().item() == 0 && units.min().item() == 0)
            for (key, parameter) in plain.namedParameters where key != "bias" {
                parameter.value = parameter.value * (key == "kernel" ? features : units).expanded(at: -1)
            }
            Random.seed(7)
            let y = training { layer(x) }
            #expect(y.isClose(to: plain(x), absolute: 1e-6))
            #expect(grad(y.squared().sum(), of: x).isClose(to: grad(plain(x).squared().sum(), of: x), absolute: 1e-5))
        }

        @Test func masksReachTheLayersBehind() throws {
            Random.seed(5)
            let network = try Sequential(input: [4, 2]) {
                Masking()
                Dropout(0.3)
                LSTM(3, returnSequences: true)
                Dense(3, activation: .tanh)
                GRU(3)
            }
            let long = Tensor.normal([1, 4, 2])
            let short = Tensor.concatenate([long[0..., 0..<2], .zeros([1, 2, 2])], axis: 1)
            let both = network(.concatenate([long, short]))
            #expect(both[0].isClose(to: network(long)[0], absolute: 1e-6))
            let shorter = try Sequential(input: [2, 2]) {
                LSTM(3, returnSequences: true)
                Dense(3, activation: .tanh)
                GRU(3)
            }
            for (to, from) in zip(shorter.parameters, network.parameters) { to.value = from.value }
            #expect(both[1].isClose(to: shorter(long[0..., 0..<2])[0], absolute: 1e-6))
        }

        @Test func wordZeroIsPadding() throws {
            Random.seed(8)
            let network = try Sequential(input: [5]) {
                Embedding(10, 4, maskZero: true)
                LSTM(3)
            }
            let padded = network(Tensor([3, 7, 2, 0, 0] as [Int32], shape: [1, 5]))
            let embedding = try #require(network.layers[0] as? Embedding),
                lstm = try #require(network.layers[1] as? LSTM)
            let words = embedding.embeddings.gathered(Tensor([3, 7, 2] as [Int32])).expanded(at: 0)
            #expect(padded.isClose(to: lstm(words), absolute: 1e-6))
        }

        @Test func bidirectionalReadsEachFromItsEnd() throws {
            Random.seed(6)
            let layer = Bidirectional(GRU(3, returnSequences: true))
            let long = Tensor.normal([1, 4, 2])
            let output = layer(long, lengths: [3])
            #expect(output[0..., 0..<3].isClose(to: layer(long[0..., 0..<3]), absolute: 1e-6))
            #expect(layer.namedParameters.map(\.key).prefix(2) == ["forward.kernel", "forward.recurrentKernel"])
            #expect(layer.outputAndState(of: long).state.count == 2)
        }

        @Test func ownLayerInANetwork() throws {
            let network = try Sequential(input: [4, 2]) {
                LeakyIntegrator(3)
                SimpleRNN(2)
            }
            #expect(network["leaky_integrator"].outputShape == [4, 3])
            #expect(network(.ones([5, 4, 2])).shape == [5, 2])
        }

        @Test func learnsToCountOnes() throws {
            Random.seed(7)
            let x = Tensor.bernoulli([256, 8, 1], p: 0.5)
            let network = try Sequential(input: [8, 1]) {
                GRU(8)
                Dense(1)
            }
            let history = try network.fit(
                Examples(inputs: x, targets: x.sum(axes: 1)), epochs: 30, batchSize: 32, optimizer: .adam(0.02),
                loss: .meanSquaredError, showsProgress: false)
            #expect(history["loss"].last ?? 9 < 0.1)
        }

        @Test func errorsInBuilding() {
            #expect(
                text { _ = try Sequential("net", input: [60]) { LSTM(4) } }.contains(
                    "LSTM takes sequences of shape [steps, features], not [60]; a sequence of scalars has one feature, [60, 1]"
                ))
            #expect(
                text { _ = try Sequential("net", input: [60, 1]) { GRU(0) } }.contains(
                    "units must be at least 1, got 0"))
        }

        @Test func sequencesThatAreNone() async {
            let result1 = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = try Sequential(input: [5, 3]) { GRU(4) }.layers[0](.zeros([5, 3]))
            }
            #expect(errorText(result1).contains("make one sequence a batch by expanded(at: 0)"))
            let result2 = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = GRU(4)(.zeros([2, 0, 3]))
            }
            #expect(errorText(result2).contains("sequences must have at least 1 step, got 0"))
        }

        @Test func whatDoesNotGoWithSequences() async {
            let result3 = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = GRU(4)(.zeros([2, 5, 3]), lengths: [6, 1])
            }
            #expect(errorText(result3).contains("lengths of [6, 1] do not match sequences of shape [2, 5, 3]"))
            let result4 = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = GRU(4)(.zeros([2, 5, 3]), mask: .ones([2, 4]))
            }
            #expect(errorText(result4).contains("a mask is [batch, steps]: [2, 5]"))
            let result5 = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = GRU(4)(.zeros([2, 5, 3]), initialState: [.zeros([3, 4])])
            }
            #expect(errorText(result5).contains("the state is [2, 4]"))
            let result6 = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let layer = GRU(4, stateful: true)
                _ = layer(.zeros([2, 5, 3]))
                _ = layer(.zeros([1, 5, 3]))
            }
            #expect(errorText(result6).contains("resetStates() makes it forget"))
            let result7 = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let layer = LSTM(2)
                _ = Bidirectional(layer)
            }
            #expect(errorText(result7).contains("make the layer in the call, as in Bidirectional(LSTM(64))"))
        }
    }
}
