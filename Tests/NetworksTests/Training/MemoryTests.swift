import Foundation
import Networks
import Tensors
import Testing

/// The process's memory that is in use, in bytes.
private func residentBytes() -> Int {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")[1]
    return (pages.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}

extension NetworksTests {
    @Suite struct MemoryTests {
        /// In a process of its own, for memory is the whole process's.
        @Test func tenThousandStepsTakeNoMore() async {
            await #expect(processExitsWith: .success) {
                let network = try Sequential(input: [8, 8, 1]) {
                    Conv2D(4, kernel: 3, activation: .relu)
                    BatchNormalization()
                    MaxPooling2D(2)
                    Flatten()
                    Dropout(0.2)
                    Dense(3)
                }
                let x = Tensor.normal([4, 8, 8, 1]), y = Tensor([0, 1, 2, 0] as [Int32])
                let optimizer = Adam(for: network)
                func train(steps: Int) {
                    for _ in 0..<steps { optimizer.minimize { Loss.crossEntropy(network(x), y) } }
                }
                train(steps: 1000)
                let before = residentBytes()
                train(steps: 10_000)
                let growth = residentBytes() - before
                // A single forgotten node a step, of some hundred bytes, would come to more.
                #expect(before > 0 && growth < 1 << 20, "\(growth) bytes")
                exit(growth < 1 << 20 ? EXIT_SUCCESS : EXIT_FAILURE)
            }
        }
    }
}
