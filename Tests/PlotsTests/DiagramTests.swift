import Plots
import Testing

@Suite struct DiagramTests {
    /// A network of two ways: each box below those that lead to it.
    private var sample: Diagram {
        var diagram = Diagram(title: "network")
        let input = diagram.add(.init(["input", "[28, 28, 1]"]))
        let left = diagram.add(.init(["conv2d"], frames: ["block", "left"]))
        let right = diagram.add(
            .init(["a \"quoted\" \\ name"], isRound: true, isDashed: true, frames: ["block", "right"]))
        let sum = diagram.add(.init(["add"], fill: Color(0xDCEAF7), frames: ["block"]))
        for (from, to) in [(input, left), (input, right), (left, sum), (right, sum)] { diagram.connect(from, to) }
        return diagram
    }

    @Test func drawsBoxesAndFrames() throws {
        let figure = sample.figure
        #expect(figure.description == "network of 4 boxes")
        // Three ranks of boxes, and two frames around them.
        #expect(figure.height > 3 * 24 + 2 * 20 && figure.width > 150)
        let picture = try Bitmap(png: figure.png(density: 1))
        var blue = 0, frame = 0
        for row in 0..<picture.height {
            for column in 0..<picture.width {
                let pixel = picture[column, row]
                if pixel == (0xDC, 0xEA, 0xF7, 255) { blue += 1 }
                if pixel.red < 0xFA && pixel.red > 0xE4 && pixel.blue > 0xE4 { frame += 1 }
            }
        }
        // The box "add" is filled with its colour.
        #expect(blue > 200)
        #expect(frame > 1000)
    }

    @Test func directionTurnsIt() {
        var chain = Diagram()
        for name in ["a", "b", "c", "d", "e"] { chain.add(.init([name])) }
        for place in 0..<4 { chain.connect(place, place + 1) }
        let down = chain.figure
        chain.direction = .right
        let right = chain.figure
        #expect(down.height > 2 * down.width && right.width > 2 * right.height)
    }

    @Test func nothingAndOneBox() {
        #expect(Diagram().figure.png().count > 50)
        var diagram = Diagram()
        diagram.add(.init([]))
        #expect(diagram.figure.width >= 20)
    }
}
