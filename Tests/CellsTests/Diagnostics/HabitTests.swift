import Cells
import Foundation
import Testing

@Suite struct HabitTests {
    /// Lines of other languages, and the same in Swift.
    @Test(arguments: [
        ("import tensorflow as tf", "import Swiftlet"), ("from sklearn.datasets import load_iris", "import Swiftlet"),
        ("def mean(values: list) -> float:", "func mean(_ values: [Double]) -> Double { … }"),
        ("def greet(name, loud=False):", "func greet(_ name: String, _ loud: Bool = false) { … }"),
        ("class Dog(Animal):", "class Dog: Animal { … }"),
        ("for x in reversed(list):", "for x in list.reversed() { … }"),
        ("for i in range(0, 10, 2):", "for i in stride(from: 0, to: 10, by: 2) { … }"),
        ("for k, v in ages.items():", "for (k, v) in ages { … }"),
        ("if x in list: print(x)", "if list.contains(x) { print(x) }"),
        ("while not done:", "while !done { … }"), ("if a == 1 and b or c:", "if a == 1 && b || c { … }"),
        ("print 'hello'", "print(\"hello\")"), ("print(f'{x + 1} of {n}')", "print(\"\\(x + 1) of \\(n)\")"),
        ("print(f\"{loss:.4f}\")", "print(String(format: \"%.4f\", loss))"),
        ("print(\"%d of %d\" % (a, b))", "print(String(format: \"%d of %d\", a, b))"),
        ("y = x ** 2 if x > 0 else None", "let y = x > 0 ? pow(x, 2) : nil"),
        ("evens = [x for x in list if x % 2 == 0]", "let evens = list.filter { x in x % 2 == 0 }"),
        ("pairs = {\"a\": 1, \"b\": 2}", "let pairs = [\"a\": 1, \"b\": 2]"),
        ("seen = {1, 2}", "let seen = Set([1, 2])"),
        ("first = list[:3]", "let first = list[..<3]"), ("rest = list[:-1]", "let rest = list.dropLast(1)"),
        ("last = list[-2:]", "let last = list.suffix(2)"), ("back = list[::-1]", "let back = list.reversed()"),
        ("column = t[:, 0]", "let column = t[0..., 0]"),
        ("f = lambda x, n: x * n", "let f = { (x: Double, n: Int) in x * n }"),
        ("a, b = b, a", "(a, b) = (b, a)"), ("rate: float = 0.1", "let rate: Double = 0.1"),
        ("const x = 5;", "let x = 5"),
        ("float rate = 0.5;", "let rate = 0.5"), ("for (int i = 0; i <= n; i++) {", "for i in 0...n { … }"),
        ("} elif x > 1 {", "} else if x > 1 {"), ("elif x > 1:", "} else if x > 1 { … }"), ("else:", "} else { … }"),
        ("raise ValueError(\"no\")", "fatalError(\"no\")"),
        ("assert x > 0, \"positive\"", "assert(x > 0, \"positive\")"),
        ("fit(x, y, epochs=5, batch_size=32)", "fit(x, y, epochs: 5, batchSize: 32)"),
        ("c = a @ b.T", "let c = a.matmul(b.T)"),
        ("if x is not None:", "if x != nil { … }"), ("let dog = new Dog(3)", "let dog = Dog(3)"),
        ("# a comment", "// a comment"), ("x = 1  # why", "x = 1  // why"), ("half = n // 2", "let half = n / 2"),
        ("with torch.no_grad():", "withoutGradients { … }"),
        ("function area(w, h) {", "func area(_ w: Double, _ h: Double) {"),
        (
            "layer = nn.Conv2d(1, 32, 3) if deep else nn.Linear(784, 10)",
            "let layer = deep ? Conv2D(32, kernel: 3) : Dense(10)"
        ),
    ])
    func aLineIsTranslated(line: String, swift: String) {
        #expect(Habit.inLine(0, of: .init(line))?.swift == swift)
    }

    @Test func aBlockOfOneLineIsWrittenOut() {
        let cell = "if x > 2:\n    y = 1\nelif x > 1:\n    y = 2\nelse:\n    y = 3"
        #expect(Habit.inLine(0, of: .init(cell))?.swift == "if x > 2 { y = 1 } else if x > 1 { y = 2 } else { y = 3 }")
        #expect(
            Habit.inLine(0, of: .init("def f(x):\n    return x + 1"))?.swift
                == "func f(_ x: Double) { x + 1 }".replacing(") {", with: ") -> Double {"))
    }

    /// Swift that looks like another language, in texts, comments and rare forms.
    @Test(arguments: [
        "print(\"def f(x):\")", "// for i in range(10):", "let s = \"a and b or not c\"", "case 1:", "default:",
        "outer: for i in 0..<3 {",
        "let x = flag ? 1 : 2", "x = [1: \"a\"]", "list[index]", "ages[\"a\", default: 0] += 1",
        "net[\"w\", as: Dense.self]",
        "let f = { x in x * 2 }", "if let x = y { print(x) }", "for x in list where x > 1 {", "#if DEBUG",
        "#expect(a == b)",
        "let r = #\"raw # text\"#", "try f()", "do {", "class Dog: Animal {", "func f(_ x: Int) -> Int { x }",
        "@Slider(0...1) var rate = 0.5",
        "print(a, terminator: \"\")", "let (a, b) = (1, 2)", "x is Int", "let y = if x { 1 } else { 2 }",
        "guard let x else { return }",
        "let t = \"\"\"", "switch x {", "let p = a / b // half", "f(a: 1, b: 2)", "var d: [String: Int] = [:]",
        "let c = try? f()",
        "let text = \"\\(names.map { \"'\\($0)'\" })\"", "x += 1", "a = b == c", "if a == b {", "while i < n {",
        "return a ? b : c",
        "let s: Set = [1, 2]", "let range = 0..<n", "let d = Duration.seconds(1)", "print(x); print(y)", "throw E.bad",
        "import Swiftlet",
    ])
    func swiftIsLeftAlone(line: String) { #expect(Habit.inLine(0, of: .init(line)) == nil) }

    /// Whatever stands in a cell, it is read to its end: lines that are drawn at random from what the forms look for.
    @Test func noLineIsTooStrange() {
        let parts = [
            "def", "class", "if", "else", "elif", "for", "in", "while", "with", "open", "lambda", "import", "from",
            "as", "not",
            "and", "is", "None", "async", "new", "print", "assert", "raise", "const", "int", "function", "return", "x",
            "y", "f",
            "Sequential", "nn.Linear", "np", "range", "len", "1", "0.5", "=", "==", ":", ",", ".", "(", ")", "[", "]",
            "{", "}",
            "@", "**", "//", "# ", "#", "\"", "'", "f\"{x:.2f}\"", "\"%d\"", "%", ".format", "\n", "\n    ", ";", "->",
            "/a/",
        ]
        var state: UInt64 = 1
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for _ in 0..<5000 {
            let text = (0..<1 + next(12)).map { _ in parts[next(parts.count)] + (next(2) == 0 ? " " : "") }.joined()
            let code = Mistake.Code(text)
            for index in code.lines.indices {
                // It may be taken for anything, but then something is said.
                let habit = Habit.inLine(index, of: code)
                #expect(habit?.message.isEmpty != true && habit?.swift?.isEmpty != true, "\(text)")
            }
        }
    }

    /// No line of the project's own Swift is taken for another language's.
    @Test func noLineOfThisPackageIsTakenForAnotherLanguage() throws {
        let root = MistakeTests.root
        var lines = 0
        for folder in ["Sources", "Tests"] {
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)
            for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
                let code = Mistake.Code(try String(contentsOf: file, encoding: .utf8))
                for index in code.lines.indices {
                    let habit = Habit.inLine(index, of: code)
                    if let habit { Issue.record("\(file.path):\(index + 1): \(code.lines[index])\n\(habit.message)") }
                    lines += 1
                }
            }
        }
        #expect(lines > 30_000)
    }
}
