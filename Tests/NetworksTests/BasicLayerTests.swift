import Networks
import TestSupport
import Testing

extension NetworksTests {
    /// Dense layers, activations, and how layers are put together, against PyTorch (Tests/Fixtures/basic_layers.py).
    @Suite struct BasicLayerTests {
        static let layers: LayerTable = [
            "dense": .init(Dense(3)),
            "dense tanh": .init(Dense(3, activation: .tanh)),
            "dense without bias": .init(Dense(2, activation: .sigmoid, bias: false)),
            "dense softplus": .init(Dense(3, activation: .softplus)),
            "dense of a sequence": .init(Dense(5, activation: .relu)),
        ]

        @Test(arguments: try layers.fixtures("basic_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }
    }
}
