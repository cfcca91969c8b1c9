import Networks
import Tensors
import TestSupport
import Testing

/// Inputs at the edges of single precision.
private enum Extreme: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case zeros, negativeZeros, subnormal, tiny, equal, usual, oneOfMany, large, huge, hugeEqual, mixed

    var testDescription: String { rawValue }

    /// A batch of these, float32.
    func batch(_ shape: Shape) -> Tensor {
        switch self {
        case .zeros: return .zeros(shape)
        case .negativeZeros: return .zeros(shape) * -1
        case .subnormal: return .normal(shape) * 1e-40
        case .tiny: return .normal(shape) * 1e-30
        case .equal: return .full(shape, 0.7)
        case .usual: return .normal(shape)
        case .oneOfMany:
            var x = Array(repeating: 0.0, count: shape.elementCount)
            for i in stride(from: 0, to: x.count, by: 7) { x[i] = 1e6 }
            return Tensor(x, shape: shape, dtype: .float32)
        case .large: return .normal(shape) * 1e15
        case .huge: return .normal(shape) * 1e30
        case .hugeEqual: return .full(shape, 1e30)
        case .mixed:
            let sizes = Tensor((0..<shape.elementCount).map { [1e-30, 1, 1e10][$0 % 3] }, shape: shape)
            return .normal(shape) * sizes
        }
    }

    /// Whether squares of these are within single precision.
    var hasSquares: Bool { self != .huge && self != .hugeEqual }
}

extension NetworksTests {
    /// Every kind of layer at the edges: single precision beside double precision, in which nothing overflows.
    @Suite struct LayerExtremesTests {
        private func isTable(_ kind: Kind) -> Bool { kind.make() is Embedding }
        private func multipliesInputs(_ kind: Kind) -> Bool {
            // Scores, and gates, are products of two numbers that came from the input.
            let layer = kind.make()
            return layer is Attention || layer is MultiHeadAttention || layer is AdditiveAttention || layer is Skip
        }

        private func made(_ kind: Kind) throws -> Layer {
            try Random.withSeed(3) {
                let layer = kind.make()
                try layer.prepare(kind.input)
                return layer
            }
        }

        /// The output, and the gradients of its weighted sum with respect to input and parameters.
        private func run(
            _ layer: Layer, _ x: Tensor, isTraining: Bool, weights: (Tensor) -> Tensor = weighted
        ) -> (output: Tensor, gradients: [Tensor]) {
            Random.withSeed(5) {
                let x = x.tracked(), learned = layer.parameters.filter(\.isTrainable)
                let output = isTraining ? training { layer(x) } : layer(x)
                guard output.isTracked else { return (output, []) }
                return (output, grad(weights(output), of: [x] + learned.map(\.value)))
            }
        }

        private func inDoublePrecision(
            _ layer: Layer, _ x: Tensor, isTraining: Bool
        ) -> (output: Tensor, gradients: [Tensor]) {
            let values = layer.parameters.map { parameter in
                let value = parameter.value.detached().converted(to: .float64)
                return (parameter, parameter.isTrainable ? value.tracked() : value)
            }
            return Parameter.substituting(values) { run(layer, x.converted(to: .float64), isTraining: isTraining) }
        }

        /// Whether numbers are those of double precision, up to a part of the largest; beyond single precision they are
        /// infinite.
        ///
        /// - Parameter scale: The size of the numbers that were added up, as far as it is below 1.
        private func agree(_ a: Tensor, _ b: Tensor, scale: Double) -> Bool {
            guard a.shape == b.shape else { return false }
            // What rounding leaves of differences that are 0.
            let rest = 1e-9 + 1e-5 * min(scale, 1)
            let limit = Double(Float.greatestFiniteMagnitude)
            let finite = b.doubles.filter { abs($0) <= limit }
            let size = finite.map(abs).max() ?? 0
            return zip(a.doubles, b.doubles).allSatisfy { a, b in
                abs(b) > limit ? !a.isFinite : abs(a - b) <= 2e-4 * size + rest
            }
        }

        @Test(arguments: layerKinds, Extreme.allCases)
        private func finiteNumbersStayFinite(_ kind: Kind, _ extreme: Extreme) throws {
            guard !isTable(kind) || [.zeros, .negativeZeros].contains(extreme) else { return }
            guard extreme.hasSquares || !multipliesInputs(kind) else { return }
            let layer = try made(kind), x = Random.withSeed(4) { extreme.batch(kind.input.inserting(3, at: 0)) }
            for isTraining in [false, true] {
                let expected = inDoublePrecision(try made(kind), x, isTraining: isTraining)
                let found = run(layer, x, isTraining: isTraining)
                #expect(
                    agree(found.output, expected.output, scale: abs(x).max().item()),
                    "training \(isTraining): \(found.output) \(expected.output)")
                #expect(found.gradients.count == expected.gradients.count)
                for (index, pair) in zip(found.gradients, expected.gradients).enumerated() {
                    #expect(
                        // The input's gradient is a sum of the output's and the weights'.
                        agree(pair.0, pair.1, scale: index == 0 ? 1 : abs(x).max().item()),
                        "training \(isTraining), gradient \(index): \(pair.0) \(pair.1)")
                }
            }
        }

        /// A batch of one example, whose variance is 0 where an example has one element for each channel.
        @Test(arguments: layerKinds, Extreme.allCases)
        private func aBatchOfOne(_ kind: Kind, _ extreme: Extreme) throws {
            guard kind.make() is Normalization, extreme.hasSquares else { return }
            let layer = try made(kind), x = Random.withSeed(4) { extreme.batch(kind.input.inserting(1, at: 0)) }
            let expected = inDoublePrecision(try made(kind), x, isTraining: true)
            let found = run(layer, x, isTraining: true)
            #expect(agree(found.output, expected.output, scale: abs(x).max().item()))
            for (index, pair) in zip(found.gradients, expected.gradients).enumerated() {
                #expect(agree(pair.0, pair.1, scale: index == 0 ? 1 : abs(x).max().item()))
            }
            #expect(layer.parameterValues.allSatisfy { $0.isFinite().all() })
        }

        /// What is wrong with one example is no other's affair.
        @Test(arguments: layerKinds, [Double.nan, .infinity, -.infinity, 1e30])
        func examplesAreAlone(_ kind: Kind, _ value: Double) throws {
            guard !isTable(kind) else { return }
            let clean = Random.withSeed(4) { Tensor.normal(kind.input.inserting(3, at: 0)) }
            var numbers = clean.doubles
            let length = kind.input.elementCount
            numbers[length + length / 2] = value
            let spoilt = Tensor(numbers, shape: clean.shape, dtype: .float32)
            let others = Tensor([0, 2] as [Int32])
            for isTraining in [false, true] {
                // The statistics of a batch in training are those of all.
                guard !isTraining || !(kind.make() is BatchNormalization) else { continue }
                let weights = { (y: Tensor) in weighted(y.gathered(others)) }
                let expected = run(try made(kind), clean, isTraining: isTraining, weights: weights)
                let found = run(try made(kind), spoilt, isTraining: isTraining, weights: weights)
                #expect(
                    distance(found.output.gathered(others), expected.output.gathered(others)) < 1e-6,
                    "training \(isTraining)")
                guard let slope = found.gradients.first else { continue }
                #expect(distance(slope.gathered(others), expected.gradients[0].gathered(others)) < 1e-6)
            }
        }

        /// An example's output does not depend on those beside it.
        @Test(arguments: layerKinds) func aBatchIsItsExamples(_ kind: Kind) throws {
            let layer = try made(kind)
            let x =
                isTable(kind)
                ? Tensor.zeros(kind.input.inserting(3, at: 0))
                : Random.withSeed(4) { .normal(kind.input.inserting(3, at: 0)) }
            let alone = (0..<3).map { layer(x[$0..<$0 + 1]) }
            #expect(distance(layer(x), .concatenate(alone)) < 1e-5)
        }

        /// A batch of nothing has gradients of 0, and leaves nothing behind.
        @Test(arguments: layerKinds) func aBatchOfNothing(_ kind: Kind) throws {
            let layer = try made(kind), before = layer.parameterValues.map(\.doubles)
            for isTraining in [false, true] {
                let (output, gradients) = run(layer, .zeros(kind.input.inserting(0, at: 0)), isTraining: isTraining)
                #expect(output.count == 0)
                #expect(gradients.allSatisfy { ($0 .== 0).all() })
            }
            let averages = layer.namedParameters.filter { $0.key.contains("moving") }
            #expect(averages.allSatisfy { $0.parameter.value.isFinite().all() })
            let isSpectral = layer is SpectralNormalization
            #expect(isSpectral || layer.parameterValues.map(\.doubles) == before)
        }
    }
}
