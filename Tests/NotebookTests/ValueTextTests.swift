import Foundation
import Notebook
import Testing

private struct Point { var x = 1, name: String? = "a" }
private struct Unit {}
private enum Way { case left(Int), both(Int, right: String), none }
private enum Level: Int { case low, high }
private final class Box { var content = 1 }
private struct Named: CustomStringConvertible { var description: String { "named" } }
private struct Debugged: CustomDebugStringConvertible { var debugDescription: String { "debugged" } }
private struct Both: CustomStringConvertible, CustomDebugStringConvertible {
    var description: String { "for all" }
    var debugDescription: String { "for some" }
}

/// The texts that cells show, compared with those of `String(describing:)`.
struct ValueTextTests {
    private nonisolated(unsafe) static let values: [Any] = [
        1, -1.5, Float.pi, true, UInt8.max, 1...3, 0..<2, [1, 2, 3], [Int](), [String: Int](), ["a": 1], Set([1]),
        [1.5, .infinity, .nan], ["a", "b\n\"\\"], [["a"], []], ["a": ["b": [1, 2]]], [1, 2, 3][1...],
        ContiguousArray([1]), (1, "a"), (first: 1, 2), Int?.some(1) as Any, Int?.none as Any, [1, nil] as [Int?],
        [Optional("a")], Int??.some(.some(1)) as Any, Point(), [Point()], Unit(), Way.left(1), Way.none,
        [Level.low, .high], Named(), [Named()], Debugged(), [Debugged()], Both(), [Both()], [Both() as Any, 1, "a"],
        Int.self, Data([1, 2]), [0..<1], Character("a"), [Character("a")],
        URL(filePath: "/tmp"), Result<Int, CancellationError>.success(1), "a".utf8.count, stride(from: 0, to: 4, by: 2),
        repeatElement(1, count: 2), [1, 2].reversed(), [1, 2].enumerated(), "abc"[...],
    ]

    @Test(arguments: values.indices) func readsAsSwifts(_ index: Int) {
        let value = Self.values[index]
        // Swift names the modules of types within other values.
        #expect(
            ValueText.description(of: value)
                == String(describing: value).replacing("NotebookTests.", with: "").replacing(
                    /\(unknown context at \$[0-9a-f]+\)\./, with: ""))
    }

    @Test func aFunctionSaysHowItIsCalled() {
        let function: (Int) -> String = { "\($0)" }
        #expect(
            ValueText.description(of: function) == "a function of type (Int) -> String: parentheses behind it call it")
        #expect(ValueText.description(of: [function]) == "[(Function)]")
    }

    @Test func stringsAreQuotedAsLittleAsNeeded() {
        #expect(ValueText.description(of: "it's \"1\"\n\\ ünï\u{7}") == #""it's \"1\"\n\\ ünï\u{07}""#)
    }

    @Test func longValuesAreCut() {
        #expect(ValueText.description(of: Array(0..<1002)).hasSuffix(", 999, … and 2 more elements]"))
        #expect(ValueText.description(of: Array(0..<1001)).hasSuffix(", 999, … and 1 more element]"))
        #expect(ValueText.description(of: Array(0..<1000)).hasSuffix(", 998, 999]"))
        let long = String(repeating: "ü", count: 100_000)
        #expect(ValueText.description(of: [long]).hasSuffix("ü\"… and 180,002 more bytes]"))
        #expect(ValueText.description(of: (long, long, 1)).hasSuffix("more bytes, …)"))
    }

    @Test func modulesOfCellsAreLeftOut() {
        #expect(ValueText.withoutModules("[Cell1.A, Cell12_3.B] MyCell1.c Cell.d") == "[A, B] MyCell1.c Cell.d")
    }

    @Test func htmlHasItsTextAsFallback() {
        #expect(MimeBundle(describing: MimeBundle.html("<p>1 &lt; <b>2</b></p><p>3</p>")).plainText == "1 < 2\n3")
    }
}
