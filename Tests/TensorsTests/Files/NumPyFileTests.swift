import Foundation
import Tensors
import Testing

/// Files that NumPy wrote (Tests/Fixtures/make.py) are read, and ours are those that NumPy would write.
@Suite struct NumPyFileTests {
    private let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures")

    private func withFile<R>(_ body: (String) throws -> R) throws -> R {
        let path = FileManager.default.temporaryDirectory.appending(path: "numpy-\(UUID())").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private func expect(_ tensor: Tensor?, _ dtype: DType, _ shape: Shape, _ values: [Double]) {
        #expect(tensor?.dtype == dtype)
        #expect(tensor?.shape == shape)
        #expect(tensor?.doubles == values)
    }

    @Test(arguments: ["numpy.npz", "numpy_compressed.npz"])
    func archivesOfNumPy(_ name: String) throws {
        let tensors = try NumPyFile.loadArchive(from: fixtures.appending(path: name).path())
        expect(tensors["float32"], .float32, [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25])
        expect(tensors["float64"], .float64, [2], [0.1, -.infinity])
        expect(tensors["int32"], .int32, [2, 1], [1, -2])
        #expect(tensors["int64"]?.ints == [1 << 62, -5])
        expect(tensors["uint8"], .uint8, [2], [0, 255])
        expect(tensors["bool"], .bool, [2], [1, 0])
        expect(tensors["number"], .float32, [], [7])
        expect(tensors["empty"], .float32, [0, 4], [])
        guard name == "numpy_compressed.npz" else { return }
        expect(tensors["columns"], .float32, [2, 3], [0, 1, 2, 3, 4, 5])
        expect(tensors["big endian"], .int32, [3], [1, -2, 300])
        expect(tensors["half"], .float32, [2], [0.5, -2])
        expect(tensors["int16"], .int32, [2], [-300, 5])
        expect(tensors["uint32"], .int64, [1], [4_294_967_295])
        #expect(tensors["zeros"]?.shape == [50, 40])
    }

    @Test func aSavedTensorIsNumPysFile() throws {
        let path = fixtures.appending(path: "numpy.npy").path()
        let tensor = try NumPyFile.load(from: path)
        expect(tensor, .float32, [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25])
        try withFile { copy in
            try NumPyFile.save(tensor, to: copy)
            #expect(FileManager.default.contents(atPath: copy) == FileManager.default.contents(atPath: path))
        }
    }

    @Test func whatIsSavedIsLoaded() throws {
        let tensors: [String: Tensor] = [
            "ü/w": .normal([3, 4]), "labels": Tensor([1, 2] as [Int64]), "mask": Tensor([true, false]),
            "one": Tensor(7),
            "empty": .zeros([0, 2], dtype: .float64), "row": Tensor([1, 2, 3] as [UInt8]),
        ]
        try withFile { path in
            try NumPyFile.saveArchive(tensors, to: path)
            let loaded = try NumPyFile.loadArchive(from: path)
            #expect(Set(loaded.keys) == Set(tensors.keys))
            for (name, tensor) in tensors { expect(loaded[name], tensor.dtype, tensor.shape, tensor.doubles) }
        }
        try withFile { path in
            try NumPyFile.saveArchive([:], to: path)
            #expect(try NumPyFile.loadArchive(from: path).isEmpty)
        }
    }

    @Test(arguments: ["numpy.npz", "numpy_compressed.npz", "numpy.npy"])
    func everyTruncationIsAnErrorAndNoneACrash(_ name: String) throws {
        let whole = try Data(contentsOf: fixtures.appending(path: name))
        try withFile { path in
            for length in stride(from: 0, to: whole.count, by: 7) {
                try whole.prefix(length).write(to: URL(filePath: path))
                #expect(throws: NumPyFileError.self) {
                    _ = try name.hasSuffix("y") ? ["": NumPyFile.load(from: path)] : NumPyFile.loadArchive(from: path)
                }
            }
        }
    }

    @Test func aChangedByteIsNoticed() throws {
        var data = try Data(contentsOf: fixtures.appending(path: "numpy.npz"))
        let middle = try #require(data.firstRange(of: Data([0, 0, 0xa0, 0x3f])))  // 1.25
        data[middle.lowerBound] = 1
        try withFile { path in
            try data.write(to: URL(filePath: path))
            let error = #expect(throws: NumPyFileError.self) { try NumPyFile.loadArchive(from: path) }
            #expect(error?.description.contains("is damaged within float32.npy") == true)
        }
    }
}
