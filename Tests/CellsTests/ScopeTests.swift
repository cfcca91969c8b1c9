import Cells
import Testing

@Suite struct ScopeTests {
    /// The scope after some cells, which become the modules Cell1, Cell2, …
    func scope(_ sources: String...) -> Scope {
        var scope = Scope()
        for (index, source) in sources.enumerated() {
            scope.add(ParsedCell(source, name: "cell \(index + 1)"), module: "Cell\(index + 1)")
        }
        return scope
    }

    func imports(_ source: String, _ scope: Scope) -> [String] {
        scope.importStatements(for: ParsedCell(source, name: "cell 9"))
    }

    @Test func onlyWhatIsReferredToIsImported() {
        #expect(imports("a + 1", scope("let a = 1; let b = 2")) == ["@testable import var Cell1.`a`"])
        #expect(imports("1", scope("let a = 1")) == [])
    }

    @Test func theNewestDeclarationOfANameWins() {
        #expect(imports("a", scope("let a = 1", "struct a {}")) == ["@testable import struct Cell2.`a`"])
    }

    @Test func functionsReplaceTheirEqualsAndOverloadTheRest() {
        let scope = scope("func f(_ x: Int) {}", "func f(_ x: String) {}", "func f(_ y: Int) {}")
        #expect(imports("f", scope) == ["@testable import func Cell2.`f`", "@testable import func Cell3.`f`"])
    }

    @Test func extensionsComeWithTheirModuleUntilTheyAreReplaced() {
        let first = "extension P { func a() {} }"
        #expect(imports("p.a()", scope(first)) == ["@testable import Cell1"])
        #expect(imports("p.a()", scope(first, first)) == ["@testable import Cell2"])
        #expect(imports(first, scope(first)) == [])
    }

    @Test func importsLast() {
        let scope = scope("import Foundation", "import Foundation\nimport Glibc")
        #expect(imports("1", scope) == ["import Foundation", "import Glibc"])
        #expect(imports("import Glibc", scope) == ["import Foundation"])
    }

    @Test func aNameBeforeItsNewDeclarationIsTheEarlierCells() {
        let cell = ParsedCell("let x = f(x)", name: "cell 3")
        #expect(scope("let x = 1").qualifications(for: cell) == [.init(range: 10..<11, text: "Cell1.x")])
        #expect(scope("let y = 1").qualifications(for: cell) == [])
    }
}
