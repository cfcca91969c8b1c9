import Foundation
import Notebook
import Testing

@Suite struct MimeBundleTests {
    struct Board: Displayable, CustomStringConvertible {
        var description: String { "a board" }
        var mimeBundle: MimeBundle { .html("<b>board</b>") }
    }

    @Test func aDisplayableValueKeepsItsRichFormAndGainsItsDescription() {
        let bundle = MimeBundle(describing: Board())
        #expect(bundle.contents["text/html"] == .text("<b>board</b>"))
        #expect(bundle.plainText == "a board")
    }

    @Test func otherValuesAreDescribed() {
        #expect(MimeBundle(describing: 7).plainText == "7")
        #expect(MimeBundle(describing: [1, 2]).plainText == "[1, 2]")
        #expect(MimeBundle(describing: "a\n").plainText == "\"a\\n\"")
        #expect(MimeBundle(describing: Int?.none as Any).plainText == "nil")
    }

    @Test func aPictureHasASizeInCSSPixels() {
        let bundle = MimeBundle.png(Data([1, 2]), width: 30, height: 20, alternative: "dots")
        #expect(bundle.contents["image/png"] == .binary(Data([1, 2])))
        #expect(bundle.sizes["image/png"] == .init(width: 30, height: 20))
        #expect(bundle.plainText == "dots")
    }
}
