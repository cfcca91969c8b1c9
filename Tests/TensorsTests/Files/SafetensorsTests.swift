import Foundation
import Tensors
import Testing

@Suite struct SafetensorsTests {
    private func withFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "safetensors-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    @Test func whatIsSavedIsLoaded() throws {
        try withFolder { folder in
            let path = folder.appending(path: "a.safetensors").path()
            let tensors: [String: Tensor] = [
                "conv2d.w": .normal([3, 3, 1, 6]),
                "ü \"quoted\"": Tensor([1.5, .infinity] as [Double], dtype: .float64),
                "labels": Tensor([1, -2] as [Int32]), "bytes": Tensor([1, 2, 3] as [UInt8]),
                "mask": Tensor([true, false]),
                "scalar": Tensor(7), "empty": .zeros([0, 4]),
            ]
            try Safetensors.save(tensors, to: path, metadata: ["note": "a/b"])
            let loaded = try Safetensors.load(from: path)
            #expect(Set(loaded.keys) == Set(tensors.keys))
            for (name, tensor) in tensors {
                #expect(loaded[name]?.shape == tensor.shape)
                #expect(loaded[name]?.dtype == tensor.dtype)
                #expect(loaded[name]?.doubles == tensor.doubles)
            }
            #expect(try Safetensors.metadata(of: path) == ["note": "a/b"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["a.safetensors"])
        }
    }

    /// The bytes that the format's own library writes for {"b": float32 [1, 2], "a": int32 [[3]]}.
    @Test func readsTheReferenceLayout() throws {
        try withFolder { folder in
            let header =
                #"{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"I32","shape":[1,1],"data_offsets":[8,12]}}"#
            var data = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
            data += header.utf8
            data += [0, 0, 128, 63, 0, 0, 0, 64, 3, 0, 0, 0]
            let file = folder.appending(path: "reference.safetensors")
            try data.write(to: file)
            let loaded = try Safetensors.load(from: file.path())
            #expect(loaded["b"]?.doubles == [1, 2])
            #expect(loaded["a"]?.ints == [3])
            #expect(loaded["a"]?.shape == [1, 1])
        }
    }

    /// Numbers of a type that tensors do not have: their bits, their values, and the type that they become.
    struct OtherType: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let values: [Double]
        let dtype: DType
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ values: [Double], _ dtype: DType = .float32) {
            (self.name, self.bytes, self.values, self.dtype) = (name, bytes, values, dtype)
        }
    }

    // Worked out by hand; the last but one is the least number of the type, the last its infinity or largest.
    static let otherTypes: [OtherType] = [
        OtherType("F16", [0x00, 0x3C, 0x00, 0xC1, 0x01, 0x00, 0x00, 0x7C], [1, -2.5, 0x1p-24, .infinity]),
        OtherType("BF16", [0x80, 0x3F, 0x20, 0xC0, 0x01, 0x00, 0x80, 0xFF], [1, -2.5, 0x1p-133, -.infinity]),
        OtherType("F8_E4M3", [0x38, 0xC2, 0x01, 0x7E], [1, -2.5, 0x1p-9, 448]),
        OtherType("F8_E5M2", [0x3C, 0xC1, 0x01, 0x7C], [1, -2.5, 0x1p-16, .infinity]),
        OtherType("F16", [0x01, 0x7C], [.nan]), OtherType("BF16", [0x81, 0x7F], [.nan]),
        OtherType("F8_E4M3", [0x7F, 0xFF], [.nan, .nan]), OtherType("F8_E5M2", [0x7E], [.nan]),
        OtherType("I8", [0x80, 0x7F], [-128, 127], .int32),
        OtherType("I16", [0, 0x80, 255, 255], [-32768, -1], .int32),
        OtherType("U16", [255, 255], [65535], .int32), OtherType("U32", [255, 255, 255, 255], [4_294_967_295], .int64),
        OtherType("U64", [1, 0, 0, 0, 0, 0, 0, 0], [1], .int64), OtherType("BOOL", [0, 1, 7], [0, 1, 1], .bool),
    ]

    @Test(arguments: otherTypes) func otherTypesBecomeWiderOnes(_ type: OtherType) throws {
        try withFolder { folder in
            let entry = "{\"dtype\":\"\(type.name)\",\"shape\":[\(type.values.count)],"
            let header = "{\"w\":\(entry)\"data_offsets\":[0,\(type.bytes.count)]}}"
            var data = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
            data += Data(header.utf8) + Data(type.bytes)
            let file = folder.appending(path: "other.safetensors")
            try data.write(to: file)
            let loaded = try #require(try Safetensors.load(from: file.path())["w"])
            #expect(loaded.dtype == type.dtype)
            #expect(zip(loaded.doubles, type.values).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
            #expect(loaded.count == type.values.count)
        }
    }

    @Test func everyTruncationIsAnErrorAndNoneACrash() throws {
        try withFolder { folder in
            let file = folder.appending(path: "whole.safetensors")
            try Safetensors.save(["w": .ones([4, 4]), "b": .zeros([4])], to: file.path())
            let whole = try Data(contentsOf: file)
            let cut = folder.appending(path: "cut.safetensors")
            for length in 0..<whole.count {
                try whole.prefix(length).write(to: cut)
                #expect(throws: SafetensorsError.self) { try Safetensors.load(from: cut.path()) }
            }
        }
    }

    @Test(arguments: [
        (#"{"w":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}"#, "elements of type F99"),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "needs 8 bytes"),
        (#"{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "is not possible"),
        (#"{"w":{"dtype":"F32","shape":[2000000000,2000000000,2000000000],"data_offsets":[0,4]}}"#, "is not possible"),
        (#"{"w":{"dtype":"U8","shape":[2147483647,2147483647,0],"data_offsets":[0,0]}}"#, "is not possible"),
        (#"{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}"#, "needs 2 bytes"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "truncated"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, "its place is"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, "its place is"),
        (#"{"w":5}"#, "no valid list of tensors"), ("nonsense", "no valid list of tensors"),
    ])
    func damageIsNamed(header: String, message: String) throws {
        try withFolder { folder in
            var data = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
            data += Data(header.utf8) + Data([0, 0, 0, 0])
            let file = folder.appending(path: "damaged.safetensors")
            try data.write(to: file)
            let error = #expect(throws: SafetensorsError.self) { try Safetensors.load(from: file.path()) }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
    }

    @Test func aFailedSaveLeavesNothingBehind() throws {
        try withFolder { folder in
            let taken = folder.appending(path: "taken")
            try FileManager.default.createDirectory(
                at: taken.appending(path: "inside"), withIntermediateDirectories: true)
            #expect(throws: SafetensorsError.self) { try Safetensors.save(["w": Tensor(1)], to: taken.path()) }
            let error = #expect(throws: SafetensorsError.self) {
                try Safetensors.save(["w": Tensor(1)], to: folder.path() + "/none/w")
            }
            #expect(
                error?.message == "cannot be written: the folder \(folder.path())/none does not exist; create it first")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["taken"])
        }
    }
}
