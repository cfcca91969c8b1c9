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

        struct BorderFixture: Decodable, Sendable {
            let size, images: [Int]
            let maps, regions, output: Fixture.Numbers
        }

        @Test(arguments: try Fixture.load("border_regions", as: [BorderFixture].self))
        func regionsAtTheBorderAgree(_ fixture: BorderFixture) {
            for type in [DType.float32, .float64] {
                let maps = fixture.maps.tensor.converted(to: type).tracked()
                let pooled = maps.regionMaxPool(
                    fixture.regions.tensor, images: fixture.images, size: (fixture.size[0], fixture.size[1]))
                #expect(pooled.doubles == fixture.output.tensor.doubles)
                // Each cell that is not empty gives its gradient to one pixel. (No number is 0 but one.)
                let cells = Double(fixture.output.tensor.doubles.count { $0 != 0 })
                #expect(abs(grad(pooled, of: maps).sum().item() - cells) <= 2)
            }
        }

        fileprivate static let endless = [[Double.nan, 1, 4, 5], [0, 0, .infinity, 5]]

        @Test(arguments: [0, 1], [false, true]) func regionsWithoutEnd(_ index: Int, isAligned: Bool) async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [index = index as Int, isAligned = isAligned as Bool] in
                let maps = Tensor.ones([1, 8, 8, 1]), rows = Tensor([[1, 1, 2, 2], DetectionTests.endless[index]])
                _ =
                    isAligned
                    ? maps.regionAlign(rows, images: [0, 0], size: (2, 2))
                    : maps.regionMaxPool(rows, images: [0, 0], size: (2, 2))
            }
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.contains("regions must be finite, but row 1 is \(Self.endless[index])"), "\(text)")
        }

        /// What lies outside is 0, whatever the map is at its corner.
        @Test func outsideOfAMapThatIsNotFinite() {
            var numbers = Array(repeating: 1.0, count: 16)
            numbers[0] = .infinity
            let maps = Tensor(numbers, shape: [1, 4, 4, 1], dtype: .float32), region = Tensor([[20.0, 20, 24, 24]])
            #expect(maps.regionAlign(region, images: [0], size: (2, 2)).doubles == [0, 0, 0, 0])
            #expect(maps.regionMaxPool(region, images: [0], size: (2, 2)).doubles == [0, 0, 0, 0])
            #expect(maps.regionMaxPool(.zeros([0, 0]), images: [], size: (2, 2)).shape == [0, 2, 2, 1])
        }

        /// Offsets to what has no width would be infinite.
        @Test(arguments: [
            (
                [[1.0, 1, 5, 5]], [[3.0, 3, 3, 7]],
                "anchors must be wider and higher than 0, but row 0 is [3.0, 3.0, 3.0, 7.0]"
            ),
            (
                [[1, 1, 5, 5], [4, 4, 2, 9]], [[3, 3, 5, 7], [3, 3, 5, 7]],
                "boxes must be wider and higher than 0, but row 1"
            ),
        ])
        func boxesWithoutWidth(_ boxes: [[Double]], _ anchors: [[Double]], message: String) async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [boxes = boxes as [[Double]], anchors = anchors as [[Double]]] in
                _ = Boxes.offsets(of: Tensor(boxes), from: Tensor(anchors))
            }
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.contains(message) && text.contains("boxes[Boxes.areas(boxes) .> 0]"), "\(text)")
        }

        /// An image without objects.
        @Test func noBoxes() {
            for none in [Tensor([[Double]]()), Tensor([Double]()), .zeros([0, 4])] {
                #expect(Boxes.intersectionOverUnion(.zeros([2, 4]), none).shape == [2, 0])
                #expect(Boxes.intersectionOverUnion(none, none).shape == [0, 0])
                #expect(Boxes.areas(none).shape == [0] && Boxes.centers(none).shape == [0, 4])
                #expect(Boxes.withCenters(none).shape == [0, 4])
                #expect(Boxes.clipped(none, height: 4, width: 4).shape == [0, 4])
                #expect(Boxes.offsets(of: none, from: none).shape == [0, 4])
                #expect(Boxes.moved(none, by: none).shape == [0, 4])
                #expect(Boxes.nonMaximumSuppression(none, scores: .zeros([0])).shape == [0])
                #expect(Anchors.match(.ones([3, 4]), to: none).ints == [-1, -1, -1])
                #expect(Anchors.match(none, to: .ones([3, 4])).shape == [0])
            }
        }

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

        /// The definition: in the order of scores, a box stays unless one that stays overlaps it too much.
        private func suppressed(_ boxes: Tensor, _ scores: [Double], _ classes: [Int], _ overlap: Double) -> [Int] {
            let shares = Boxes.intersectionOverUnion(boxes, boxes).doubles, count = scores.count
            var kept: [Int] = []
            for box in scores.indices.sorted(by: { (-scores[$0], $0) < (-scores[$1], $1) })
            where kept.allSatisfy({ classes[$0] != classes[box] || shares[$0 * count + box] <= overlap }) {
                kept.append(box)
            }
            return kept
        }

        @Test(arguments: [0.0, 0.3, 0.5, 1]) func suppressionIsTheDefinition(_ overlap: Double) {
            let start = Tensor.uniform([300, 2]) * 60, size = Tensor.uniform([300, 2]) * 30
            let boxes = Tensor.concatenate([start, start + size], axis: 1).converted(to: .float64)
            // Some scores are equal.
            let scores = (Tensor.uniform([300]) * 40).floor(),
                classes = (Tensor.uniform([300]) * 3).converted(to: .int32)
            let expected = suppressed(boxes, scores.doubles, classes.ints, overlap)
            #expect(
                Boxes.nonMaximumSuppression(boxes, scores: scores, overlap: overlap, classes: classes).ints == expected)
            #expect(
                Boxes.nonMaximumSuppression(boxes, scores: scores, overlap: overlap, classes: classes, limit: 7).ints
                    == Array(expected.prefix(7)))
            #expect(Boxes.nonMaximumSuppression(boxes, scores: scores, overlap: overlap, limit: 0).shape == [0])
        }

        /// As many as a detector proposes: all pairs would take gigabytes.
        @Test func suppressionOfMany() {
            let start = Tensor.uniform([12_000, 2]) * 600, size = Tensor.uniform([12_000, 2]) * 100 + 1
            let boxes = Tensor.concatenate([start, start + size], axis: 1)
            let kept = Boxes.nonMaximumSuppression(boxes, scores: .uniform([12_000]), overlap: 0.5)
            let left = boxes.gathered(kept[0..<200])
            #expect(kept.count > 200 && kept.count < 12_000)
            #expect((Boxes.intersectionOverUnion(left, left) - .eye(200)).max().item() <= 0.5)
        }

        @Test(arguments: [
            (true, "boxes must be finite, but row 1 is [0.0, nan, 1.0, 1.0]"), (false, "the score of box 1 is NaN"),
        ])
        func boxesOfNoNumbers(_ isBox: Bool, message: String) async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [isBox = isBox as Bool] in
                _ = Boxes.nonMaximumSuppression(
                    Tensor([[0, 0, 1, 1], [0, isBox ? .nan : 0, 1, 1]]), scores: Tensor([0.1, isBox ? 0.2 : .nan]))
            }
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.contains(message), "\(text)")
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
