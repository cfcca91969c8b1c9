import Networks
import Tensors
import Testing

extension NetworksTests {
    /// Dropout and noise: they disturb in training alone, as much as they say, and a seed repeats it on any number of
    /// threads.
    @Suite struct DisturbanceTests {
        private func trained(_ layer: Layer, _ x: Tensor) -> Tensor { training { layer(x) } }

        static let kinds: [@Sendable () -> Layer] = [
            { Dropout(0.3) }, { AlphaDropout(0.2) }, { SpatialDropout1D(0.5) }, { GaussianNoise(0.1) },
            { GaussianDropout(0.25) },
        ]

        @Test(arguments: kinds.indices) func onlyWhileTraining(_ kind: Int) {
            Random.seed(1)
            let x = Tensor.normal([20, 10, 30]), layer = Self.kinds[kind]()
            #expect(layer(x).scalars == x.scalars)
            #expect(trained(layer, x).scalars != x.scalars)
            #expect(trained(layer, x.converted(to: .float64)).dtype == .float64)
        }

        @Test(arguments: kinds.indices) func aSeedRepeatsOnAnyNumberOfThreads(_ kind: Int) {
            let before = ThreadPool.threadCount
            defer { ThreadPool.threadCount = before }
            let x = Tensor.linspace(from: -1, to: 1, count: 3 * 100 * 1001).reshaped(to: [3, 100, 1001])
            let runs = [1, 2, 5].map { threads in
                ThreadPool.threadCount = threads
                Random.seed(7)
                return trained(Self.kinds[kind](), x).scalars
            }
            #expect(runs[0] == runs[1] && runs[0] == runs[2])
        }

        @Test(arguments: [0.1, 0.5, 0.9]) func dropoutKeepsAShare(_ rate: Double) {
            Random.seed(2)
            let y = trained(Dropout(rate), .ones([300, 333]))
            #expect(Set(y.scalars) == [0, Float(1 / (1 - rate))])
            let kept = (y .> 0).converted(to: .float32).mean().item()
            // Four standard deviations of a share of 99,900.
            #expect(abs(kept - (1 - rate)) < 4 * (rate * (1 - rate) / 99_900).squareRoot())
        }

        @Test func dropoutDrawsAnewEachTime() {
            Random.seed(3)
            let layer = Dropout(0.5), x = Tensor.ones([1000])
            #expect(trained(layer, x).scalars != trained(layer, x).scalars)
        }

        @Test func gradientsPassWhereElementsDid() {
            Random.seed(4)
            let x = Tensor.uniform([7, 333], in: 1...2).tracked()
            let y = trained(Dropout(0.4), x)
            #expect(grad(y, of: x).isClose(to: y.detached() / x.detached(), relative: 1e-6))
            let slope = grad(y.squared(), of: x, createGraph: true)
            #expect(grad(slope, of: x).isClose(to: 2 * (y.detached() / x.detached()).squared(), relative: 1e-5))
        }

        @Test func whatIsDroppedIsZeroWhateverItWas() {
            Random.seed(5)
            let y = trained(Dropout(0.5), .full([1000], .infinity))
            #expect(Set(y.scalars) == [0, .infinity])
        }

        @Test func wholeChannelsAreDropped() throws {
            Random.seed(6)
            for (layer, shape) in [
                (SpatialDropout1D(0.5) as Layer, [4, 9, 50]), (SpatialDropout2D(0.5), [4, 3, 3, 50]),
                (SpatialDropout3D(0.5), [4, 3, 3, 2, 50]),
            ] as [(Layer, [Int])] {
                let sums = trained(layer, .ones(Shape(shape))).reshaped(to: [4, -1, 50]).mean(axes: 1)
                #expect(Set(sums.scalars) == [0, 2])
            }
            let message = text { _ = try Sequential("net", input: [8, 8, 3]) { SpatialDropout1D(0.5) } }
            #expect(message.hasSuffix("use SpatialDropout2D"))
        }

        /// A million draws: a thousandth is the standard deviation of their mean.
        @Test func alphaDropoutKeepsMeanAndVariance() {
            Random.seed(8)
            let y = trained(AlphaDropout(0.1), .normal([1_000_000]))
            #expect(abs(y.mean().item()) < 0.005)
            #expect(abs(y.variance().item() - 1) < 0.01)
            #expect(Set((trained(AlphaDropout(0.5), .zeros([100]))).scalars).count == 2)
        }

        @Test func noiseVariesAsItSays() {
            Random.seed(9)
            let noise = trained(GaussianNoise(0.5), .ones([1_000_000])) - 1
            #expect(abs(noise.mean().item()) < 0.002)
            #expect(abs(noise.standardDeviation().item() - 0.5) < 0.002)
            let factors = trained(GaussianDropout(0.2), .full([1_000_000], 2)) / 2
            #expect(abs(factors.mean().item() - 1) < 0.002)
            #expect(abs(factors.standardDeviation().item() - 0.5) < 0.002)
        }
    }
}
