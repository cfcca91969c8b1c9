import Foundation

/// A block of Swift in the documentation: between "```swift" and "```", in a comment or on a page.
///
/// Code in other languages, and Swift for other libraries, names another language: "```python", "```swift-mlx".
struct Example {
    /// The file, as the repository names it.
    let file: String
    /// The line that opens the block, counted from 1.
    let line: Int
    var lines: [Substring] = []

    /// Whether it declares something that is different, or not allowed, within a function.
    var standsAlone: Bool {
        let words = ["class", "struct", "enum", "actor", "extension", "protocol", "import", "final", "public", "infix"]
        return lines.contains { line in
            line.hasPrefix("@") || words.contains { line.hasPrefix($0 + " ") }
        }
    }

    /// The blocks of a text. In Swift sources only documentation comments count, on pages every line does.
    static func all(in text: String, file: String) -> [Example] {
        let isPage = file.hasSuffix(".md")
        var found: [Example] = [], open: Example?, isForeign = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let content = isPage ? line : comment(line) else {
                open = nil
                isForeign = false
                continue
            }
            let words = content.drop { $0 == " " }
            if words.hasPrefix("```") {
                if let example = open {
                    found.append(example)
                    open = nil
                } else if isForeign {
                    isForeign = false
                } else if words == "```swift" {
                    open = Example(file: file, line: index + 1)
                } else {
                    isForeign = true
                }
            } else {
                open?.lines.append(content)
            }
        }
        return found
    }

    /// The blocks of all sources and pages of the repository.
    static func all(inRepository root: URL) throws -> [Example] {
        let folders = ["Sources", ".github"].map { root.appending(path: $0) }
        let files = folders.flatMap {
            FileManager.default.enumerator(at: $0, includingPropertiesForKeys: nil) ?? .init()
        }
        let readable = ([root.appending(path: "README.md")] + files.compactMap { $0 as? URL })
            .filter { ["swift", "md"].contains($0.pathExtension) }
            .sorted { $0.path < $1.path }
        return try readable.flatMap { url in
            let file = String(url.path.dropFirst(root.path.hasSuffix("/") ? root.path.count : root.path.count + 1))
            return all(in: try String(contentsOf: url, encoding: .utf8), file: file)
        }
    }

    /// What a documentation comment's line says.
    private static func comment(_ line: Substring) -> Substring? {
        let words = line.drop { $0 == " " }
        guard words.hasPrefix("///") else { return nil }
        return words.dropFirst(words.hasPrefix("/// ") ? 4 : 3)
    }
}
