import Datasets
import Networks
import Notebook
import Swiftlet
import Tensors
import Testing

/// What a list of variables tells of the library's own values.
@Suite struct InspectionsTests {
    @Test func aTensorTellsShapeTypeAndSize() {
        let inspection = Tensor.zeros([100, 30]).inspection
        #expect(inspection.text == "[100, 30] float32" && inspection.bytes == 12000)
        #expect(Tensor([1, 2, 3] as [Float]).inspection.text == "[1. 2. 3.], [3] float32")
    }

    @Test func aTensorsPartsAreItsStatistics() {
        let parts = Tensor([1, 2, 6] as [Float]).inspection.parts()
        #expect(
            parts.map { "\($0.name) \($0.value)" } == ["shape [3]", "dtype float32", "mean 3.0", "min 1.0", "max 6.0"])
        #expect(Tensor.zeros([0, 3]).inspection.parts().map(\.name) == ["shape", "dtype"])
    }

    @Test func aNetworkTellsItsShapesAndWeights() throws {
        let network = try Sequential("lenet", input: [4]) { Dense(3) }
        #expect(
            network.inspection.text == "lenet (Sequential): [4] → [3], 15 parameters" && network.inspection.bytes == 60)
        #expect(network.inspection.parts().map(\.name) == ["dense.kernel", "dense.bias"])
        #expect(Dense(3).inspection.bytes == 0)
    }
}
