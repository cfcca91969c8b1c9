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
        scope.imports(for: ParsedCell(source, name: "cell 9")).statements.map {
            $0.replacing("@testable import ", with: "")
        }
    }

    @Test func onlyWhatIsReferredToIsImported() {
        #expect(imports("a + 1", scope("let a = 1; let b = 2")) == ["typealias Cell1.__Cell1", "var Cell1.`a`"])
        #expect(imports("1", scope("let a = 1")) == [])
    }

    @Test func theNewestDeclarationOfANameWins() {
        #expect(imports("a", scope("let a = 1", "struct a {}")) == ["typealias Cell2.__Cell2", "struct Cell2.`a`"])
    }

    @Test func functionsReplaceTheirEqualsAndOverloadTheRest() {
        let scope = scope("func f(_ x: Int) {}", "func f(_ x: String) {}", "func f(_ y: Int) {}")
        #expect(
            imports("f", scope) == [
                "typealias Cell2.__Cell2", "func Cell2.`f`", "typealias Cell3.__Cell3", "func Cell3.`f`",
            ])
    }

    @Test func aFunctionThatACellDeclaresAgainIsItsOwn() {
        let scope = scope("func f(_ x: Int) {}", "func f(_ x: String) {}")
        #expect(
            imports("func f(_ x: Int) -> Int { x }\n_ = f(1)", scope) == ["typealias Cell2.__Cell2", "func Cell2.`f`"])
    }

    @Test func extensionsComeInTheOrderOfTheirAgeUntilTheyAreReplaced() {
        let first = "extension P { func a() {} }", both = "extension P { func a() {}; func b() {} }"
        #expect(imports("p.a()", scope(first)) == ["typealias Cell1.__Cell1"])
        #expect(imports("p.a()", scope(first, both)) == ["typealias Cell2.__Cell2"])
        #expect(imports("p.a()", scope(both, first)) == ["typealias Cell1.__Cell1", "typealias Cell2.__Cell2"])
        #expect(imports(first, scope(first)) == [])
    }

    @Test func operatorsComeWithTheirWholeModule() {
        let power = "infix operator **: MultiplicationPrecedence\nfunc ** (a: Int, b: Int) -> Int { a }"
        #expect(imports("2 ** 3", scope(power)) == ["Cell1"])
        #expect(imports("2 ** 3", scope(power, power)) == ["Cell2"])
    }

    @Test func aCellMeetsTheTypesOfWhatItRefersTo() {
        var scope = scope("struct Dog {}\nlet rex = Dog()")
        scope.add(ParsedCell("let pack = [rex]", name: "cell 2"), module: "Cell2", foundations: ["Cell1"])
        #expect(
            imports("pack[0].age", scope) == ["typealias Cell1.__Cell1", "typealias Cell2.__Cell2", "var Cell2.`pack`"])
        #expect(scope.imports(for: ParsedCell("pack", name: "cell 9")).modules == ["Cell1", "Cell2"])
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
