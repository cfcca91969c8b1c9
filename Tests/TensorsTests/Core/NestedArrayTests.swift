import Tensors
import Testing

/// Tensors from nested arrays and literals.
@Suite struct NestedArrayTests {
    @Test func literalsMixIntegersAndDecimals() {
        let cube = Tensor([[[0.0, 1000], [1000, 0], [0, 1000]]])
        #expect(cube.shape == [1, 3, 2] && cube.dtype == .float32)
        #expect(cube.scalars == [0, 1000, 1000, 0, 0, 1000])
        #expect(Tensor([1, 0.5]).scalars == [1, 0.5])
        #expect(Tensor([[1, 0.5]]).scalars == [1, 0.5])
        #expect(Tensor([[[[1, -2], [0.5, 3]]]]).shape == [1, 1, 2, 2])
        let deep = Tensor([[[[[1, 0.5], [2, 3]]]]])
        #expect(deep.shape == [1, 1, 1, 2, 2] && deep.dtype == .float32 && deep.scalars == [1, 0.5, 2, 3])
        let x = 2.0
        #expect(Tensor([[x, 1], [0, -x]]).scalars == [2, 1, 0, -2])
    }

    @Test func typesFollowTheArray() {
        #expect(Tensor([1, 2]).dtype == .int32)
        #expect(Tensor([1, 0.5]).dtype == .float32)
        #expect(Tensor([[1, 2]]).dtype == .float32)
        #expect(Tensor([[[1, 2]]]).dtype == .float32)
        #expect(Tensor([[[[1, 2]]]]).dtype == .float32)
        #expect(Tensor([[0.1]], dtype: .float64).item() == 0.1)
    }

    @Test func variablesOfEveryDepth() {
        let integers = [[1, 2], [3, 4]], floats = [[[1.5, 2]]] as [[[Float]]], doubles = [[[[0.1, 2]]]]
        #expect(Tensor(integers).dtype == .int32 && Tensor(integers).ints == [1, 2, 3, 4])
        #expect(Tensor([integers, integers]).shape == [2, 2, 2])
        #expect(Tensor([[integers]]).shape == [1, 1, 2, 2])
        #expect(Tensor([[1 << 40]] as [[Int]], dtype: .int64).ints == [1 << 40])
        #expect(Tensor(floats).shape == [1, 1, 2] && Tensor(floats).scalars == [1.5, 2])
        #expect(Tensor(doubles, dtype: .float64).doubles == [0.1, 2])
        #expect(Tensor([[true, false]]).dtype == .bool)
        #expect(Tensor([[7]] as [[UInt8]]).dtype == .uint8)
        #expect(Tensor([[7]] as [[Int64]]).dtype == .int64)
        #expect(Tensor([[7]] as [[Int32]]).dtype == .int32)
    }

    @Test func emptyArrays() {
        #expect(Tensor([] as [[Double]]).shape == [0, 0])
        #expect(Tensor([] as [[[Double]]]).shape == [0, 0, 0])
        #expect(Tensor([[], []] as [[Int]]).shape == [2, 0])
        #expect(([[]] as Tensor).shape == [1, 0])
    }

    @Test func raggedRowsAreNamed() async {
        let matrix = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([[1, 2], [3, 4], [5]])
        }
        expect(matrix, says: "ShapeError in Tensor: row 2 has 1 element, but row 0 has 2")
        let cube = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([[[1], [2]], [[3], [4, 5]]] as [[[Int]]])
        }
        expect(cube, says: "row [1, 1] has 2 elements, but row [0, 0] has 1; give all rows")
        let literal = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = [[1, 2], [3]] as Tensor
        }
        expect(literal, says: "row 1 has 1 element, but row 0 has 2")
        let number = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = [[1, 2], 3] as Tensor
        }
        expect(number, says: "element 1 is a number, but others beside it are arrays")
        let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = [1, [2]] as Tensor
        }
        expect(row, says: "element 1 is an array, but others beside it are numbers")
    }

    private func expect(_ result: ExitTest.Result?, says part: String) {
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains(part), "\(text)")
    }
}
