import Foundation
import Tensors

/// Numbers and texts that PyTorch and Keras computed (Tests/Fixtures/make_networks.py says how).
enum Fixture {
    struct Numbers: Decodable {
        let shape: [Int]
        let values: [Double]
        var tensor: Tensor { Tensor(values, shape: Shape(shape)) }
    }

    static func load<T: Decodable>(_ file: String, as type: T.Type = T.self) throws -> T {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try JSONDecoder().decode(T.self, from: Data(contentsOf: folder.appending(path: "Fixtures/\(file).json")))
    }
}

/// A file name of its own in a folder for such.
func temporaryPath(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)-\(name)").path
}

/// The text of an error.
func text(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
}
