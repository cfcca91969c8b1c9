import Datasets
import Foundation
import Tensors
import Testing

@Suite struct FashionMNISTTests {
    static let isInstalled = FileManager.default.fileExists(atPath: FashionMNIST.packageFolder)

    /// Figures of the data set as its authors publish it, and sums taken with Python's gzip and NumPy.
    @Test(.enabled(if: isInstalled)) func theRealFilesHaveTheirPublishedFigures() throws {
        let (train, test) = try FashionMNIST.load()
        #expect(train.inputs.shape == [60_000, 28, 28, 1] && test.inputs.shape == [10_000, 28, 28, 1])
        #expect(train.targets.shape == [60_000] && train.targets.dtype == .int32)
        #expect(train.classNames.count == 10)
        // 6,000 and 1,000 images of each class.
        for (examples, each) in [(train, 6000), (test, 1000)] {
            var counts = [Int](repeating: 0, count: 10)
            for label in examples.targets.ints { counts[label] += 1 }
            #expect(counts == [Int](repeating: each, count: 10))
        }
        // Mean and deviation of the training images, as they stand in many a normalisation: 0.2860 and 0.3530.
        #expect(abs(train.inputs.mean().item() - 0.2860) < 5e-5)
        #expect(abs(train.inputs.variance().item().squareRoot() - 0.3530) < 5e-5)
        // The first training image is an ankle boot, the first test image, too.
        #expect(train.targets.ints.prefix(5) == [9, 0, 0, 3, 0])
        #expect(train.inputs[0].ints255.reduce(0, +) == 76247)
        #expect(test.inputs[0].ints255.reduce(0, +) == 33456)
    }

    @Test func missingFilesNameThePackageAndTheCommand() throws {
        #expect {
            try FashionMNIST.load(from: "/nowhere")
        } throws: {
            "\($0)".contains("sudo apt-get install dataset-fashion-mnist") && "\($0)".contains("/nowhere")
        }
    }

    /// Writes a tiny set: `count` images, of which every pixel is its image's number, and labels.
    static func write(_ folder: TemporaryFolder, _ part: String, count: UInt8, size: UInt8 = 28, labels: [UInt8]) throws
    {
        let pixels = (0..<count).flatMap { [UInt8](repeating: $0, count: Int(size) * Int(size)) }
        _ = try folder.write(
            "\(part)-images-idx3-ubyte.gz", [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, size, 0, 0, 0, size] + pixels)
        _ = try folder.write("\(part)-labels-idx1-ubyte.gz", [0, 0, 8, 1, 0, 0, 0, UInt8(labels.count)] + labels)
    }

    @Test func aFolderOfOnesOwnIsRead() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, "train", count: 3, labels: [0, 9, 4])
        try Self.write(folder, "t10k", count: 2, labels: [1, 2])
        let (train, test) = try FashionMNIST.load(from: folder.path)
        #expect(train.targets.ints == [0, 9, 4] && test.count == 2)
        #expect(train.inputs[2, 5, 5, 0].item() == Double(Float(2) / 255))
    }

    @Test func filesThatDoNotFitEachOtherAreNamed() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, "train", count: 3, labels: [0, 9])
        #expect { try FashionMNIST.load(from: folder.path) } throws: {
            "\($0)".contains("must hold 3 labels, one for each image, got 2")
        }
        try Self.write(folder, "train", count: 1, labels: [11])
        #expect { try FashionMNIST.load(from: folder.path) } throws: {
            "\($0)".contains("labels must be from 0 to 9, got 11")
        }
        try Self.write(folder, "train", count: 1, size: 14, labels: [1])
        #expect { try FashionMNIST.load(from: folder.path) } throws: { "\($0)".contains("[1, 14, 14]") }
    }
}

extension Tensor {
    /// Pixels from 0 to 1 as the bytes they were.
    fileprivate var ints255: [Int] { scalars.map { Int(($0 * 255).rounded()) } }
}
