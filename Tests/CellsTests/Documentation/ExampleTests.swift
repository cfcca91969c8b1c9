import Cells
import Foundation
import Testing

/// Every Swift example of the documentation compiles as a cell, after `import Swiftlet` alone.
@Suite struct ExampleTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A cell made of examples, and which example each of its lines is from.
    private struct Sheet {
        private(set) var text = "import Swiftlet\n"
        private var places: [String?] = [nil]

        /// Adds an example; `asFunction` keeps its names apart from those of the others.
        mutating func add(_ example: Example, asFunction: Bool) {
            if asFunction {
                let isAsynchronous = example.lines.contains { $0.contains("await ") }
                add("func example\(places.count)() \(isAsynchronous ? "async " : "")throws {", at: nil)
            }
            for (index, line) in example.lines.enumerated() {
                add(line, at: "\(example.file):\(example.line + 1 + index)")
            }
            if asFunction { add("}", at: "\(example.file):\(example.line)") }
        }

        /// The compiler's messages with the places in the documentation that they are about.
        func mistakes(_ session: CellSession) -> [String] {
            // A mistake on purpose shows that the compiler came to the end of the sheet.
            let name = "thisNameIsNotDeclared"
            let messages = session.diagnose(text + name, within: .seconds(100))
            let found = messages.filter { !$0.message.contains(name) }.map { message in
                let place = places.indices.contains(message.line - 1) ? places[message.line - 1] : nil
                return "\(place ?? "an example"): \(message.message)"
            }
            return messages.isEmpty ? ["the compiler did not look at\n\(text)"] : found
        }

        private mutating func add(_ line: some StringProtocol, at place: String?) {
            text += line + "\n"
            places.append(place)
        }
    }

    /// What the compiler says about examples: most share a sheet, since reading the library takes most of the time.
    private func mistakes(in examples: [Example]) throws -> [String] {
        let library = try Library.current(packageRoot: Self.root.path)
        let compiler = try Compiler(toolchain: .current(), library: library)
        defer { compiler.removeFolder() }
        var shared = Sheet(), sheets: [Sheet] = []
        for example in examples {
            if example.standsAlone {
                var own = Sheet()
                own.add(example, asFunction: false)
                sheets.append(own)
            } else {
                shared.add(example, asFunction: true)
            }
        }
        return ([shared] + sheets).flatMap { $0.mistakes(CellSession(compiler: compiler)) }
    }

    @Test func everyExampleCompiles() throws {
        let examples = try Example.all(inRepository: Self.root)
        #expect(examples.count > 40)
        for start in ["README.md", "Sources/Networks/", "Sources/Swiftlet/Swiftlet.docc/"] {
            #expect(examples.contains { $0.file.hasPrefix(start) })
        }
        for mistake in try mistakes(in: examples) { Issue.record("\(mistake)") }
    }

    @Test func aMistakeIsFoundWhereItStands() throws {
        let page = """
            A page.
            ```swift
            let x = Tensor([1, 2])
            x.sunk()
            ```
            ```python
            x.sank()
            ```
            ```swift
            struct Pair { var a: Tensr }
            ```
            """
        let source = """
            /// Adds.
            /// ```swift
            /// let x: Tensor = "no"
            /// ```
            func add() { x.sonk() }
            """
        let examples = Example.all(in: page, file: "Page.md") + Example.all(in: source, file: "Add.swift")
        let found = try mistakes(in: examples)
        for (place, word) in [("Page.md:4", "sunk"), ("Page.md:10", "Tensr"), ("Add.swift:3", "texts")] {
            #expect(found.contains { $0.hasPrefix(place + ": ") && $0.contains(word) }, "\(found)")
        }
        #expect(found.count == 3, "\(found)")
    }
}
