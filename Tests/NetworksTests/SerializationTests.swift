import Architectures
import Foundation
import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct SerializationTests {
        @Test func roundTrip() throws {
            let path = temporaryPath("cnn.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            let (first, second) = (try Sequential.leNet5(), try Sequential.leNet5())
            let x = Tensor.uniform([2, 28, 28, 1])
            #expect(first(x).scalars != second(x).scalars)
            try first.save(to: path)
            try second.load(from: path)
            #expect(first(x).scalars == second(x).scalars)
            #expect(
                try Safetensors.load(from: path).keys.sorted() == [
                    "conv2d.bias", "conv2d.kernel", "conv2d_1.bias", "conv2d_1.kernel", "dense.bias", "dense.kernel",
                    "dense_1.bias",
                    "dense_1.kernel", "dense_2.bias", "dense_2.kernel",
                ])
            // What was loaded can be trained on.
            second.parameters.forEach { #expect($0.value.isTracked) }
        }

        @Test func networkThatDoesNotFitStaysAsItWas() throws {
            let path = temporaryPath("mlp.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Sequential("mlp", input: [3]) {
                Dense(4)
                Dense(2, name: "head")
            }.save(to: path)
            let other = try Sequential("other", input: [3]) {
                Dense(5)
                Dense(2)
            }
            let before = other.parameters.map(\.value.scalars)
            #expect(
                text { try other.load(from: path) }
                    == "ShapeError in other: load: \(path) does not fit: the file lacks dense_1.kernel [5, 2], dense_1.bias [2]; the network lacks head.bias [2], head.kernel [4, 2]; dense.kernel is [3, 4] in the file and [3, 5] in the network; dense.bias is [4] in the file and [5] in the network; build the network as it was when it was saved"
            )
            #expect(other.parameters.map(\.value.scalars) == before)
        }

        @Test func aNewHeadOnWhatWasLearnt() throws {
            let path = temporaryPath("base.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            func network(_ classes: Int, first: Int = 4) throws -> Sequential {
                try Sequential("net", input: [3]) {
                    Dense(first, name: "hidden")
                    Dense(classes, name: "head")
                }
            }
            let old = try network(2)
            try old.save(to: path)
            let (loaded, copied) = (try network(5), try network(5))
            let head = loaded["head"].parameterValues.map(\.doubles)
            #expect(try loaded.load(from: path, partially: true) == ["hidden.kernel", "hidden.bias"])
            #expect(loaded["hidden"].parameterValues.map(\.doubles) == old["hidden"].parameterValues.map(\.doubles))
            #expect(loaded["head"].parameterValues.map(\.doubles) == head)
            #expect(try copied.copyParameters(from: old) == ["hidden.kernel", "hidden.bias"])
            #expect(copied["hidden"].parameterValues.map(\.doubles) == old["hidden"].parameterValues.map(\.doubles))
            let other = try network(5, first: 7)
            #expect(
                text { try other.copyParameters(from: old) }.contains(
                    "nothing of net fits: hidden.kernel is [3, 4] in net and [3, 7] in the network"))
        }

        @Test func networkThatIsNotBuilt() throws {
            let path = temporaryPath("mlp.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            func network() -> Sequential { Sequential(name: "mlp", layers: [Dense(4), Dense(2)]) }
            let saved = network()
            _ = saved(.zeros([1, 3]))
            try saved.save(to: path)
            let other = network()
            #expect(
                text { try other.load(from: path) }
                    == "ValueError in mlp: load: the network is not built yet: its parameters have no shapes; give it an input: shape, call prepare with the shape of an example, or call it once, before"
            )
            try other.prepare([3])
            #expect(try other.load(from: path).count == 4)
            #expect(
                text { try Sequential("none", input: [3]) { Flatten() }.load(from: path) }.contains(
                    "the network has no parameters; add layers with weights"))
        }

        /// Published weights are mostly of half precision.
        @Test func weightsOfHalfPrecision() throws {
            let path = temporaryPath("half.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            let header =
                #"{"bias":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]},"kernel":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}}"#
            var file = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
            file += Data(header.utf8) + Data([0x00, 0x3C, 0x00, 0xC1, 0x80, 0x3F])
            try file.write(to: URL(filePath: path))
            let dense = Dense(1)
            try dense.prepare([2])
            try dense.load(from: path)
            #expect(dense.parameterValues.map(\.doubles) == [[1, -2.5], [1]])
        }

        @Test func fileThatIsMissing() throws {
            let network = try Sequential(input: [3]) { Dense(4) }
            #expect(throws: SafetensorsError.self) { try network.load(from: "/nowhere/at/all.safetensors") }
        }
    }
}
