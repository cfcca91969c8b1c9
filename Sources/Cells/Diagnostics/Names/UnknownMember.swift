import SwiftSyntax

/// A member that a type does not have.
struct UnknownMember {
    let mistake: Mistake
    let type: String
    let name: String
    private let candidates: [String]
    private let isOfType: Bool

    init?(_ mistake: Mistake) {
        let pattern =
            /^(value of )?(?:type|tuple type) '(.+)' has no (?:dynamic )?member '([^']+)'(?:.*; did you mean '([^']+)'\?)?/
        guard let match = mistake.message.firstMatch(of: pattern) else { return nil }
        self.mistake = mistake
        type = String(match.output.2)
        name = String(match.output.3)
        isOfType = match.output.1 == nil
        let notes = mistake.diagnostic.corrections
        candidates = (match.output.4.map { [String($0)] } ?? []) + notes
    }

    private var member: MemberAccessExprSyntax? { mistake.around(MemberAccessExprSyntax.self) }

    /// The call of the member.
    private var call: FunctionCallExprSyntax? {
        guard let member, let call = member.parent?.as(FunctionCallExprSyntax.self),
            call.calledExpression.id == ExprSyntax(member).id
        else { return nil }
        return call
    }

    var answer: Mistake.Answer { slice ?? list ?? choice ?? alias ?? foundation ?? likely }

    /// `x[.ellipsis]`.
    private var slice: Mistake.Answer? {
        guard type == "any TensorIndex", let member else { return nil }
        return .init(
            "an index that is not a number or a range is written with its type",
            write: mistake.line(with: member, as: "Slice.\(name)"))
    }

    /// `metrics: .accuracy`.
    private var list: Mistake.Answer? {
        guard type.hasPrefix("["), let member, member.base == nil else { return nil }
        let element = String(type.dropFirst().dropLast()).replacing("any ", with: "")
        guard Choice.all[element] != nil || element == "Callback" else { return nil }
        let choice = Choice.nearest(to: name, of: element) ?? ".\(name)"
        return .init(
            "a list is wanted here, also for one \(element.lowercased())",
            write: mistake.line(with: member, as: "[\(choice)]"))
    }

    /// `.mse`, `.ReLU`, `.Adam(0.1)`.
    private var choice: Mistake.Answer? {
        guard isOfType, Choice.all[type] != nil, let member else { return nil }
        guard let choice = Choice.nearest(to: name, of: type) else {
            return candidates.isEmpty ? .init("\(type) has no '\(name)'", Choice.some(of: type)) : nil
        }
        let base = member.base.map(\.code) ?? ""
        let isSpelling =
            name.first?.isUppercase == true && choice.prefix { $0 != "(" }.lowercased() == "." + name.lowercased()
        let message =
            isSpelling ? "\(type) has no '\(name)': its names begin with a small letter" : "\(type) has no '\(name)'"
        if let call, choice.contains("(") {
            let word = choice.prefix { $0 != "(" }
            return .init(message, write: mistake.line(with: call.calledExpression, as: base + word))
        }
        return .init(message, write: mistake.line(with: member, as: base + choice))
    }

    private var alias: Mistake.Answer? {
        guard let member, let alias = Alias.member(name, of: type, count: call?.arguments.count) else { return nil }
        let whole = call.map { ExprSyntax($0) } ?? ExprSyntax(member)
        let base = member.base?.operand ?? ""
        let isStatement = whole.parent?.is(CodeBlockItemSyntax.self) == true
        if alias.swift.isEmpty {
            return .init(
                "'\(name)' is not needed here: \(alias.reason)",
                isStatement ? "leave the line out" : "write: \(mistake.line(with: whole, as: base))")
        }
        var text = alias.swift(arguments: call?.values, receiver: base)
        if !isStatement, text.hasPrefix("let "), let sign = text.firstRange(of: " = ") {
            text = String(text[sign.upperBound...])
        }
        // `net.trainable = false`: the assignment goes with its left side.
        if let infix = whole.parent?.as(InfixOperatorExprSyntax.self), infix.operator.is(AssignmentExprSyntax.self),
            infix.leftOperand.id == whole.id, alias.arguments == nil
        {
            if name == "trainable" || name == "isTrainable", ["true", "True"].contains(infix.rightOperand.code) {
                text = "\(base).unfreeze()"
            }
            let line = mistake.line(with: infix, as: text)
            return .init(message(alias.reason), write: line)
        }
        // A whole statement takes the place of the whole line.
        let replacesLine = text.hasPrefix("try ") || text.hasPrefix("optimizer.") || text.hasPrefix("let ")
        return .init(
            message(alias.reason),
            replacesLine || alias.isExample ? "such as: \(text)" : "write: \(mistake.line(with: whole, as: text))")
    }

    private func message(_ reason: String) -> String {
        if let rest = reason.wholeMatch(of: /not needed here: (.*)/) {
            return "'\(name)' is not needed here: \(rest.output.1)"
        }
        return "\(type) has no '\(name)'" + (reason.isEmpty ? "" : ": \(reason)")
    }

    private var foundation: Mistake.Answer? {
        guard let module = ModuleNames.module(declaringMember: name), candidates.isEmpty || type == "String" else {
            return nil
        }
        return .init("'\(name)' comes from \(module)", write: "import \(module)")
    }

    private var likely: Mistake.Answer {
        let plain = "\(isOfType ? "" : "value of ")type '\(type)' has no member '\(name)'"
        return .init(plain + (name.nearest(among: candidates).map { "; did you mean '\($0)'?" } ?? ""))
    }
}
