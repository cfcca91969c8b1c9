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
        expect(tensors["uint64"], .int64, [2], [5, 0])
        expect(tensors["int8"], .int32, [2], [-128, 127])
        expect(tensors["uint16"], .int32, [1], [65535])
        expect(tensors["big endian half"], .float32, [2], [0.5, -2])
        expect(tensors["big endian doubles"], .float64, [1, 2], [0.1, -3])
        // Element [i, j, k] is 100 i + 10 j + k.
        expect(
            tensors["columns of a cube"], .float32, [2, 2, 3],
            [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112])
        expect(tensors["columns of nothing"], .int32, [0, 3], [])
        expect(tensors["half number"], .float32, [], [1.5])
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

    /// What tensors cannot hold is told, not guessed.
    @Test func numbersBeyondOurs() throws {
        for (name, message) in [
            ("numpy_large.npy", "has integers beyond the 64 bits with sign of int64"),
            ("numpy_complex.npy", "has elements of type <c8; convert them in NumPy"),
        ] {
            let error = #expect(throws: NumPyFileError.self) {
                try NumPyFile.load(from: fixtures.appending(path: name).path())
            }
            #expect(error?.message.contains(message) == true)
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
