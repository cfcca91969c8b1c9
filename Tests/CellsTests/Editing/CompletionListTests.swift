import Cells
import Foundation
import Testing

/// What SourceKit answers, and what a student sees of it.
@Suite struct CompletionListTests {
    func result(
        _ name: String, kind: String, source: String? = nil, description: String? = nil, type: String? = nil,
        context: String = "othermodule", module: String? = nil, symbol: String? = nil, notRecommended: Bool = false
    ) -> [String: Any] {
        var members: [String: Any] = [
            "key.name": name, "key.kind": "source.lang.swift." + kind, "key.sourcetext": source ?? name,
            "key.description": description ?? name, "key.context": "source.codecompletion.context." + context,
        ]
        members["key.typename"] = type
        members["key.modulename"] = module
        members["key.associated_usrs"] = symbol
        if notRecommended { members["key.not_recommended"] = 1 }
        return members
    }

    func matches(
        _ results: [[String: Any]], prefix: String = "", isMember: Bool = false
    ) throws -> [CodeCompletions.Match] {
        let data = try JSONSerialization.data(withJSONObject: ["key.results": results])
        return try JSONDecoder().decode(CompletionList.self, from: data).matches(prefix: prefix, isMember: isMember)
    }

    @Test func theNearestComeFirst() throws {
        let results = [
            result("zip", kind: "decl.function.free", module: "Swift"),
            result("while", kind: "keyword", context: "none"),
            result("Zeros", kind: "decl.struct", module: "Tensors"),
            result("fopen", kind: "decl.function.free", module: "Foundation"),
            result("cell", kind: "decl.var.global", module: "Cell3"),
            result("own", kind: "decl.var.global", context: "thismodule", module: "Cell"),
            result("local", kind: "decl.var.local", context: "local", module: "Cell"),
            result("wanted", kind: "decl.var.static", context: "exprspecific", module: "Tensors"),
            result("_hidden", kind: "decl.var.global", module: "Cell3"),
        ]
        #expect(
            try matches(results).map(\.text)
                == ["wanted", "local", "cell", "own", "Zeros", "while", "zip", "fopen", "_hidden"])
    }

    @Test func aPrefixCountsInEitherCaseAndItsOwnFirst() throws {
        let results = [
            result("Loss", kind: "decl.struct", module: "Networks"),
            result("log", kind: "decl.function.free", module: "Tensors"),
            result("lenet", kind: "decl.var.global", module: "Cell1"),
        ]
        #expect(try matches(results, prefix: "lo").map(\.text) == ["log", "Loss"])
        #expect(try matches(results, prefix: "Lo").map(\.text) == ["Loss", "log"])
    }

    @Test func formsOfOneFunctionAreOneMatch() throws {
        let kind = "decl.function.method.instance"
        let found = try matches([
            result("fit(:loss:)", kind: kind, description: "fit(a: Examples, loss: Loss) throws", type: "History"),
            result("fit(:)", kind: kind, description: "fit(a: Examples)", type: "Void"),
            result("fitted", kind: "decl.var.instance", type: "Bool"),
        ])
        #expect(
            found == [
                .init(
                    text: "fit", kind: .method, signature: "(a: Examples)\n(a: Examples, loss: Loss) throws -> History"),
                .init(text: "fitted", kind: .property, signature: "Bool"),
            ])
    }

    @Test func labelsAreWrittenWithTheirColon() throws {
        let found = try matches([
            result("stride:", kind: "pattern", source: "stride: <#T##Int#>", type: "Int", context: "local"),
            result(
                ":kernel:", kind: "decl.function.constructor", source: "<#T##filters: Int##Int#>, kernel: <#T##Int#>"),
            result(
                "x:y:", kind: "decl.function.constructor", source: "x: <#T##Int#>, y: <#T##Int#>",
                description: "(x: Int, y: Int)", type: "P"),
        ])
        #expect(
            found == [
                .init(text: "stride:", kind: .param, signature: "Int"),
                .init(text: "x:", kind: .param, signature: "(x: Int, y: Int) -> P"),
            ])
    }

    @Test func anOverrideIsWrittenOut() throws {
        let source = "override func build(_ input: Shape) throws {\n<#code#>\n}"
        let found = try matches([result("build(:)", kind: "decl.function.method.instance", source: source)])
        #expect(found.map(\.text) == ["override func build(_ input: Shape) throws {\n    \n}"])
    }

    @Test func noiseIsLeftOut() throws {
        let results = [
            result("+", kind: "decl.function.operator.infix"), result("0", kind: "literal.integer"),
            result("__swiftletShow(:)", kind: "decl.function.free", module: "Cell"),
            result("Cell3", kind: "decl.module"), result("CPNG", kind: "decl.module", module: "CPNG"),
            result("getpid()", kind: "decl.function.free", module: "SwiftGlibc", symbol: "c:@F@getpid"),
            result("old", kind: "decl.var.global", notRecommended: true),
        ]
        #expect(try matches(results).isEmpty)
        #expect(try matches(results, prefix: "get").map(\.text) == ["getpid"])
    }

    @Test func behindADotOnlyMembersStand() throws {
        let results = [
            result("self", kind: "keyword", context: "thisclass"),
            result("all(:)", kind: "decl.function.method.instance", source: "all(<#T##self: Tensor##Tensor#>)"),
            result("zeros(:)", kind: "decl.function.method.static", source: "zeros(<#T##shape: Shape##Shape#>)"),
        ]
        #expect(try matches(results, isMember: true).map(\.text) == ["zeros"])
    }
}
