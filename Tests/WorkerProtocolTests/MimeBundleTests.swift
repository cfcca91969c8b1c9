import Foundation
import Testing
import WorkerProtocol

@Suite struct MimeBundleTests {
    @Test func aPictureHasASizeInCSSPixels() {
        let bundle = MimeBundle.png(Data([1, 2]), width: 30, height: 20, alternative: "dots")
        #expect(bundle.contents["image/png"] == .binary(Data([1, 2])))
        #expect(bundle.sizes["image/png"] == .init(width: 30, height: 20))
        #expect(bundle.plainText == "dots")
    }
}
