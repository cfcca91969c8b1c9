import Plots
import Testing

@Suite struct ColormapTests {
    /// Hexadecimal colours that matplotlib 3.11 gives for viridis, RdBu_r and Blues.
    @Test(arguments: [
        (Colormap.viridis, 0.0, 0x440154 as UInt32), (.viridis, 0.5, 0x21918C), (.viridis, 1, 0xFDE725),
        (.viridis, 0.3, 0x35608D),
        (.diverging, 0, 0x053061), (.diverging, 0.5, 0xF7F6F6), (.diverging, 1, 0x67001F), (.diverging, 0.25, 0x6AACD0),
        (.blues, 0, 0xF7FBFF), (.blues, 1, 0x08306B), (.blues, 0.75, 0x2070B4),
    ]) func coloursAreMatplotlibs(map: Colormap, fraction: Double, hex: UInt32) {
        let (red, green, blue) = map.color(at: fraction).bytes
        let expected = Color(hex).bytes
        for (found, wanted) in [(red, expected.red), (green, expected.green), (blue, expected.blue)] {
            #expect(abs(Int(found) - Int(wanted)) <= 4)
        }
    }

    @Test func numbersOutsideTakeTheEndsAndMissingOnesAreGrey() {
        #expect(Colormap.gray.color(at: -3) == .black)
        #expect(Colormap.gray.color(at: 7) == .white)
        #expect(Colormap.viridis.color(at: .nan) == .gray(0.5))
    }
}
