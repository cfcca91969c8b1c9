import Testing
import WorkerProtocol

@Suite struct WorkerFunctionTests {
    @Test func aDeclarationNamesTheSymbol() {
        #expect(
            WorkerFunction.statement.declaration
                == "@_silgen_name(\"swiftlet_statement\") private func __swiftletStatement(_ index: Int)")
        #expect(
            WorkerFunction.describe.declaration
                == "@_silgen_name(\"swiftlet_describe\") private func __swiftletDescribe<Value>"
                + "(_ name: String, _ value: Value)")
    }

    @Test func noTwoFunctionsShareAName() {
        #expect(Set(WorkerFunction.allCases.map(\.name)).count == WorkerFunction.allCases.count)
    }
}
