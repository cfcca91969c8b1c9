import Architectures
import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct SequentialTests {
        @Test func builderTakesLoopsAndConditions() throws {
            func network(deep: Bool, dropout: Double?) throws -> [String] {
                try Sequential(input: [8]) {
                    for width in [8, 4] { Dense(width, activation: .relu) }
                    if let dropout { Dropout(dropout) }
                    if deep { Dense(3) } else { Activation(.softmax) }
                    [Dense(2), Dense(1)]
                }.layers.map(\.name)
            }
            #expect(try network(deep: true, dropout: nil) == ["dense", "dense_1", "dense_2", "dense_3", "dense_4"])
            #expect(
                try network(deep: false, dropout: 0.5) == [
                    "dense", "dense_1", "dropout", "activation", "dense_2", "dense_3",
                ])
        }

        @Test func kernelThatIsTooLargeIsNamedWithItsLine() {
            func make() throws {
                #sourceLocation(file:"cell 4",line:1)
                let lenet = try Sequential("lenet", input: [4, 4, 1]) {
                    Conv2D(6, kernel: 5, padding: .same)
                    AveragePooling2D(2)
                    Conv2D(16, kernel: 5)
                }
                #sourceLocation()
                _ = lenet
            }
            #expect(
                text(make)
                    == "ShapeError in lenet › conv2d_1 (cell 4, line 4): 5×5 kernel is larger than its 2×2 input; use padding: .same or pool less before it"
            )
        }

        @Test func forgottenFlattenIsNamed() {
            func make() throws {
                #sourceLocation(file:"/home/me/Mlp.swift",line:7)
                _ = try Sequential("mlp", input: [28, 28, 1]) { Dense(10) }
                #sourceLocation()
            }
            #expect(
                text(make)
                    == "ShapeError in mlp › dense (Mlp.swift, line 7): Dense takes a vector for each example (or a sequence of vectors), not [28, 28, 1]; put Flatten() before it"
            )
        }

        @Test func errorNamesAllContainers() {
            func make() throws {
                #sourceLocation(file:"cell 1",line:1)
                _ = try Sequential("net", input: [8, 8, 3]) {
                    Parallel {
                        Conv2D(2, kernel: 1)
                        Sequential("deep") {
                            MaxPooling2D(4)
                            MaxPooling2D(4)
                        }
                    }
                }
                #sourceLocation()
            }
            #expect(
                text(make)
                    == "ShapeError in net › parallel › deep › max_pooling2d_1 (cell 1, line 6): 4×4 window is larger than its 2×2 input; use padding: .same or pool less before it"
            )
        }

        @Test func twoLayersOfOneName() {
            let message = text {
                _ = try Sequential("net", input: [2]) {
                    Dense(2, name: "same")
                    Dense(2, name: "same")
                }
            }
            #expect(message.contains("two layers are called \"same\""))
        }

        @Test func namesThatAreTakenAreLeftOut() throws {
            let network = try Sequential(input: [2]) {
                Dense(2, name: "dense_1")
                Dense(2)
                Dense(2)
            }
            #expect(network.layers.map(\.name) == ["dense_1", "dense", "dense_2"])
        }

        @Test func exampleWithoutItsBatch() async throws {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = try Sequential.leNet5()(.zeros([28, 28, 1]))
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                message.contains(
                    "takes batches of examples of shape [28, 28, 1], not a tensor of shape [28, 28, 1]; add the batch axis with x.expanded(at: 0)"
                ))
        }
    }
}
