import Cells
import Testing

/// What the tables of names offer exists: it is compiled.
@Suite struct AliasTests {
    private static let setup = """
        import Swiftlet
        import Foundation
        func check() throws {
            let t = Tensor([[1.0, 2], [3, 4]]), images = Tensor.zeros([8, 784]), labels = Tensor([0, 1, 2, 3, 4, 5, 6, 7])
            let train = Examples(inputs: images, targets: labels), text = "Ada", ages = ["a": 1], n = 3, x = 2.5
            var list = [3, 1, 2]
            let net = try Sequential("net", input: [784]) { Dense(10) }, optimizer = Adam(for: net)
            let y = t.mean(), weight = x
            let history = try net.fit(train, loss: .crossEntropy)
        """

    /// What the compiler says about lines within a function that declares what they use.
    private func mistakes(in lines: [String]) throws -> [String] {
        let compiler = try Compiler(
            toolchain: .current(), library: .current(packageRoot: MistakeTests.root.path))
        defer { compiler.removeFolder() }
        let first = Self.setup.split(separator: "\n").count + 1
        let text = Self.setup + "\n" + lines.joined(separator: "\n") + "\n}\nthisNameIsNotDeclared"
        let found = CellSession(compiler: compiler).diagnose(text, within: .seconds(100))
        // A mistake on purpose shows that the compiler came to the end.
        #expect(found.contains { $0.message.contains("thisNameIsNotDeclared") })
        return found.filter { !$0.message.contains("thisNameIsNotDeclared") }.map {
            lines.indices.contains($0.line - first) ? "\(lines[$0.line - first]): \($0.message)" : $0.rendering
        }
    }

    @Test func everyNameOfTheTablesExists() throws {
        #expect(NameTable.rows.count > 250)
        for mistake in try mistakes(in: NameTable.rows.map(\.check).filter { !$0.isEmpty }) {
            Issue.record("\(mistake)")
        }
    }

    @Test func everyRowAppearsOnce() {
        var seen: Set<String> = []
        for row in NameTable.rows where !seen.insert(row.habit).inserted { Issue.record("\(row.habit) is there twice") }
    }

    @Test func everyChoiceExists() throws {
        #expect(NameTable.choices.count > 80)
        for mistake in try mistakes(in: NameTable.choices.map { "_ = \($0)" }) { Issue.record("\(mistake)") }
    }

    @Test func everyNameOfFoundationExists() throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let names = NameTable.foundation
        let text =
            "import Foundation\n" + names.map { "_ = `\($0)`" }.joined(separator: "\n") + "\nthisNameIsNotDeclared"
        let unknown = CellSession(compiler: compiler).diagnose(text, within: .seconds(100)).map(\.message).filter {
            $0.contains("cannot find") || $0.contains("NotDeclared")
        }
        #expect(names.count > 100)
        #expect(unknown == ["cannot find 'thisNameIsNotDeclared' in scope"])
    }
}
