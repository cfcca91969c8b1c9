import Networks
import Tensors
import TestSupport
import Testing

/// A layer as PyTorch or Keras computes it (`layer` in Tests/Fixtures/cases.py says what each part is).
struct LayerFixture: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: [Fixture.Numbers]
    let parameters: [String: Fixture.Numbers]
    let constants: [String: Fixture.Numbers]
    let updates: [String: Fixture.Numbers]
    let output: Fixture.Numbers
    let gradients: [String: Fixture.Numbers]
    let second: [String: Fixture.Numbers]?
    let training: Bool
    let smooth: Bool

    var testDescription: String { name }
}

/// How a layer of a table is made and called.
struct TestedLayer: Sendable {
    fileprivate let make: @Sendable () throws -> Layer
    fileprivate let call: @Sendable (Layer, [Tensor]) throws -> Tensor

    /// A layer; one of several inputs says how it takes them: `.init(Attention()) { $0($1[0], $1[1]) }`.
    init<L: Layer>(
        _ make: @autoclosure @escaping @Sendable () throws -> L,
        call: @escaping @Sendable (L, [Tensor]) throws -> Tensor = { layer, inputs in layer(inputs[0]) }
    ) {
        self.make = make
        self.call = { try call($0 as! L, $1) }
    }
}

/// Layers by the names of their fixtures. A family's suite is such a table, and one test:
/// ```swift
/// static let layers: LayerTable = ["dense": .init(Dense(3)), "dense tanh": .init(Dense(3, activation: .tanh))]
/// @Test(arguments: try layers.fixtures("basic_layers"))
/// func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }
/// ```
typealias LayerTable = [String: TestedLayer]

extension LayerTable {
    /// The fixtures of a file: one for every layer of the table, and no others.
    func fixtures(_ file: String) throws -> [LayerFixture] {
        let fixtures: [LayerFixture] = try Fixture.load(file)
        try #require(fixtures.count == count && Set(fixtures.map(\.name)) == Set(keys), "\(file): \(keys.sorted())")
        return fixtures
    }

    /// Compares the layer of this name with its fixture: its parameters' names and shapes, what it keeps, its output,
    /// gradients, and gradients of gradients, in both precisions; and its gradients with finite differences.
    func check(_ fixture: LayerFixture) throws {
        let layer = try #require(self[fixture.name])
        for (type, tolerance) in [(DType.float64, 1e-10), (.float32, 5e-5)] {
            try LayerCheck(layer, fixture).run(type, tolerance: tolerance)
        }
        if fixture.smooth { try LayerCheck(layer, fixture).compareWithDifferences() }
    }
}

/// One layer, made anew, beside its fixture.
private struct LayerCheck {
    let layer: Layer
    let call: @Sendable (Layer, [Tensor]) throws -> Tensor
    let fixture: LayerFixture
    let parameters: [String: Parameter]
    /// What is differentiated, by the names in the fixture: the real inputs, and the trainable parameters.
    let variables: [String]

    init(_ tested: TestedLayer, _ fixture: LayerFixture) throws {
        layer = try tested.make()
        call = tested.call
        self.fixture = fixture
        // The first call builds the layer.
        _ = try call(layer, fixture.inputs.map { $0.type == .float64 ? $0.tensor.converted(to: .float32) : $0.tensor })
        parameters = Dictionary(uniqueKeysWithValues: layer.namedParameters.map { ($0.key, $0.parameter) })
        variables = fixture.gradients.keys.sorted()

        let expected = fixture.parameters.merging(fixture.constants) { first, _ in first }
        #expect(parameters.mapValues(\.shape) == expected.mapValues(\.tensor.shape))
        #expect(Set(parameters.filter(\.value.isTrainable).keys) == Set(fixture.parameters.keys))
        if let shape = layer.outputShape { #expect(shape == fixture.output.tensor.shape.removing(at: 0)) }
    }

    /// The output for these values of the variables.
    private func output(at values: [Tensor], _ type: DType) throws -> Tensor {
        let named = Dictionary(uniqueKeysWithValues: zip(variables, values))
        for (key, constant) in fixture.constants { parameters[key]?.value = constant.tensor.converted(to: type) }
        let inputs = fixture.inputs.enumerated().map { named["input\($0)"] ?? $1.tensor }
        return try Parameter.substituting(
            parameters.compactMap { key, parameter in named[key].map { (parameter, $0) } }
        ) {
            fixture.training ? try training { try call(layer, inputs) } : try call(layer, inputs)
        }
    }

    private var values: [Tensor] {
        variables.map { name in
            fixture.parameters[name]?.tensor ?? fixture.inputs[Int(name.dropFirst("input".count))!].tensor
        }
    }

    func run(_ type: DType, tolerance: Double) throws {
        let leaves = values.map { $0.converted(to: type).tracked() }
        let output = try output(at: leaves, type)
        #expect(output.dtype == type)
        expect(output, fixture.output, "output in \(type)", tolerance)
        for (key, update) in fixture.updates {
            expect(parameters[key]!.value, update, "\(key) afterwards in \(type)", tolerance)
        }
        let slopes = grad(weighted(output), of: leaves, createGraph: fixture.second != nil)
        for (name, slope) in zip(variables, slopes) {
            expect(slope, fixture.gradients[name]!, "gradient of \(name) in \(type)", tolerance)
        }
        // Once more without a graph of the gradients: layers may have another, faster way for that.
        for (name, slope) in zip(variables, grad(weighted(output), of: leaves)) {
            expect(slope, fixture.gradients[name]!, "gradient of \(name) alone in \(type)", tolerance)
        }
        guard let second = fixture.second else { return }
        let size = slopes.dropFirst().reduce(slopes[0].squared().sum()) { $0 + $1.squared().sum() }
        guard size.isTracked else { return }
        for (name, slope) in zip(variables, grad(size, of: leaves)) {
            expect(slope, second[name]!, "second gradient of \(name) in \(type)", 20 * tolerance)
        }
    }

    func compareWithDifferences() throws {
        let report = try gradCheck(at: values, tolerance: 1e-6) { try output(at: $0, .float64) }
        #expect(report.passed, "\(report)")
    }

    private func expect(_ value: Tensor, _ expected: Fixture.Numbers, _ what: String, _ tolerance: Double) {
        let distance = distance(value, expected.tensor)
        #expect(distance < tolerance, "\(what)")
    }
}
