import Tensors
import TestSupport
import Testing

@Suite struct PrintingTests {
    struct Printed: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let dtype: String
        let tensor: Fixture.Numbers
        let text: String
        var testDescription: String { name }
    }

    @Test(arguments: try Fixture.load("printing") as [Printed])
    func printsAsNumPyDoes(_ printed: Printed) throws {
        let dtype = try #require(DType.allCases.first { "\($0)" == printed.dtype })
        let tensor = printed.tensor.tensor.converted(to: dtype)
        #expect("\(tensor)" == printed.text)
    }

    @Test func singleNumbers() {
        #expect("\(Tensor(3.5))" == "3.5")
        #expect("\(Tensor(0.1))" == "0.1")
        #expect("\(Tensor([7] as [Int32], shape: []))" == "7")
    }
}
