import Architectures
import Foundation
import Networks
import Tensors
import Testing

extension ArchitecturesTests {
    @Suite struct WeightsTests {
        private func network(classes: Int = 10, width: Double = 0.125, weights: String? = nil) throws -> Sequential {
            try .resNet18(input: [32, 32, 3], classes: classes, width: width, weights: weights)
        }

        private func withPath(_ body: (String) throws -> Void) rethrows {
            let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try body(path)
        }

        /// Moving averages as well: training changes them before the network is saved.
        @Test func savedAndLoaded() throws {
            try withPath { path in
                let x = Tensor.normal([4, 32, 32, 3])
                let first = try network()
                _ = training { first(x) }
                try first.save(to: path)
                #expect(try network()(x).scalars != first(x).scalars)
                #expect(try network(weights: path)(x).scalars == first(x).scalars)
            }
        }

        @Test func fileThatDoesNotFit() throws {
            try withPath { path in
                try network().save(to: path)
                let error = #expect(throws: ShapeError.self) { _ = try network(classes: 5, weights: path) }
                #expect(
                    "\(try #require(error))".contains(
                        "dense.kernel is [64, 10] in the file and [64, 5] in the network"))
                try Safetensors.save(["dense.bias": .zeros([10])], to: path)
                let missing = #expect(throws: ShapeError.self) { _ = try network(weights: path) }
                #expect("\(try #require(missing))".contains("the file lacks conv2d.kernel [7, 7, 3, 8]"))
            }
            #expect(throws: SafetensorsError.self) { _ = try network(weights: "nowhere.safetensors") }
        }

        /// A base that was trained with its classifier is loaded by itself: the layers below have the same names.
        @Test func baseForAnotherClassifier() throws {
            try withPath { path in
                let whole = try network()
                try whole.save(to: path)
                let base = try Sequential.resNet18(input: [32, 32, 3], width: 0.125, includeTop: false)
                #expect(try base.load(from: path, partially: true).count == whole.namedParameters.count - 2)
                let x = Tensor.normal([2, 32, 32, 3])
                #expect(base(x).scalars == whole.output(of: "residual_7", for: x).scalars)
            }
        }
    }
}
