import Plots
import Tensors
import Testing

/// The texts of errors. Each runs in a process of its own, which it ends.
@Suite struct FailureTests {
    private func expect(_ result: ExitTest.Result?, says text: String) {
        let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(output.contains(text), "\(output)")
    }

    @Test func countsThatDiffer() async {
        let line = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Line(x: [1, 2, 3], y: [1.0, 2])
        }
        expect(line, says: "ShapeError in Line: x and y must have equal counts, got 3 and 2")
        let points = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Points(x: [1], y: [1.0, 2])
        }
        expect(points, says: "ShapeError in Points: x and y must have equal counts, got 1 and 2")
        let bars = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Bars(["a", "b"], [1])
        }
        expect(bars, says: "ShapeError in Bars: names and values must have equal counts, got 2 and 1")
    }

    @Test func shapesThatCannotBeDrawn() async {
        let points = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Points(Tensor.zeros([4, 3]))
        }
        expect(points, says: "ShapeError in Points: points must have shape [N, 2], got [4, 3]")
        let heatmap = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Heatmap(x: 0...1, y: 0...1, values: .zeros([4]))
        }
        expect(heatmap, says: "ShapeError in Heatmap: values must have shape [rows, columns], got [4]")
        let images = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = imageGrid(.zeros([2, 3, 3, 5]))
        }
        expect(images, says: "ShapeError in imageGrid: images must have shape")
        let counts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = confusionMatrix(counts: [[1, 2], [3]])
        }
        expect(counts, says: "ShapeError in confusionMatrix: counts must be square, got 2 rows and a row of 1 columns")
    }

    @Test func valuesOutOfRange() async {
        let histogram = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Histogram([1.0], bins: 0)
        }
        expect(histogram, says: "ValueError in Histogram: bins must be at least 1, got 0")
        let bitmap = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Bitmap(width: 2, height: 2, bytes: [0])
        }
        expect(bitmap, says: "ValueError in Bitmap: a 2×2 bitmap must have 16 bytes, got 1")
        let pixel = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Bitmap(width: 2, height: 2) { _, _ in (0, 0, 0) }[2, 0]
        }
        expect(pixel, says: "ValueError in Bitmap: column and row must be within 2×2 pixels, got 2 and 0")
        let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Chart(height: -5) { Line([1, 2]) }.figure.png()
        }
        expect(negative, says: "ValueError in Canvas: a canvas of 480.0×-5.0 points cannot be made")
        let arrow = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var diagram = Diagram()
            let box = diagram.add(Diagram.Box(["a"]))
            diagram.connect(box, 1)
        }
        expect(arrow, says: "ValueError in connect: boxes 0 and 1 must be among the diagram's 1")
        let canvas = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Canvas(width: 40_000, height: 10)
        }
        expect(canvas, says: "ValueError in Canvas: a canvas of 40000.0×10.0 points cannot be made")
        let grid = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = imageGrid(.zeros([2, 4, 4]), size: -3)
        }
        expect(grid, says: "ValueError in imageGrid: size must be above 0 and padding at least 0, got -3.0 and 4.0")
        let size = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Chart(width: .nan) { Line([1, 2]) }.figure.png()
        }
        expect(size, says: "ValueError in Canvas: a canvas of nan×300.0 points cannot be made")
    }
}
