import Tensors
import TestSupport
import Testing

/// Convolution, pooling and cross-entropy against PyTorch: values, gradients, and gradients of gradients.
@Suite struct LayerOperationTests {
    static func cases() throws -> [LayerCase] {
        try ["convolutions", "transposed_convolutions", "poolings", "cross_entropies"].flatMap {
            try Fixture.load($0, as: [LayerCase].self)
        }
    }

    @Test(arguments: try cases())
    func agreesWithPyTorch(_ layer: LayerCase) {
        check(layer.fixture, layer.run, .float64, tolerance: 1e-11)
    }

    @Test(arguments: try cases())
    func agreesInSinglePrecision(_ layer: LayerCase) {
        check(layer.fixture, layer.run, .float32, tolerance: 3e-5)
    }

    @Test(arguments: try cases().filter { $0.options.activation != "relu" && $0.options.kind != "max" })
    func agreesWithDifferences(_ layer: LayerCase) {
        let report = gradCheck(at: layer.fixture.inputs.map(\.tensor), tolerance: 1e-6, layer.run)
        #expect(report.passed, "\(layer.fixture.name): \(report)")
    }

    /// Σ of the squared slope of f², a function of the first input.
    private static func squaredSlope(_ f: @escaping @Sendable ([Tensor]) -> Tensor) -> @Sendable ([Tensor]) -> Tensor {
        { inputs in
            let slope = grad(f(inputs).squared().sum(), of: inputs[0], createGraph: true)
            return slope.squared().sum()
        }
    }

    static let twice: [String: @Sendable ([Tensor]) -> Tensor] = [
        "conv2d": squaredSlope {
            $0[0].conv2d(filter: $0[1], bias: $0[2], stride: (2, 2), padding: .same, activation: .tanh)
        },
        "depthwise": squaredSlope { $0[0].conv2d(filter: $0[1], padding: .same, groups: 2, activation: .sigmoid) },
        "convTranspose2d": squaredSlope {
            $0[0].convTranspose2d(filter: $0[1], bias: $0[2], stride: (2, 2), padding: .same, activation: .tanh)
        },
        "conv3d": squaredSlope { $0[0].conv3d(filter: $0[1], activation: .tanh) },
        "linear": squaredSlope { $0[0].linear($0[1], bias: $0[2], activation: .sigmoid) },
        "maxPool2d": squaredSlope { $0[0].maxPool2d(window: (3, 3), stride: (2, 2)).squared() },
        "averagePool2d": squaredSlope { $0[0].averagePool2d(window: (2, 2), stride: (1, 1)).squared() },
        "softmaxCrossEntropy": squaredSlope { softmaxCrossEntropy($0[0], Tensor([1, 0, 2] as [Int32])) },
    ]

    @Test(arguments: try Fixture.load("layer_second_derivatives") as [Fixture])
    func agreesTwice(_ fixture: Fixture) throws {
        let operation = try #require(LayerOperationTests.twice[fixture.name])
        check(fixture, operation, .float64, tolerance: 1e-10)
        check(fixture, operation, .float32, tolerance: 3e-4)
    }

    private func check(_ fixture: Fixture, _ operation: ([Tensor]) -> Tensor, _ type: DType, tolerance: Double) {
        let leaves = fixture.inputs.map { $0.tensor.converted(to: type).tracked() }
        let output = operation(leaves)
        #expect(output.dtype == type)
        #expect(distance(output, fixture.output.tensor) < tolerance, "\(fixture.name)")
        for (gradient, expected) in zip(grad(weighted(output), of: leaves), fixture.gradients!) {
            #expect(distance(gradient, expected.tensor) < tolerance, "\(fixture.name)")
        }
    }
}
