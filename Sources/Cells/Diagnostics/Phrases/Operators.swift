import SwiftSyntax

extension Phrase {
    /// Operators between values that they do not join.
    static let operators = [
        Phrase("binary operator '(.+?)' cannot be applied to operands of type '(.+?)' and '(.+?)'$") {
            Operation($0, left: $1[2], right: $1[3])?.answer
        },
        Phrase("binary operator '(.+?)' cannot be applied to two '(.+?)' operands$") {
            Operation($0, left: $1[2], right: $1[2])?.answer
        },
        Phrase("referencing operator function '(.+?)' on '.+?' requires that 'Tensor' conform to '.+?'$") {
            Operation($0, left: "Tensor", right: "Tensor", name: $1[1])?.answer
        },
        Phrase("operator function '(.+?)' requires that 'Tensor' conform to '.+?'$") { mistake, parts in
            guard let operation = mistake.operation else { return nil }
            let isText = operation.right.is(StringLiteralExprSyntax.self)
            return Operation(
                mistake, left: isText ? "Tensor" : "String", right: isText ? "String" : "Tensor", name: parts[1])?
                .answer
        },
    ]
}

/// Two values of types that an operator does not join.
private struct Operation {
    let mistake: Mistake
    let types: (left: String, right: String)
    let name: String
    let left: ExprSyntax
    let right: ExprSyntax
    let whole: InfixOperatorExprSyntax

    init?(_ mistake: Mistake, left: String, right: String, name: String? = nil) {
        guard let whole = mistake.around(InfixOperatorExprSyntax.self) else { return nil }
        self.mistake = mistake
        self.whole = whole
        self.name = name ?? whole.operator.code
        (self.left, self.right) = (whole.leftOperand, whole.rightOperand)
        types = (left, right)
    }

    private typealias Answer = Mistake.Answer

    private func line(_ text: String) -> String { mistake.line(with: whole, as: text) }

    private static let numbers: Set<String> = ["Int", "Double", "Float", "Int32", "Int64", "UInt8", "UInt"]

    var answer: Mistake.Answer? { comparison ?? numbers ?? texts ?? lists ?? tuples ?? optionals }

    /// Tensors that are compared.
    private var comparison: Answer? {
        guard ["==", "!=", "<", ">", "<=", ">="].contains(name), types.left == "Tensor" || types.right == "Tensor"
        else {
            return nil
        }
        let (a, b) = (left.operand, right.operand)
        func isNumber(_ expression: ExprSyntax, _ type: String) -> Bool {
            Self.numbers.contains(type) || expression.is(IntegerLiteralExprSyntax.self)
                || expression.is(FloatLiteralExprSyntax.self)
        }
        func isSingle(_ expression: ExprSyntax) -> Bool {
            guard let call = expression.as(FunctionCallExprSyntax.self), call.arguments.isEmpty else { return false }
            return ["sum", "mean", "max", "min", "norm", "item"].contains(call.name)
        }
        if isNumber(right, types.right), isSingle(left) {
            return Answer(
                "a tensor is not a number; one with a single element gives it by item()",
                write: line("\(a).item() \(name) \(b)"))
        }
        if isNumber(left, types.left), isSingle(right) {
            return Answer(
                "a tensor is not a number; one with a single element gives it by item()",
                write: line("\(a) \(name) \(b).item()"))
        }
        if name == "==" || name == "!=", !isNumber(left, types.left), !isNumber(right, types.right) {
            return Answer(
                "whether two tensors are equal is asked by isClose(to:); .\(name) compares them element by element",
                write: line("\(name == "!=" ? "!" : "")\(a).isClose(to: \(b))"))
        }
        return Answer(
            "tensors are compared element by element with '.\(name)'",
            write: line("\(tensorOperand(left, types.left)) .\(name) \(tensorOperand(right, types.right))"))
    }

    /// The operand beside a tensor: numbers must be Doubles.
    private func tensorOperand(_ expression: ExprSyntax, _ type: String) -> String {
        Self.numbers.contains(type) && type != "Double" && !expression.is(IntegerLiteralExprSyntax.self)
            ? "Double(\(expression.code))" : expression.operand
    }

    /// Numbers of different types.
    private var numbers: Answer? {
        let (a, b) = types
        let isAssignment = name.hasSuffix("=") && !["==", "!=", "<=", ">=", ".==", ".!="].contains(name)
        if a == "Tensor", Self.numbers.contains(b) || b == "Tensor" {
            guard Self.numbers.contains(b) else { return nil }
            if isAssignment {
                return Answer(
                    "a tensor is changed by a Tensor or a Double, not by \(article(b))",
                    write: line("\(left.code) = \(left.operand) \(name.dropLast()) \(tensorOperand(right, b))"))
            }
            return Answer(
                "beside a tensor a number must be a Double, not \(article(b))",
                write: line("\(left.code) \(name) \(tensorOperand(right, b))"))
        }
        if b == "Tensor", Self.numbers.contains(a) {
            return Answer(
                "beside a tensor a number must be a Double, not \(article(a))",
                write: line("\(tensorOperand(left, a)) \(name) \(right.code)"))
        }
        guard Self.numbers.contains(a), Self.numbers.contains(b) else { return nil }
        let cause = "'\(left.code)' is \(article(a)) and '\(right.code)' \(article(b)): both must have the same type"
        if a == b { return nil }
        if a == "Double" || (a == "Float" && b != "Double") {
            return Answer(cause, write: line("\(left.code) \(name) \(a)(\(right.code))"))
        }
        if isAssignment { return Answer(cause, write: line("\(left.code) \(name) \(a)(\(right.code))")) }
        let target = b == "Double" || b == "Float" ? b : "Int"
        return Answer(
            cause,
            write: line(
                "\(a == target ? left.code : "\(target)(\(left.code))") \(name) \(b == target ? right.code : "\(target)(\(right.code))")"
            ))
    }

    private func article(_ type: String) -> String {
        "AEIOU".contains(type.prefix(1)) && !type.hasPrefix("UI") ? "an \(type)" : "a \(type)"
    }

    /// A text with something else.
    private var texts: Answer? {
        if name == "+", types.left == "String" || types.right == "String" {
            let parts = [left, right].map { side in side.literal ?? "\\(\(side.code))" }
            return Answer(
                "only a text can be added to a text; a value stands in it as \\(…)",
                write: line("\"\(parts.joined())\""))
        }
        if name == "*", types.left == "String", types.right == "Int" {
            return Answer(
                "a text is repeated by String(repeating:count:)",
                write: line("String(repeating: \(left.code), count: \(right.code))"))
        }
        return nil
    }

    /// Arrays that are used like vectors.
    private var lists: Answer? {
        let (a, b) = types
        guard a.hasPrefix("[") || b.hasPrefix("["), !a.contains(":"), !b.contains(":") else { return nil }
        if name == "+", a == "[\(b)]" {
            return Answer("an array is extended by an array", write: line("\(left.code) + [\(right.code)]"))
        }
        guard ["+", "-", "*", "/"].contains(name) else { return nil }
        if b == "Tensor" || a == "Tensor" {
            let text =
                a == "Tensor"
                ? "\(left.code) \(name) Tensor(\(right.code))" : "Tensor(\(left.code)) \(name) \(right.code)"
            return Answer("an array is not a tensor", write: line(text))
        }
        let text = [(left, a), (right, b)].map { side, type in
            type.hasPrefix("[") ? "Tensor(\(side.code))" : tensorOperand(side, type)
        }.joined(separator: " \(name) ")
        return Answer("arrays do not compute element by element, tensors do", write: line(text))
    }

    private var tuples: Answer? {
        guard types.left == "Shape", let tuple = right.as(TupleExprSyntax.self) else { return nil }
        return Answer(
            "a shape is a list of lengths in brackets", write: line("\(left.code) \(name) [\(tuple.elements.code)]"))
    }

    private var optionals: Answer? {
        guard types.left.hasSuffix("?") || types.right.hasSuffix("?"), name != "==", name != "!=" else { return nil }
        let isLeft = types.left.hasSuffix("?")
        let side = isLeft ? left : right
        let text = isLeft ? "(\(left.code) ?? 0) \(name) \(right.code)" : "\(left.code) \(name) (\(right.code) ?? 0)"
        return Answer("'\(side.code)' may have no value; say what to take then", write: line(text))
    }
}
