import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Boxes, anchors and regions, against torchvision (Tests/Fixtures/detection.py).
    @Suite struct DetectionTests {
        struct BoxFixture: Decodable, Sendable {
            let boxes, others, scores, classes, areas, centres, clipped, overlaps, offsets, keptByClass: Fixture.Numbers
            let kept: [Fixture.Numbers]
        }

        private static let rows = Tensor(
            [0, 0, 7, 9, 4, 2.5, 14.2, 9.1, 1, 6, 3, 16, 8, 3, 14, 4], shape: [4, 4], dtype: .float64)
        static let regions: LayerTable = [
            "region max pool": .init(
                Lambda { $0.regionMaxPool(rows, images: [0, 1, 1, 0], size: (2, 3), scale: 0.5) }),
            "region align": .init(Lambda { $0.regionAlign(rows, images: [0, 1, 1, 0], size: (3, 2), scale: 0.5) }),
        ]

        @Test(arguments: try regions.fixtures("regions"))
        func regionsAgree(_ fixture: LayerFixture) throws { try Self.regions.check(fixture) }

        @Test func boxesAgree() throws {
            let all: [BoxFixture] = try Fixture.load("boxes")
            let fixture = all[0]
            let (boxes, others) = (fixture.boxes.tensor, fixture.others.tensor)
            #expect(distance(Boxes.areas(boxes), fixture.areas.tensor) < 1e-12)
            #expect(distance(Boxes.centers(boxes), fixture.centres.tensor) < 1e-12)
            #expect(distance(Boxes.withCenters(fixture.centres.tensor), boxes) < 1e-12)
            #expect(distance(Boxes.clipped(boxes, height: 9, width: 7), fixture.clipped.tensor) < 1e-12)
            #expect(distance(Boxes.intersectionOverUnion(boxes, others), fixture.overlaps.tensor) < 1e-12)
            let deviations = [0.1, 0.1, 0.2, 0.2]
            let offsets = Boxes.offsets(of: boxes[0..<5], from: others, deviations: deviations)
            #expect(distance(offsets, fixture.offsets.tensor) < 1e-12)
            #expect(distance(Boxes.moved(others, by: offsets, deviations: deviations), boxes[0..<5]) < 1e-12)
        }

        @Test func suppressionAgrees() throws {
            let all: [BoxFixture] = try Fixture.load("boxes")
            let fixture = all[0]
            let (boxes, scores) = (fixture.boxes.tensor, fixture.scores.tensor)
            for (overlap, kept) in zip([0.1, 0.3, 0.6], fixture.kept) {
                #expect(Boxes.nonMaximumSuppression(boxes, scores: scores, overlap: overlap).ints == kept.tensor.ints)
            }
            let byClass = Boxes.nonMaximumSuppression(
                boxes, scores: scores, overlap: 0.1, classes: fixture.classes.tensor)
            #expect(byClass.ints == fixture.keptByClass.tensor.ints)
            #expect(
                Boxes.nonMaximumSuppression(boxes, scores: scores, overlap: 0.1, limit: 2).ints
                    == Array(fixture.kept[0].tensor.ints.prefix(2)))
            #expect(Boxes.nonMaximumSuppression(.zeros([0, 4]), scores: .zeros([0])).shape == [0])
        }

        @Test func overlapIsDifferentiable() {
            let box = Tensor([[1, 1, 5, 4]], dtype: .float64), target = Tensor([[2, 0, 6, 3]], dtype: .float64)
            #expect(gradCheck(at: [box]) { Boxes.intersectionOverUnion($0[0], target) }.passed)
        }

        /// Worked by hand: a map of 1 × 2 pixels, each 8 pixels of the image wide.
        @Test func anchorsAroundPixels() {
            let anchors = Anchors(stride: 8, sizes: [4, 16], ratios: [1, 4])
            let boxes = anchors.boxes(rows: 1, columns: 2)
            #expect(anchors.countPerPixel == 4)
            #expect(boxes.shape == [8, 4])
            #expect(boxes[0].doubles == [2, 2, 6, 6])
            #expect(boxes[1].doubles == [3, 0, 5, 8])
            #expect(boxes[2].doubles == [-4, -4, 12, 12])
            #expect(boxes[7].doubles == [8, -12, 16, 20])
        }

        @Test func anchorsForObjects() {
            let anchors = Tensor([[0, 0, 4, 4], [0, 0, 4, 2], [10, 10, 12, 12], [0, 0, 4, 3], [5, 5, 6, 6]])
            let objects = Tensor([[0, 0, 4, 4], [11, 11, 15, 15]])
            // Overlaps with the first object: 1, 0.5, 0, 0.75, 0. The second overlaps one anchor alone, by little.
            #expect(Anchors.match(anchors, to: objects).ints == [0, -2, 1, 0, -1])
            #expect(Anchors.match(anchors, to: .zeros([0, 4])).ints == [-1, -1, -1, -1, -1])
        }
    }
}
