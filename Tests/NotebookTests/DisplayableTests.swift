import Notebook
import Testing

@Suite struct DisplayableTests {
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
}
