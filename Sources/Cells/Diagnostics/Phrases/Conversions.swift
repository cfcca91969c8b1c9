import SwiftSyntax

extension Phrase {
    /// Values of one type where another one is wanted.
    static let conversions = [
        Phrase(
            "cannot convert (?:value|return expression) of type '(.+?)' to (?:expected argument|specified|closure result|expected element|return|expected condition) type '(.+?)'$"
        ) {
            Conversion($0, from: $1[1], to: $1[2]).answer
        },
        Phrase("cannot assign value of type '(.+?)' to (?:type|subscript of type) '(.+?)'$") {
            Conversion($0, from: $1[1], to: $1[2]).answer
        },
        Phrase("argument type '(.+?)' does not conform to expected type '(.+?)'$") {
            Conversion($0, from: $1[1], to: $1[2]).answer
        },
        Phrase("cannot convert value of type '(.+?)' to expected argument type '(.+?)'; did you mean .*$") {
            Conversion($0, from: $1[1], to: $1[2]).answer
        },
    ]
}

/// An expression of one type where another one is wanted.
private struct Conversion {
    let mistake: Mistake
    let source: String
    let target: String
    let expression: ExprSyntax?

    init(_ mistake: Mistake, from source: String, to target: String) {
        self.mistake = mistake
        self.source = source
        self.target = target.hasSuffix("?") ? String(target.dropLast()) : target
        expression = mistake.expression
    }

    private typealias Answer = Mistake.Answer

    /// The line with the expression written in another way.
    private func line(_ text: String) -> String? { expression.map { mistake.line(with: $0, as: text) } }

    var answer: Mistake.Answer? {
        choice ?? shape ?? operation ?? tensor ?? examples ?? number ?? text
    }

    /// `"relu"`, `Adam`, `relu` where `.relu` is meant.
    private var choice: Answer? {
        guard Choice.all[target] != nil else { return nil }
        let what = Self.names[target] ?? "a value of type \(target)"
        if source == "String", let expression {
            guard let text = expression.literal, let choice = Choice.nearest(to: text, of: target) else {
                return Answer("\(what) is chosen by its name, not by a text", Choice.some(of: target))
            }
            return Answer("\(what) is chosen by its name, without quotes", write: line(choice))
        }
        if source.hasSuffix(".Type"), let expression {
            return Answer(
                "'\(expression.code)' is a type; parentheses behind it make a value",
                write: line("\(expression.code)()"))
        }
        if source.contains("->"), let expression, let choice = Choice.nearest(to: expression.code, of: target) {
            return Answer(
                "'\(expression.code)' is a function; \(what) is chosen by its name, with a dot", write: line(choice))
        }
        return nil
    }

    private static let names = [
        "Loss": "a loss", "Metric": "a metric", "Optimizer": "an optimizer", "ActivationFunction": "an activation",
        "Initializer": "an initializer", "Regularizer": "a regularizer", "Padding": "a padding",
        "DType": "a type of elements",
        "AxisScale": "a scale", "Merge": "a merge", "Color": "a color",
    ]

    /// `4` or `(28, 28, 1)` where `[28, 28, 1]` is meant.
    private var shape: Answer? {
        guard target == "Shape" || target == "WindowSize" || target == "any WindowSize", let expression else {
            return nil
        }
        let what = target == "Shape" ? "a shape" : "a window"
        if let call = mistake.call, call.arguments.count > 1, call.arguments.allSatisfy({ $0.label == nil }),
            source == "Int",
            target == "Shape"
        {
            let range = call.arguments.start..<call.arguments.end
            return Answer(
                "a shape is a list of lengths in brackets", write: mistake.line([(range, "[\(call.arguments.code)]")]))
        }
        let lengths = expression.as(TupleExprSyntax.self)?.elements.code ?? expression.code
        if source == "Double" {
            return Answer("\(what) has whole numbers, not '\(expression.code)'", "write Int(…) around it")
        }
        guard
            source == "Int" || source.hasPrefix("(Int") || source.hasPrefix("Slice<") || source.hasPrefix("ArraySlice<")
        else {
            return nil
        }
        if source.contains("Slice<") {
            return Answer(
                "a part of a shape becomes a shape by way of an array", write: line("Shape(Array(\(expression.code)))"))
        }
        return Answer("\(what) is a list of lengths in brackets", write: line("[\(lengths)]"))
    }

    /// `x ^ 2`, `t % 2`, `a && b` on values that have no such operator.
    private var operation: Answer? {
        guard let infix = joining ?? mistake.around(InfixOperatorExprSyntax.self) else { return nil }
        let operation = (left: infix.leftOperand, name: infix.operator.code, right: infix.rightOperand)
        let (left, right) = (operation.left.operand, operation.right.operand)
        func replaced(by text: String) -> String { mistake.line(with: infix, as: text) }
        switch operation.name {
        case "^":
            let power =
                source == "Tensor" && right == "2"
                ? "\(left).squared()" : "pow(\(operation.left.code), \(operation.right.code))"
            return Answer("'^' is no power in Swift: powers are computed by 'pow'", write: replaced(by: power))
        case "&&" where source == "Tensor", "||" where source == "Tensor":
            let sign = operation.name == "&&" ? ".&" : ".|"
            return Answer(
                "'\(operation.name)' joins single truth values; tensors are joined element by element with '\(sign)'",
                write: replaced(by: "\(left) \(sign) \(right)"))
        case "%" where source == "Tensor":
            return Answer(
                "tensors have no '%'", write: replaced(by: "\(left) - \(right) * floor(\(left) / \(right))"))
        case "%" where source == "String":
            return Answer("'%' does not fill in a text", "write the value within the text, as \\(…)")
        case "%" where source == "Double" || source == "Float":
            return Answer(
                "'%' is for whole numbers", write: replaced(by: "\(left).truncatingRemainder(dividingBy: \(right))"))
        default: return nil
        }
    }

    /// The `&&` or `||` around the expression.
    private var joining: InfixOperatorExprSyntax? {
        mistake.ancestors.lazy.compactMap { $0.as(InfixOperatorExprSyntax.self) }.first {
            ["&&", "||"].contains($0.operator.code)
        }
    }

    /// A tensor where a number, an array or something else is wanted, and the other way round.
    private var tensor: Answer? {
        guard let expression else { return nil }
        if source == "Tensor" {
            switch target {
            case "Double":
                return Answer(
                    "a tensor is not a number; one with a single element gives it by item()",
                    write: line("\(expression.operand).item()"))
            case "Float", "Int":
                return Answer(
                    "a tensor is not a number; one with a single element gives it by item()",
                    write: line("\(target)(\(expression.operand).item())"))
            case "[Float]":
                return Answer(
                    "a tensor is not an array; it gives its numbers as one",
                    write: line("\(expression.operand).scalars"))
            case "[Double]":
                return Answer(
                    "a tensor is not an array; it gives its numbers as one",
                    write: line("\(expression.operand).doubles"))
            case "[Int]":
                return Answer(
                    "a tensor is not an array; it gives its numbers as one",
                    write: line("\(expression.operand).doubles.map { Int($0) }"))
            case "String": return Answer("a tensor is not a text", write: line("\"\\(\(expression.code))\""))
            case "Bool":
                return Answer(
                    "a tensor is not one truth value; compare a single element, or two whole tensors by isClose(to:)",
                    write: line("\(expression.operand).item() != 0"))
            case "Shape":
                return Answer("a tensor is not a shape; it has one", write: line("\(expression.operand).shape"))
            case "Int32", "Int64":
                return Answer("a tensor is not a number", write: line("Int(\(expression.operand).item())"))
            default: return nil
            }
        }
        if target == "Tensor.Literal" || target == "Tensor.ArrayLiteralElement" {
            guard source != "String" else {
                return Answer(
                    "a tensor holds numbers, not texts", "number the classes: 0 for the first one, 1 for the second")
            }
            let list = mistake.ancestors.compactMap { $0.as(ArrayExprSyntax.self) }.last
            return Answer(
                "a tensor's literal takes only written numbers; with the values of variables it is made by Tensor(…)",
                write: list.map { mistake.line(with: $0, as: "Tensor(\($0.code))") })
        }
        guard target == "Tensor" else { return nil }
        if source == "String" || source == "[String]" {
            return Answer(
                "a tensor holds numbers, not texts", "number the classes: 0 for the first one, 1 for the second")
        }
        if ["Int", "Float"].contains(source), let call = mistake.call,
            call.arguments.contains(where: { $0.expression.id == expression.id })
        {
            return Answer(
                "'\(call.name)' takes a Double or a Tensor, not the \(source) '\(expression.code)'",
                write: line("Double(\(expression.code))"))
        }
        if ["Int", "Double", "Float"].contains(source) || source.hasPrefix("[") {
            let isElement = mistake.message.contains("to subscript of type")
            let what =
                isElement
                ? "an element of a tensor is a tensor"
                : "\(source.hasPrefix("[") ? "an array" : Self.article(source)) is not a tensor"
            return Answer(what, write: line("Tensor(\(expression.code))"))
        }
        return nil
    }

    /// Inputs and targets where examples are wanted.
    private var examples: Answer? {
        guard target == "Examples", let call = mistake.call else { return nil }
        let arguments = Array(call.arguments)
        if source.hasPrefix("(Examples"), let tuple = arguments.first?.expression.as(TupleExprSyntax.self),
            tuple.elements.count == 2
        {
            let parts = tuple.elements.map(\.expression.code)
            return Answer(
                "'\(call.name)' takes the training examples, and others for validation under their label",
                write: mistake.line(with: tuple, as: "\(parts[0]), validation: \(parts[1])"))
        }
        guard source == "Tensor", let first = arguments.first else { return nil }
        let message = "'\(call.name)' takes examples: inputs together with their targets"
        if arguments.count > 1, arguments[1].label == nil {
            let range = first.start..<arguments[1].expression.end
            let text = "Examples(inputs: \(first.expression.code), targets: \(arguments[1].expression.code))"
            return Answer(message, write: mistake.line([(range, text)]))
        }
        return Answer(
            message,
            write: mistake.line(with: first.expression, as: "Examples(inputs: \(first.expression.code), targets: …)"))
    }

    // MARK: Numbers and texts

    private static let numbers: Set<String> = ["Int", "Double", "Float", "Int32", "Int64", "UInt8", "CGFloat", "UInt"]

    private var number: Answer? {
        guard let expression else { return nil }
        if Self.numbers.contains(source), Self.numbers.contains(target) {
            if target == "Double" || target == "Float", expression.is(InfixOperatorExprSyntax.self) {
                let text = Self.distributed(target, over: expression)
                let isDivision = expression.as(InfixOperatorExprSyntax.self)?.operator.code == "/"
                return Answer(
                    isDivision
                        ? "whole numbers are divided without a remainder: convert both before they are divided"
                        : "this is a whole number, \(Self.article(source)), and \(Self.article(target)) is wanted",
                    write: line(text))
            }
            let loss = target == "Int" ? "; the conversion drops what follows the point" : ""
            return Answer(
                "'\(expression.code)' is \(Self.article(source)), and \(Self.article(target)) is wanted\(loss)",
                write: line("\(target)(\(expression.code))"))
        }
        if source.hasPrefix("["), target.hasPrefix("["), !source.contains(":") {
            let (from, to) = (String(source.dropFirst().dropLast()), String(target.dropFirst().dropLast()))
            if Self.numbers.contains(from), Self.numbers.contains(to) {
                let array = elementExpression ?? expression
                return Answer(
                    "these are \(from)s, and \(to)s are wanted: convert each element",
                    write: mistake.line(with: array, as: "\(array.operand).map { \(to)($0) }"))
            }
        }
        if source == "String", Self.numbers.contains(target) {
            if let text = expression.literal, Double(text) != nil {
                return Answer(nil, "a number stands without quotes; write: \(line(text) ?? text)")
            }
            return Answer(
                nil,
                "a text may contain no number, then the value behind ?? is taken; write: \(line("\(target)(\(expression.code)) ?? 0") ?? "")"
            )
        }
        if target.hasPrefix("[") && "[\(source)]" == target {
            return Answer("a list is wanted, not a single value", write: line("[\(expression.code)]"))
        }
        if target == "Bool", Self.numbers.contains(source) {
            return Answer("a number is not a truth value; compare it", write: line("\(expression.code) != 0"))
        }
        return nil
    }

    /// The array that is assigned where the caret stands at the sign.
    private var elementExpression: ExprSyntax? {
        mistake.around(PatternBindingSyntax.self)?.initializer?.value
    }

    private static func article(_ type: String) -> String {
        type == "Int" || type.hasPrefix("UInt") ? "an \(type)" : "a \(type)"
    }

    /// `Double(a) / Double(b)` for `a / b`.
    private static func distributed(_ type: String, over expression: ExprSyntax) -> String {
        if let infix = expression.as(InfixOperatorExprSyntax.self), ["+", "-", "*", "/"].contains(infix.operator.code) {
            return
                "\(distributed(type, over: infix.leftOperand)) \(infix.operator.code) \(distributed(type, over: infix.rightOperand))"
        }
        if expression.is(IntegerLiteralExprSyntax.self) || expression.is(FloatLiteralExprSyntax.self) {
            return expression.code
        }
        if let tuple = expression.as(TupleExprSyntax.self), tuple.elements.count == 1, let inner = tuple.elements.first
        {
            return "(\(distributed(type, over: inner.expression)))"
        }
        return "\(type)(\(expression.code))"
    }

    private var text: Answer? {
        guard target == "String", let expression, source != "()" else { return nil }
        if mistake.operation?.name == "%" { return nil }
        if source == "Int", let index = mistake.around(SubscriptCallExprSyntax.self) {
            return Answer(
                "a layer is found by its name here, and by its number in 'layers'",
                write: mistake.line(with: index.calledExpression, as: "\(index.calledExpression.code).layers"))
        }
        return Answer("a text is wanted, not a value of type \(source)", write: line("\"\\(\(expression.code))\""))
    }
}
