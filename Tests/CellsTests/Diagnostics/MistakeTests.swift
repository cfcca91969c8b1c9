import Cells
import Foundation
import Testing

/// What a student reads about mistakes in misspelt names, in Python, Keras and PyTorch from habit, and in a beginner's
/// Swift. `Tests/Fixtures/mistakes.json` lists them; the toolchain compiles them for real.
@Suite(.serialized) struct MistakeTests {
    /// A mistake and what is said about it.
    struct Row: Decodable, CustomTestStringConvertible {
        /// The group: names, Python, libraries, Swift, tensors, notebook or imports.
        var part: String
        var mistake: String
        var cell: String
        /// How the message begins.
        var message: String
        /// What to do.
        var remedy: String?
        /// What still is a mistake when the remedy is followed.
        var rest: String?

        var testDescription: String { "\(part): \(mistake)" }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func rows() throws -> [Row] {
        let file = root.appending(path: "Tests/Fixtures/mistakes.json")
        return try JSONDecoder().decode([Row].self, from: Data(contentsOf: file))
    }

    /// The variables that the cells use.
    static let setup = """
        import Swiftlet
        let t = Tensor([[1.0, 2], [3, 4]])
        var v = Tensor([1.0, 2, 3])
        let images = Tensor.zeros([8, 28, 28, 1])
        let labels = Tensor([0, 1, 2, 3, 4, 5, 6, 7])
        let train = Examples(inputs: images, targets: labels)
        let test = train
        let net = try Sequential("net", input: [28, 28, 1]) { Flatten(); Dense(10) }
        let model = net
        let optimizer = Adam(for: net)
        let x = 2.5
        let n = 3, k = 3, correct = 45, total = 50, count = 4
        let f: Float = 1.5
        let accuracy = 0.9
        let name = "Ada"
        let list = [3, 1, 2]
        let numbers = [1.5, 2.5]
        """

    /// Words of the compiler that mean nothing to a student.
    static let internals = [
        "MemberImportVisibility", "#no-usage", "buildExpression", "contextual base", "ArraySlice", "Tensor.Literal",
        "failed to produce diagnostic", "ambiguous use", "any TensorIndex", "generic parameter", "__swiftlet", "Cell1",
    ]

    func session() throws -> (CellSession, Compiler) {
        let compiler = try Compiler(toolchain: .current(), library: .current(packageRoot: Self.root.path))
        return (CellSession(compiler: compiler), compiler)
    }

    func mistakes(in cell: String, _ session: CellSession) throws -> [Diagnostic] {
        do throws(CompilationError) {
            _ = try session.compile(cell, number: 2)
            return []
        } catch {
            guard case .diagnosed(let found) = error else { throw error }
            return found
        }
    }

    @Test func everyMistakeIsExplainedAndItsRemedyCompiles() throws {
        let (session, compiler) = try session()
        let bare = CellSession(compiler: compiler)
        defer { compiler.removeFolder() }
        session.adopt(try session.compile(Self.setup, number: 1))
        let rows = try Self.rows()
        #expect(rows.count > 250)
        for row in rows {
            let found = try mistakes(in: row.cell, row.part == "imports" ? bare : session)
            guard let first = found.first else {
                Issue.record("\(row.testDescription): it compiles\n\(row.cell)")
                continue
            }
            let text = found.map(\.rendering).joined(separator: "\n")
            #expect(first.message == row.message, "\(row.testDescription)\n\(text)")
            #expect(first.hints.joined(separator: "\n") == row.remedy ?? "", "\(row.testDescription)\n\(text)")
            for word in Self.internals { #expect(!text.contains(word), "\(row.testDescription)\n\(text)") }
        }
        for mistake in remedyMistakes(rows, session) { Issue.record("\(mistake)") }
    }

    /// What the compiler says about remedies: that of a cell of one line is this line in Swift.
    func remedyMistakes(_ rows: [Row], _ session: CellSession) -> [String] {
        let checked = rows.compactMap { row -> (row: Row, line: String)? in
            guard let remedy = row.remedy, remedy.hasPrefix("write: "), !remedy.hasPrefix("write: import"),
                !remedy.contains("…"), !row.cell.contains("\n"),
                row.part != "imports"
            else { return nil }
            return (row, String(remedy.dropFirst("write: ".count)))
        }
        #expect(checked.count > 150)
        let sheet = checked.enumerated().map { "func remedy\($0)() throws { \($1.line)\n}" }.joined(separator: "\n")
        // A mistake on purpose shows that the compiler came to the end.
        let found = session.diagnose("import Foundation\n\(sheet)\nthisNameIsNotDeclared", within: .seconds(100))
        #expect(found.contains { $0.message.contains("thisNameIsNotDeclared") })
        return checked.enumerated().compactMap { index, remedy in
            let rest = found.filter { $0.line == 2 * index + 2 }.map(\.message)
            return rest == (remedy.row.rest.map { [$0] } ?? []) ? nil : "\(remedy.line): \(rest)"
        }
    }

    @Test func oneMistakeIsOneMessage() throws {
        let (session, compiler) = try session()
        defer { compiler.removeFolder() }
        session.adopt(try session.compile(Self.setup, number: 1))
        for cell in [
            "def f(x):\n    return x * 2", "for i in range(10):\n    print(i)", "let squares = [i * i for i in list]",
            "sum = 0\nfor i in 0..<3 {\n    sum += i\n}\nprint(sum)",
            "let h = try network.fit(train, optimizer: .adam(), loss: .crossEntropy)",
            "net.fit(images, labels, epochs=5)",
            "struct Net: Layer {\n    func forward(_ x: Tensor) -> Tensor { x }\n}", "if n = 3 { print(1) }",
            "t[0] = 5", "let s = Slider(min: 0, max: 1)", "optimizer.step()",
        ] {
            let found = try mistakes(in: cell, session)
            #expect(found.count == 1, "\(found.map(\.rendering).joined(separator: "\n"))")
        }
    }

    @Test func twoMistakesAreTwoMessages() throws {
        let (session, compiler) = try session()
        defer { compiler.removeFolder() }
        session.adopt(try session.compile(Self.setup, number: 1))
        let found = try mistakes(in: "print(missing)\nlet a = t * k\nt.view(4)", session)
        #expect(found.map(\.line) == [1, 2, 3])
    }

    @Test func aNameOfTheLibraryIsNotTakenForAnotherWithoutTheImport() throws {
        let (session, compiler) = try session()
        defer { compiler.removeFolder() }
        for name in ["Tensor", "Dense", "Chart", "Sequential", "relu"] {
            let found = try mistakes(in: "print(\(name).self)", session)
            #expect(
                found.first?.message == "'\(name)' comes from Swiftlet"
                    && found.first?.hints == ["write: import Swiftlet"])
        }
        #expect(try mistakes(in: "print(rubbish)", session).first?.message == "cannot find 'rubbish' in scope")
    }
}
