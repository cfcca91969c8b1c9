import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Padding, cropping and enlarging, against PyTorch (Tests/Fixtures/spatial_layers.py).
    @Suite struct BorderTests {
        static let layers: LayerTable = [
            "zero padding 1d": .init(ZeroPadding1D(before: 2, after: 1)),
            "zero padding 2d": .init(ZeroPadding2D([1, 2])),
            "zero padding 2d sides": .init(ZeroPadding2D(top: 1, bottom: 2, left: 3, right: 0)),
            "zero padding 3d": .init(ZeroPadding3D()),
            "reflection padding 2d": .init(ReflectionPadding2D([1, 2])),
            "cropping 1d": .init(Cropping1D(before: 1, after: 2)),
            "cropping 2d": .init(Cropping2D(top: 0, bottom: 2, left: 1, right: 0)),
            "cropping 3d": .init(Cropping3D()),
            "upsampling 1d": .init(UpSampling1D(3)),
            "upsampling 2d": .init(UpSampling2D([2, 3])),
            "upsampling 2d bilinear": .init(UpSampling2D([3, 2], interpolation: .bilinear)),
            "upsampling 3d": .init(UpSampling3D()),
            "pixel shuffle": .init(PixelShuffle(2)),
        ]

        @Test(arguments: try layers.fixtures("border_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }

        static let operations: LayerTable = [
            "bilinear": .init(Lambda { $0.resized(to: (7, 3)) }),
            "nearest": .init(Lambda { $0.resized(to: (3, 7), interpolation: .nearest) }),
            "pixel unshuffle": .init(Lambda { $0.pixelUnshuffled(by: 2) }),
            "max unpool": .init(Lambda { $0 }) { $1[0].maxUnpool2d(like: $1[1], window: (2, 2)) },
        ]

        @Test(arguments: try operations.fixtures("resizing"))
        func operationAgrees(_ fixture: LayerFixture) throws { try Self.operations.check(fixture) }

        @Test func shapesThatDoNotFit() {
            #expect(
                text { _ = try Cropping2D(2).outputShape(of: [4, 9, 1]) }.contains(
                    "nothing is left of axis 0 of [4, 9, 1] without its first 2 and last 2; cut off less"))
            #expect(
                text { _ = try ReflectionPadding2D(4).outputShape(of: [9, 4, 1]) }.contains(
                    "cannot be reflected by 4 along axis 1"))
            #expect(
                text { _ = try PixelShuffle(2).outputShape(of: [4, 4, 6]) }.contains(
                    "6 channels do not make squares of 2 × 2 pixels; give the convolution before it a multiple of 4 filters"
                ))
            #expect(
                text { _ = try UpSampling2D(0).outputShape(of: [4, 4, 6]) }.contains(
                    "factor must be at least 1 along height and width, got 0"))
        }
    }
}
