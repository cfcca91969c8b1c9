import Datasets
import Tensors
import TestSupport
import Testing

@Suite(.ownRandomNumbers) struct ToysTests {
    /// The equations of the two half circles, as scikit-learn's `make_moons` documents them.
    @Test func moonsWithoutNoiseAreHalfCircles() {
        let moons = Toys.moons(count: 101, noise: 0)
        let places = moons.inputs.doubles
        for (index, label) in moons.targets.ints.enumerated() {
            let (x, y) = (places[2 * index], places[2 * index + 1])
            let (dx, dy) = label == 0 ? (x, y) : (x - 1, y - 0.5)
            let radius = (dx * dx + dy * dy).squareRoot()
            #expect(abs(radius - 1) < 1e-6)
            #expect(label == 0 ? dy >= -1e-6 : dy <= 1e-6)
        }
        #expect(moons.targets.ints.filter { $0 == 0 }.count == 51)
    }

    @Test func blobsHaveTheirMeansAndDeviation() {
        Random.seed(7)
        let blobs = Toys.blobs(count: 40_000, classes: 4, radius: 2, deviation: 0.5)
        let places = blobs.inputs.doubles
        let labels = blobs.targets.ints
        for (label, center) in [(0, (2.0, 0.0)), (1, (0, 2)), (2, (-2, 0)), (3, (0, -2))] {
            let chosen = labels.indices.filter { labels[$0] == label }
            let x = chosen.reduce(0) { $0 + places[2 * $1] } / Double(chosen.count)
            let y = chosen.reduce(0) { $0 + places[2 * $1 + 1] } / Double(chosen.count)
            let variance = chosen.reduce(0) { $0 + (places[2 * $1] - x) * (places[2 * $1] - x) } / Double(chosen.count)
            // Five standard errors: 0.5 / √10,000 · 5.
            #expect(abs(x - center.0) < 0.025 && abs(y - center.1) < 0.025)
            #expect(abs(variance - 0.25) < 0.02)
        }
    }

    @Test func spiralsWindOutwards() {
        let spirals = Toys.spirals(count: 90, classes: 3, turns: 1, noise: 0)
        let places = spirals.inputs.doubles
        // The last point of each arm is on the unit circle, at the arm's own third of it.
        for (label, angle) in [(0, (1.0, 0.0)), (1, (-0.5, 0.8660254)), (2, (-0.5, -0.8660254))] {
            let index = 87 + label
            #expect(abs(places[2 * index] - angle.0) < 1e-6 && abs(places[2 * index + 1] - angle.1) < 1e-6)
        }
    }

    @Test func aSeedRepeatsThePoints() {
        Random.seed(3)
        let first = Toys.moons().inputs.scalars
        Random.seed(3)
        #expect(Toys.moons().inputs.scalars == first)
        #expect(Toys.moons().inputs.scalars != first)
    }

    @Test func exclusiveOrIsTrueWhereTheInputsDiffer() {
        let xor = Toys.xor()
        let inputs = xor.inputs.ints
        for (index, label) in xor.targets.ints.enumerated() {
            #expect(label == (inputs[2 * index] != inputs[2 * index + 1] ? 1 : 0))
        }
    }
}
