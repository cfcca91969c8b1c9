/// A data set that is missing or damaged: the file, what was expected and found, and what to do.
public struct DatasetError: Error, Hashable, CustomStringConvertible {
    /// The path of the file.
    public let file: String
    /// What is wrong with it.
    public let message: String
    /// What to do next.
    public let hint: String

    /// The whole message.
    public var description: String { "\(file): \(message). \(hint)" }
}
