import SwiftParser
import SwiftSyntax
import WorkerProtocol

/// Remarks on what compiles and is seldom meant: a quotient of integers where a fraction is wanted, and a format that
/// does not fit its arguments.
struct ArithmeticRemarks {
    private let converter: SourceLocationConverter
    private let types: KnownTypes
    private(set) var notes: [WorkerNote] = []

    /// Whether a source may have any: its variables' types need not be looked up otherwise.
    static func isWorthReading(_ source: String) -> Bool { source.contains("/") || source.contains("format:") }

    init(_ source: String, variables: [String: String]) {
        let tree = Parser.parse(source: source)
        converter = SourceLocationConverter(fileName: "", tree: tree)
        types = KnownTypes(in: tree, variables: variables)
        read(Syntax(tree))
    }

    private mutating func read(_ node: Syntax) {
        if let binding = node.as(PatternBindingSyntax.self), binding.typeAnnotation == nil,
            let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.plainName,
            let value = binding.initializer?.value, let quotient = quotient(value),
            quotient.isOfLiterals || Self.soundsLikeAFraction(name)
        {
            add("`\(name)` is an Int: \(quotient.text) drops the fraction", quotient.remedy, at: value)
        } else if let call = node.as(FunctionCallExprSyntax.self) {
            read(call)
        } else if let segment = node.as(ExpressionSegmentSyntax.self), segment.expressions.count == 1 {
            readPrinted(segment.expressions.first!.expression)
        }
        for child in node.children(viewMode: .sourceAccurate) { read(child) }
    }

    private mutating func read(_ call: FunctionCallExprSyntax) {
        guard let name = call.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.text,
            let first = call.arguments.first
        else { return }
        switch name {
        case "Double" where first.label == nil, "Float" where first.label == nil:
            if let quotient = quotient(first.expression) {
                add(
                    "\(name)(\(quotient.text)) comes too late: the quotient of integers has no fraction any more",
                    quotient.remedy, at: ExprSyntax(call))
            }
        case "print":
            for argument in call.arguments where argument.label == nil { readPrinted(argument.expression) }
        case "String" where first.label?.text == "format":
            if let literal = first.expression.as(StringLiteralExprSyntax.self)?.representedLiteralValue {
                check(literal, call.arguments.dropFirst().map(\.expression), at: ExprSyntax(call))
            }
        default: break
        }
    }

    private mutating func readPrinted(_ expression: ExprSyntax) {
        guard let quotient = quotient(expression), quotient.isOfLiterals || quotient.isOfNames else { return }
        add("\(quotient.text) divides integers and drops the fraction", quotient.remedy, at: expression)
    }

    private mutating func add(_ message: String, _ hint: String, at node: ExprSyntax) {
        let line = converter.location(for: node.positionAfterSkippingLeadingTrivia).line
        notes.append(WorkerNote("\(message); \(hint)", line: line))
    }

    // MARK: Quotients

    /// A quotient of two integers.
    private struct Quotient {
        let dividend, divisor: ExprSyntax
        var text: String { "\(dividend.trimmedDescription) / \(divisor.trimmedDescription)" }

        /// Whether both are literals and the fraction is not 0.
        var isOfLiterals: Bool {
            guard let a = Int(dividend.trimmedDescription), let b = Int(divisor.trimmedDescription), b != 0 else {
                return false
            }
            return a % b != 0
        }

        /// Whether neither is a literal.
        var isOfNames: Bool {
            ![dividend, divisor].contains { $0.is(IntegerLiteralExprSyntax.self) }
        }

        var remedy: String {
            isOfLiterals
                ? "write \(dividend.trimmedDescription).0 / \(divisor.trimmedDescription)"
                : "write Double(\(dividend.trimmedDescription)) / Double(\(divisor.trimmedDescription))"
        }
    }

    private func quotient(_ expression: ExprSyntax) -> Quotient? {
        guard let sequence = expression.as(SequenceExprSyntax.self) else { return nil }
        let elements = Array(sequence.elements)
        guard elements.count == 3, elements[1].as(BinaryOperatorExprSyntax.self)?.operator.text == "/",
            types[elements[0]] == "Int", types[elements[2]] == "Int"
        else { return nil }
        return Quotient(dividend: elements[0], divisor: elements[2])
    }

    private static func soundsLikeAFraction(_ name: String) -> Bool {
        let words = [
            "accuracy", "average", "error", "fraction", "frequency", "loss", "mean", "percent", "precision",
            "probability", "proportion", "ratio", "recall", "score", "share",
        ]
        return words.contains { name.lowercased().contains($0) } || name.lowercased().hasSuffix("rate")
    }

    // MARK: Formats

    /// Compares the specifiers of a format with its arguments.
    private mutating func check(_ format: String, _ arguments: [ExprSyntax], at call: ExprSyntax) {
        let pattern = /%(%|[-+ #0]*(\*|\d*)(\.(\*|\d*))?(hh|h|ll|l|q|z|t|j|L)?([@a-zA-Z])|\d+\$)/
        let places = format.matches(of: pattern).filter { $0.output.1 != "%" }
        // A width among the arguments, or numbered places, are written by who knows them.
        guard !places.contains(where: { $0.output.0.contains("*") || $0.output.0.hasSuffix("$") }) else { return }
        guard places.count == arguments.count else {
            return add(
                "the format \"\(format)\" has \(places.count) places, but there are \(arguments.count) arguments",
                "write one % for each", at: call)
        }
        for (place, argument) in zip(places, arguments) {
            guard let conversion = place.output.6?.first, let type = types[argument] else { continue }
            let (text, name) = (place.output.0, argument.trimmedDescription)
            switch conversion {
            case "d", "i", "u", "x", "X", "o":
                if ["Double", "Float"].contains(type) {
                    add(
                        "\(text) takes an Int, but \(name) is a \(type): this prints another number", "write %.2f",
                        at: argument)
                } else if type == "String" {
                    add("\(text) takes an Int, but \(name) is a String", "write %@", at: argument)
                }
            case "f", "F", "e", "E", "g", "G", "a", "A":
                if type == "Int" {
                    add(
                        "\(text) takes a Double, but \(name) is an Int: this prints another number",
                        "write %d, or Double(\(name))", at: argument)
                } else if type == "String" {
                    add("\(text) takes a Double, but \(name) is a String", "write %@", at: argument)
                }
            case "s" where type == "String":
                add("%s takes a pointer of C, and prints nothing of a String", "write %@", at: argument)
            default: break
            }
        }
    }
}
