import Networks
import TestSupport
import Testing

extension NetworksTests {
    /// Pooling of every kind, against PyTorch (Tests/Fixtures/spatial_layers.py).
    @Suite struct PoolingLayerTests {
        static let layers: LayerTable = [
            "max 1d": .init(MaxPooling1D(2)),
            "max 2d": .init(MaxPooling2D()),
            "max 2d overlapping": .init(MaxPooling2D(3, stride: 2)),
            "max 2d same": .init(MaxPooling2D(3, stride: 2, padding: .same)),
            "max 3d": .init(MaxPooling3D(2)),
            "average 1d": .init(AveragePooling1D(3, stride: 2)),
            "average 2d": .init(AveragePooling2D([2, 3])),
            "average 3d": .init(AveragePooling3D(2, stride: 1)),
            "global average 1d": .init(GlobalAveragePooling1D()),
            "global average 2d": .init(GlobalAveragePooling2D()),
            "global average 3d": .init(GlobalAveragePooling3D()),
            "global max 1d": .init(GlobalMaxPooling1D()),
            "global max 2d": .init(GlobalMaxPooling2D()),
            "global max 3d": .init(GlobalMaxPooling3D()),
            "adaptive average 1d": .init(AdaptiveAveragePooling1D(3)),
            "adaptive average 2d": .init(AdaptiveAveragePooling2D([3, 4])),
            "adaptive average 3d": .init(AdaptiveAveragePooling3D(2)),
            "adaptive max 1d": .init(AdaptiveMaxPooling1D(3)),
            "adaptive max 2d": .init(AdaptiveMaxPooling2D(2)),
            "adaptive max 3d": .init(AdaptiveMaxPooling3D([3, 2, 1])),
        ]

        @Test(arguments: try layers.fixtures("pooling_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }
    }
}
