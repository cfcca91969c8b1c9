import Networks
import Tensors
import TestSupport
import Testing

/// Boxes found in images, and what COCO's and PASCAL VOC's rules make of them (Tests/Fixtures/metrics.py).
private struct Detections: Decodable {
    struct Image: Decodable {
        let boxes, trueBoxes: [[Double]]
        let scores: [Double]
        let labels, trueLabels: [Int]
    }
    let images: [Image]
    let values: [String: Double]
}

extension NetworksTests {
    @Suite struct DetectionMetricTests {
        private func measured(_ score: MeanAveragePrecision, _ images: [Detections.Image]) -> MeanAveragePrecision {
            images.reduce(into: score) { score, image in
                score.add(
                    boxes: Tensor(image.boxes), scores: Tensor(image.scores, dtype: .float64),
                    labels: Tensor(image.labels), trueBoxes: Tensor(image.trueBoxes),
                    trueLabels: Tensor(image.trueLabels))
            }
        }

        @Test func averagesAreThoseOfCOCOAndPascal() throws {
            let fixtures: [Detections] = try Fixture.load("detections")
            let fixture = fixtures[0]
            let scores: [String: MeanAveragePrecision] = [
                "coco": .init(iou: (0..<10).map { 0.5 + 0.05 * Double($0) }, interpolation: .hundredAndOnePoints),
                "coco 0.5": .init(interpolation: .hundredAndOnePoints),
                "every point": .init(), "eleven points": .init(interpolation: .elevenPoints),
            ]
            #expect(Set(scores.keys) == Set(fixture.values.keys))
            for (name, score) in scores {
                #expect(abs(measured(score, fixture.images).value - fixture.values[name]!) < 1e-9, "\(name)")
                // Two halves add up.
                var halves = measured(score, Array(fixture.images.prefix(3)))
                halves.add(measured(score, Array(fixture.images.dropFirst(3))))
                #expect(abs(halves.value - fixture.values[name]!) < 1e-9, "\(name)")
            }
        }

        @Test func anObjectIsFoundOnce() {
            var score = MeanAveragePrecision()
            score.add(
                boxes: Tensor([[0, 0, 10, 10], [0, 0, 10, 9]]), scores: Tensor([0.9, 0.8]), labels: Tensor([1, 1]),
                trueBoxes: Tensor([[0, 0, 10, 10], [50, 50, 60, 60]]), trueLabels: Tensor([1, 1]))
            #expect(score.averagePrecision == [1: 0.5])
        }
    }
}
