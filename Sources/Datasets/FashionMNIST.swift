import Glibc
import Tensors

/// Fashion-MNIST: 70,000 grey images of 28×28 pixels, ten kinds of clothing (Xiao, Rasul and Vollgraf 2017).
///
/// The files come from Debian's package `dataset-fashion-mnist`.
///
/// ```swift
/// let (train, test) = try FashionMNIST.load()
/// print(train.inputs.shape, test.count, FashionMNIST.classNames[9])
/// ```
public enum FashionMNIST {
    /// The names of the classes 0 to 9.
    public static let classNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]

    /// The folder in which Debian's package installs the files.
    public static let packageFolder = "/usr/share/datasets/fashion-mnist"

    /// Loads all images: 60,000 for training and 10,000 for testing.
    ///
    /// - Parameter folder: The folder of the four `.gz` files; `nil` to search the folder that the environment variable
    ///   `SWIFTLET_DATA` names, `fashion-mnist` within it, and ``packageFolder``.
    /// - Returns: Images `[N, 28, 28, 1]` with values from 0 (black) to 1 (white), and class indices `[N]` of type
    ///   `int32`.
    /// - Throws: ``DatasetError`` if a file is missing or damaged.
    public static func load(from folder: String? = nil) throws -> (train: Examples, test: Examples) {
        let folders = folder.map { [$0] } ?? standardFolders
        return (try examples("train", in: folders), try examples("t10k", in: folders))
    }

    private static var standardFolders: [String] {
        guard let data = getenv("SWIFTLET_DATA").map({ String(cString: $0) }), !data.isEmpty else {
            return [packageFolder]
        }
        return [data, data + "/fashion-mnist", packageFolder]
    }

    private static func examples(_ part: String, in folders: [String]) throws(DatasetError) -> Examples {
        let imageFile = try find("\(part)-images-idx3-ubyte.gz", in: folders)
        let labelFile = try find("\(part)-labels-idx1-ubyte.gz", in: folders)
        let images = try IDXFile.read(imageFile, dimensions: 3)
        let labels = try IDXFile.read(labelFile, dimensions: 1)
        guard images.shape.dropFirst().elementsEqual([28, 28]), images.shape[0] > 0 else {
            throw DatasetError(
                file: imageFile,
                message: "the file must hold [N, 28, 28] pixels, got \(images.shape)",
                hint: "Is another data set of the same format in this folder?")
        }
        guard labels.count == images.shape[0] else {
            throw DatasetError(
                file: labelFile,
                message: "the file must hold \(images.shape[0]) labels, one for each image, got \(labels.count)",
                hint: "Install or download both files again.")
        }
        let indices = labels.converted(to: .int32)
        if let label = indices.ints.first(where: { $0 >= classNames.count }) {
            throw DatasetError(
                file: labelFile, message: "labels must be from 0 to \(classNames.count - 1), got \(label)",
                hint: "Is another data set of the same format in this folder?")
        }
        let pixels = images.reshaped(to: [images.shape[0], 28, 28, 1]).converted(to: .float32) / 255
        return Examples(inputs: pixels, targets: indices, classNames: classNames)
    }

    private static func find(_ name: String, in folders: [String]) throws(DatasetError) -> String {
        for folder in folders where access(folder + "/" + name, F_OK) == 0 { return folder + "/" + name }
        throw DatasetError(
            file: name,
            message: "this file of Fashion-MNIST was not found in \(folders.joined(separator: ", "))",
            hint: "Install Debian's package with `sudo apt-get install dataset-fashion-mnist`, "
                + "or set SWIFTLET_DATA to the folder that holds its four files.")
    }
}
