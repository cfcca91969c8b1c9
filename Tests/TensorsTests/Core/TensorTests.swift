import Tensors
import Testing

@Suite struct TensorTests {
    @Test func literalsAndInitialisers() {
        let matrix: Tensor = [[1, 2, 3], [4, 5, 6.5]]
        #expect(matrix.shape == [2, 3])
        #expect(matrix.dtype == .float32)
        #expect(matrix.scalars == [1, 2, 3, 4, 5, 6.5])
        #expect(Tensor([[1, 2], [3, 4]]).shape == [2, 2])
        #expect(([] as Tensor).shape == [0])
        #expect(Tensor.eye(3).scalars == [1, 0, 0, 0, 1, 0, 0, 0, 1])
        #expect(Tensor.linspace(from: 0, to: 1, count: 5).scalars == [0, 0.25, 0.5, 0.75, 1])
        #expect(Tensor.linspace(from: 3, to: 5, count: 1).scalars == [3])
        #expect(Tensor.arange(1, 2, by: 0.25).scalars == [1, 1.25, 1.5, 1.75])
        #expect(Tensor.arange(3).ints == [0, 1, 2])
        #expect(Tensor.full([2], 7, dtype: .int32).ints == [7, 7])
        #expect(Tensor.oneHot(Tensor([2, 0] as [Int32]), classes: 3).scalars == [0, 0, 1, 1, 0, 0])
    }

    @Test func conversionsCutAndSaturate() {
        let x = Tensor([1.9, -1.9, 300, -5, .nan, .infinity] as [Float])
        #expect(x.converted(to: .int32).ints == [1, -1, 300, -5, 0, Int(Int32.max)])
        #expect(x.converted(to: .uint8).ints == [1, 0, 255, 0, 0, 255])
        #expect(Tensor([0, 2, -1] as [Float]).converted(to: .bool).ints == [0, 1, 1])
        let single = Tensor([0.1] as [Double]).tracked()
        #expect(grad(single.converted(to: .float64).squared().sum(), of: single).dtype == .float32)
    }

    @Test func typesArePromoted() {
        let ints = Tensor([1, 2, 3] as [Int32]), bytes = Tensor([250, 10, 0] as [UInt8])
        #expect((ints + ints).dtype == .int32)
        #expect((bytes + bytes).ints == [500, 20, 0])
        #expect((ints / ints).dtype == .float32)
        #expect((ints * 0.5).doubles == [0.5, 1, 1.5])
        #expect((ints * Tensor.ones([3], dtype: .float64)).dtype == .float64)
        #expect((-ints).ints == [-1, -2, -3])
        #expect((ints .== Tensor([1, 0, 3] as [Int32])).sum().ints == [2])
        #expect(ints.mean().item() == 2)
        #expect(ints.max().dtype == .int32)
    }

    @Test func comparisonsGiveTruthValues() {
        let x: Tensor = [1, 2, 3], y: Tensor = [3, 2, 1]
        #expect((x .< y).ints == [1, 0, 0])
        #expect((x .<= y).ints == [1, 1, 0])
        #expect((x .> y).ints == [0, 0, 1])
        #expect((x .>= 2).ints == [0, 1, 1])
        #expect((x .!= 2).ints == [1, 0, 1])
        #expect((x .== 2).any() && !(x .== 2).all())
        #expect((Tensor([.nan]) .== Tensor([.nan])).ints == [0])
    }

    @Test func slices() {
        let t = Tensor.arange(24).reshaped(to: [2, 3, 4])
        #expect(t[1].shape == [3, 4])
        #expect(t[1, 2, 3].ints == [23])
        #expect(t[-1, -1, -1].ints == [23])
        #expect(t[0..<1, 1].ints == [4, 5, 6, 7])
        #expect(t[Slice.all, 0, 2...].ints == [2, 3, 14, 15])
        #expect(t[0, Slice.every(2), ..<2].ints == [0, 1, 8, 9])
        #expect(t[0, 0, Slice.reversed].ints == [3, 2, 1, 0])
        #expect(t[0, 0, 1...2].ints == [1, 2])
        #expect(t[0, 1..<1].shape == [0, 4])
    }

    @Test func emptyTensorsAndSingleElements() {
        let empty = Tensor.zeros([0, 3])
        #expect((empty + Tensor.ones([3])).shape == [0, 3])
        #expect(empty.sum().item() == 0)
        #expect(empty.sum(axes: 0).scalars == [0, 0, 0])
        #expect(empty.mean().item().isNaN)
        #expect(empty.transposed().shape == [3, 0])
        #expect(empty.matmul(.ones([3, 2])).shape == [0, 2])
        #expect(Tensor.zeros([2, 0]).matmul(.zeros([0, 3])).scalars == [0, 0, 0, 0, 0, 0])
        #expect(Tensor.concatenate([empty, .ones([1, 3])]).scalars == [1, 1, 1])
        #expect(empty.softmax(axis: 1).shape == [0, 3])
        let one = Tensor([5]).reshaped(to: [1, 1])
        #expect((one * one).item() == 25)
        #expect(one.squeezed().shape == [])
        #expect(one.argMax().ints == [0])
    }

    @Test func nanAndInfinityPassThrough() {
        let x = Tensor([.nan, .infinity, -.infinity, 1] as [Float])
        #expect(x.max().item().isNaN && x.min().item().isNaN)
        #expect(x.relu().scalars[0].isNaN && x.relu().scalars[1] == .infinity && x.relu().scalars[2] == 0)
        #expect(x.tanh().scalars[1...] == [1, -1, tanh(Tensor(1)).scalars[0]])
        #expect(maximum(x, Tensor([0])).scalars[0].isNaN)
        #expect(x.argMax().ints == [0])
        #expect((x + 1).scalars[2] == -.infinity)
        #expect(Tensor([1000, 1000]).softmax().scalars == [0.5, 0.5])
        #expect(Tensor([-1000, 1000]).sigmoid().scalars == [0, 1])
        #expect(Tensor([-100, 100]).softplus().scalars[1] == 100)
        #expect(log(Tensor([0, -1])).scalars[0] == -.infinity)
        // A long row, so that every vector lane is met.
        for place in [0, 15, 16, 99] {
            var values = [Float](repeating: 1, count: 100)
            values[place] = .nan
            #expect(Tensor(values).max().item().isNaN)
        }
    }

    @Test func reductionsOfAllSizes() {
        // Sums of integers are exact in Float32 while they stay below 2²⁴: any wrong element shows.
        for (outer, n, inner) in [
            (1, 1, 1), (3, 17, 1), (2, 5000, 1), (3, 7, 5), (2, 1000, 3), (1, 300, 256), (2, 70, 300), (1, 130, 513),
        ] {
            let values = (0..<outer * n * inner).map { Float(($0 * 7919) % 31 - 15) }
            let x = Tensor(values, shape: [outer, n, inner])
            var sums = [Float](repeating: 0, count: outer * inner)
            var largest = [Float](repeating: -.infinity, count: outer * inner)
            for o in 0..<outer {
                for i in 0..<n {
                    for j in 0..<inner {
                        let value = values[(o * n + i) * inner + j]
                        sums[o * inner + j] += value
                        largest[o * inner + j] = max(largest[o * inner + j], value)
                    }
                }
            }
            #expect(x.sum(axes: 1).scalars == sums)
            #expect(x.max(axes: 1).scalars == largest)
            #expect(x.min(axes: 1).scalars == (-x).max(axes: 1).scalars.map { -$0 })
        }
    }

    @Test func longSumsStayAccurate() {
        // 0.1 a million times: naive single precision gives 100958.
        #expect(abs(Tensor.full([1_000_000], 0.1).sum().item() - 100_000) < 0.02)
    }

    @Test func transpositionsOfAllSizes() {
        for shape in [[2, 3, 4], [17, 33, 5], [1, 40, 16], [8, 1, 9]] as [Shape] {
            let x = Tensor.arange(shape.elementCount).reshaped(to: shape)
            for order in [[0, 2, 1], [1, 0, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
                let moved = x.transposed(order)
                for place in stride(from: 0, to: x.count, by: 7) {
                    let index = [place / (shape[1] * shape[2]), place / shape[2] % shape[1], place % shape[2]]
                    #expect(moved[index[order[0]], index[order[1]], index[order[2]]].ints == [place])
                }
            }
        }
    }

    @Test func broadcastsOfAllKinds() {
        let x = Tensor.arange(0, 60).reshaped(to: [3, 4, 5])
        for other in [[5], [4, 1], [3, 1, 1], [1, 4, 5], [3, 1, 5], [1, 1, 1], [2, 3, 4, 5]] as [Shape] {
            let y = Tensor.arange(0, Double(other.elementCount)).reshaped(to: other)
            let shape: Shape = other.rank == 4 ? other : [3, 4, 5]
            #expect((x - y).scalars == zip(x.broadcast(to: shape).scalars, y.broadcast(to: shape).scalars).map(-))
            #expect((y - x).scalars == zip(y.broadcast(to: shape).scalars, x.broadcast(to: shape).scalars).map(-))
        }
        let wide = Tensor.arange(0, 200).reshaped(to: [2, 100])
        #expect(
            (wide - Tensor.arange(0, 100)).scalars == Array(repeating: 0, count: 100)
                + Array(repeating: 100, count: 100))
        #expect((wide - Tensor([[0], [100]])).scalars == (0..<200).map { Float($0 % 100) })
    }

    @Test func buffersAreAlignedAndUsedAgain() {
        for bytes in [1, 64, 65, 256, 257, 1000, 4097, 1 << 20, 3 << 20, (1 << 30) + 1] {
            let (index, size) = BufferPool.sizeClass(bytes)
            #expect(size >= bytes && size % 64 == 0 && index < 160)
            #expect(size <= max(64 * ((bytes + 63) / 64), bytes + bytes / 4 + 64))
        }
        let (below, above) = (BufferPool.sizeClass(1280), BufferPool.sizeClass(1281))
        #expect(above.index == below.index + 1 && below.size == 1280)
        #expect(UInt(bitPattern: Tensor.ones([3]).storage.address) % 64 == 0)
    }

    @Test func shapesAreCollections() {
        let shape: Shape = [64, 28, 28, 1]
        #expect("\(shape)" == "[64, 28, 28, 1]")
        #expect(shape.elementCount == 64 * 28 * 28)
        #expect(Array(shape) == [64, 28, 28, 1])
        #expect(Shape(Array(shape.dropFirst())) == [28, 28, 1])
        #expect(shape.removing(at: 0) == [28, 28, 1] && shape.inserting(3, at: 4) == [64, 28, 28, 1, 3])
        #expect(Set([shape, [64, 28, 28, 1], [1]]).count == 2)
        #expect(Shape([2]) != Shape([2, 0]))
    }
}
