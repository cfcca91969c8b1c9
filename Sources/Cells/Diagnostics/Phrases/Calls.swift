import SwiftSyntax

extension Phrase {
    /// Arguments and their labels.
    static let calls = [
        Phrase("missing argument label '(.+?):' in call") { mistake, parts in missingLabel(mistake, parts[1]) },
        Phrase("missing argument labels '(.+?)' in call") { mistake, _ in examples(mistake) },
        Phrase("missing argument for parameter '(.+?)' in call") { mistake, parts in missing(mistake, parts[1]) },
        Phrase("extraneous argument labels? '(.+?):' in call") { mistake, parts in extraneous(mistake, parts[1]) },
        Phrase("extra argument '(.+?)' in call") { mistake, parts in extra(mistake, parts[1]) },
        Phrase("incorrect argument labels? in call \\(have '(.+?)', expected '(.+?)'\\)") { mistake, parts in
            incorrect(mistake, have: parts[1], expected: parts[2])
        },
        Phrase("extra argument in call") { mistake, _ in
            guard let call = mistake.call, call.name == "round", let first = call.arguments.first?.expression,
                call.arguments.count == 2
            else { return nil }
            return .init(
                "rounding to digits is done by String(format:), which makes a text (with import Foundation)",
                write: mistake.line(with: call, as: "String(format: \"%.\(call.values[1])f\", \(first.code))"))
        },
        Phrase("argument '(.+?)' must precede (?:argument|unnamed argument) '?(.+?)'?$") { mistake, parts in
            guard let call = mistake.call, let moved = call.arguments.first(where: { $0.label?.text == parts[1] }),
                let other = call.arguments.first(where: { $0.label?.text == parts[2] })
            else { return nil }
            var order = call.arguments.filter { $0.id != moved.id }.map {
                ($0.label.map { "\($0.text): " } ?? "") + $0.expression.code
            }
            let place = call.arguments.prefix { $0.id != other.id }.count
            order.insert("\(parts[1]): \(moved.expression.code)", at: place)
            return .init(
                "arguments stand in the order of the declaration: '\(parts[1])' before '\(parts[2])'",
                write: mistake.line([(call.arguments.start..<call.arguments.end, order.joined(separator: ", "))]))
        },
        Phrase("unnamed argument #\\d+ must precede argument '(.+?)'") { mistake, _ in
            .init("arguments without a label stand first", nil)
        },
        Phrase("cannot call value of non-function type '(.+?)'") { mistake, parts in
            guard let call = mistake.call else { return nil }
            let isMember = call.calledExpression.is(MemberAccessExprSyntax.self)
            if isMember, call.name == "parameters",
                let outer = call.parent?.parent?.parent?.as(FunctionCallExprSyntax.self),
                let answer = optimizer(mistake, outer)
            {
                return answer
            }
            guard isMember else {
                return .init(
                    "'\(call.calledExpression.code)' is a value here, of type \(parts[1]), and no function",
                    call.arguments.isEmpty ? "leave out the parentheses" : nil)
            }
            return .init(
                "'\(call.name)' is a property: it is read without parentheses",
                write: call.arguments.isEmpty ? mistake.line(with: call, as: call.calledExpression.code) : nil)
        },
    ]

    /// `Dense(8, relu)`, `Conv2D(32, (3, 3))`, `Tensor.zeros(3, 4)`, `fit(x, y)`.
    private static func missingLabel(_ mistake: Mistake, _ label: String) -> Mistake.Answer? {
        guard let call = mistake.call else { return nil }
        if let answer = optimizer(mistake, call) { return answer }
        let unlabelled = call.arguments.filter { $0.label == nil }
        if let answer = examples(mistake) { return answer }
        if label == "arrayLiteral" || (label == "dtype" && call.values.count > 1) {
            let numbers = unlabelled.map(\.expression.code).joined(separator: ", ")
            let what =
                label == "dtype" ? "a shape is a list of lengths in brackets" : "a tensor's numbers stand in brackets"
            return .init(what, write: mistake.line([(call.arguments.start..<call.arguments.end, "[\(numbers)]")]))
        }
        // The argument without a label that is the last of them is the one that lacks it.
        let position = mistake.diagnostic.labelColumn.map {
            $0 + mistake.code.start(ofLine: mistake.diagnostic.line - 1)
        }
        guard
            let argument = unlabelled.first(where: { position == nil || $0.expression.start >= position! })
                ?? unlabelled.last
        else { return nil }
        var value = argument.expression.code
        let type = [
            "activation": "ActivationFunction", "loss": "Loss", "optimizer": "Optimizer", "initializer": "Initializer",
            "regularizer": "Regularizer", "padding": "Padding",
        ][label]
        if let type, !value.hasPrefix("."), !value.contains("("),
            let choice = Choice.nearest(to: argument.expression.literal ?? value, of: type)
        {
            value = choice
        }
        if let tuple = argument.expression.as(TupleExprSyntax.self), tuple.elements.count > 1 {
            value = "[\(tuple.elements.code)]"
        }
        return .init(
            "the argument '\(argument.expression.code)' needs its label, '\(label):'",
            write: mistake.line(with: argument.expression, as: "\(label): \(value)"))
    }

    /// Inputs and targets in a call that takes examples.
    private static func examples(_ mistake: Mistake) -> Mistake.Answer? {
        guard let call = mistake.call, ["fit", "evaluate"].contains(call.name) else { return nil }
        let values = call.arguments.filter { $0.label == nil }
        guard values.count > 1, let first = values.first, let last = values.dropFirst().first else { return nil }
        return .init(
            "'\(call.name)' takes examples: inputs together with their targets",
            write: mistake.line([
                (
                    first.start..<last.expression.end,
                    "Examples(inputs: \(first.expression.code), targets: \(last.expression.code))"
                )
            ]))
    }

    private static func missing(_ mistake: Mistake, _ label: String) -> Mistake.Answer? {
        guard let call = mistake.call else { return nil }
        if call.name == "Sequential", label == "layers" || label == "name" {
            let layers = call.arguments.first?.expression.as(ArrayExprSyntax.self)?.elements.map(\.expression.code)
            guard let layers else {
                return .init(
                    "the layers of a network stand in braces",
                    "write: try Sequential(\"net\", input: [784]) { Dense(10) }")
            }
            return .init(
                "the layers of a network stand in braces, one on a line",
                write: mistake.line(
                    with: call, as: "try Sequential(\"net\", input: [784]) { \(layers.joined(separator: "; ")) }"))
        }
        let types = ["loss": "Loss", "optimizer": "Optimizer", "activation": "ActivationFunction"]
        let value = types[label].flatMap { Choice.all[$0]?.names.first }.map { "." + $0 } ?? "…"
        if label == "kernel",
            let extra = call.arguments.first(where: { LabelAlias.all[$0.label?.text ?? ""] == "kernel" })
        {
            return .init(
                "the label is 'kernel:'", write: mistake.line(with: extra, as: "kernel: \(extra.expression.code)"))
        }
        guard let end = call.rightParen?.start, label.first?.isNumber != true else { return nil }
        let separator = call.arguments.isEmpty ? "" : ", "
        let choices = types[label].flatMap(Choice.some).map { ", \($0)" } ?? ""
        return .init(
            "'\(call.name)' needs its argument '\(label):'\(choices)",
            write: mistake.line([(end..<end, "\(separator)\(label): \(value)")]))
    }

    private static func extraneous(_ mistake: Mistake, _ labels: String) -> Mistake.Answer? {
        if let attribute = mistake.around(AttributeSyntax.self), attribute.attributeName.code == "Slider",
            let arguments = attribute.arguments?.as(LabeledExprListSyntax.self), let answer = slider(mistake, arguments)
        {
            return answer
        }
        guard let call = mistake.call else { return nil }
        if let answer = slider(mistake, call) { return answer }
        let label = labels.split(separator: ":").first.map(String.init) ?? labels
        guard let argument = call.arguments.first(where: { $0.label?.text == label }) else { return nil }
        if let reason = LabelAlias.needless[label] {
            return .init("'\(label):' is not needed here: \(reason)", write: without(argument, mistake, call))
        }
        return .init(
            "the argument '\(argument.expression.code)' has no label here",
            write: mistake.line(
                with: argument, as: argument.expression.code + (argument.trailingComma == nil ? "" : ",")))
    }

    /// `Slider(0.5, min: 0, max: 1)`.
    private static func slider(_ mistake: Mistake, _ call: FunctionCallExprSyntax) -> Mistake.Answer? {
        call.name == "Slider" || call.name == "RangeSlider" ? slider(mistake, call.arguments) : nil
    }

    private static func slider(_ mistake: Mistake, _ arguments: LabeledExprListSyntax) -> Mistake.Answer? {
        func value(_ label: String) -> String? { arguments.first { $0.label?.text == label }?.expression.code }
        guard let low = value("min") ?? value("from"), let high = value("max") ?? value("to") else { return nil }
        let texts = arguments.filter { $0.label == nil && $0.expression.is(StringLiteralExprSyntax.self) }.map(
            \.expression.code)
        let first = arguments.first { $0.label == nil && !$0.expression.is(StringLiteralExprSyntax.self) }?.expression
            .code
        let start = (first ?? value("value")).map { ["value: \($0)"] } ?? []
        let binding =
            mistake.around(PatternBindingSyntax.self) ?? mistake.around(VariableDeclSyntax.self)?.bindings.first
        let names = texts.isEmpty ? ["\"\(binding?.pattern.code ?? "value")\""] : texts
        let list = (names + ["\(low)...\(high)"] + start).joined(separator: ", ")
        return .init(
            "a slider takes the range of its values", write: mistake.line([(arguments.start..<arguments.end, list)]))
    }

    /// `Adam(net.parameters(), lr: 0.01)`.
    private static func optimizer(_ mistake: Mistake, _ call: FunctionCallExprSyntax) -> Mistake.Answer? {
        guard Receiver.names(for: call.name) == ["optimizer"], let first = call.arguments.first?.expression.code,
            let end = first.firstRange(of: ".parameters")
        else { return nil }
        let rate = call.arguments.dropFirst().first {
            ["lr", "learning_rate", "learningRate"].contains($0.label?.text ?? "")
        }
        let rest = rate.map { ", learningRate: \($0.expression.code)" } ?? ""
        return .init(
            "an optimizer is made for a network",
            write: mistake.line(with: call, as: "\(call.name)(for: \(first[..<end.lowerBound])\(rest))"))
    }

    /// The line without an argument.
    private static func without(
        _ argument: LabeledExprSyntax, _ mistake: Mistake, _ call: FunctionCallExprSyntax
    ) -> String {
        let rest = call.arguments.filter { $0.id != argument.id }.map {
            ($0.label.map { "\($0.text): " } ?? "") + $0.expression.code
        }
        return mistake.line([(call.arguments.start..<call.arguments.end, rest.joined(separator: ", "))])
    }

    private static func extra(_ mistake: Mistake, _ label: String) -> Mistake.Answer? {
        guard let call = mistake.call, let argument = call.arguments.first(where: { $0.label?.text == label }) else {
            return nil
        }
        if let answer = slider(mistake, call) ?? optimizer(mistake, call) { return answer }
        let labels = Set(call.arguments.compactMap { $0.label?.text })
        if let reason = LabelAlias.needless[label] {
            return .init(
                "'\(label):' is not needed here: \(reason)",
                reason.contains("write ") ? nil : "write: \(without(argument, mistake, call))")
        }
        guard let other = LabelAlias.all[label] ?? (label.contains("_") ? LabelAlias.camelCase(label) : nil),
            !labels.contains(other)
        else {
            return .init(
                "'\(call.name)' has no argument '\(label):'", "see what it takes: Shift-Tab in its parentheses")
        }
        var value = argument.expression.code
        if other == "bias", value == "nil" { value = "false" }
        let comma = argument.trailingComma == nil ? "" : ","
        return .init(
            other.isEmpty ? "the argument '\(value)' has no label here" : "the label is '\(other):'",
            write: mistake.line(with: argument, as: (other.isEmpty ? value : "\(other): \(value)") + comma))
    }

    private static func incorrect(_ mistake: Mistake, have: String, expected: String) -> Mistake.Answer? {
        let (have, expected) = (
            have.split(separator: ":").map(String.init), expected.split(separator: ":").map(String.init)
        )
        guard let call = mistake.call, have.count == expected.count, call.arguments.count >= have.count else {
            return nil
        }
        var edits: [(Range<Int>, String)] = [], changes: [String] = []
        for (index, argument) in call.arguments.enumerated() where index < have.count && have[index] != expected[index]
        {
            let label = expected[index] == "_" ? "" : "\(expected[index]): "
            edits.append((argument.start..<argument.expression.start, label))
            let old = have[index] == "_" ? "no label" : "'\(have[index]):'"
            changes.append(
                expected[index] == "_"
                    ? "'\(have[index]):' is left out"
                    : have[index] == "_"
                        ? "the label '\(expected[index]):' is missing"
                        : "the label is '\(expected[index]):', not \(old)")
        }
        guard !edits.isEmpty else { return nil }
        return .init(changes.joined(separator: ", "), write: mistake.line(edits.map { (range: $0.0, text: $0.1) }))
    }
}

extension Diagnostic {
    /// The column of the label that the compiler's fix-it inserts, from 0.
    fileprivate var labelColumn: Int? {
        guard excerpt.count > 2 else { return nil }
        return excerpt[2].prefix { $0 == " " }.count
    }
}
