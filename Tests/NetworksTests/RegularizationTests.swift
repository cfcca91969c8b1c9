import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    @Suite struct RegularizationTests {
        @Test func dropoutOnlyWhileTraining() {
            Random.seed(1)
            let x = Tensor.ones([100, 100])
            #expect(Dropout(0.3)(x).scalars == x.scalars)
            let y = Training.$isActive.withValue(true) { Dropout(0.3)(x) }
            #expect(Set(y.scalars) == [0, 1 / 0.7])
            // 10,000 draws: four standard deviations are 0.018 of the share kept.
            #expect(abs((y .> 0).converted(to: .float32).mean().item() - 0.7) < 0.018)
        }

        @Test func batchNormalizationIsKeras() throws {
            struct Case: Decodable { let x, trained, used, movingMean, movingVariance: Fixture.Numbers }
            let expected: Case = try Fixture.load("batch_normalization")
            let layer = BatchNormalization()
            let trained = Training.$isActive.withValue(true) { layer(expected.x.tensor) }
            #expect(trained.isClose(to: expected.trained.tensor, relative: 1e-5, absolute: 1e-5))
            #expect(layer.movingMean.isClose(to: expected.movingMean.tensor, relative: 1e-5, absolute: 1e-6))
            #expect(layer.movingVariance.isClose(to: expected.movingVariance.tensor, relative: 1e-5, absolute: 1e-6))
            #expect(layer(expected.x.tensor).isClose(to: expected.used.tensor, relative: 1e-5, absolute: 1e-5))
        }
    }
}
