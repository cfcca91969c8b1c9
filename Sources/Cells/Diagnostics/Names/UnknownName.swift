import SwiftSyntax

/// A name that the compiler does not find.
struct UnknownName {
    let mistake: Mistake
    let name: String
    let isType: Bool
    /// The names of the session, and those that the compiler takes for likely.
    let candidates: [String]
    /// The types of the session's variables.
    let types: () -> [String: String]
    /// Whether a name comes with `import Swiftlet`, where that is missing.
    let isOfLibrary: (String) -> Bool

    /// - Parameters:
    ///   - mistake: The message.
    ///   - names: The names that the session declares.
    init?(
        _ mistake: Mistake, names: (_ ofTypes: Bool) -> [String], types: @escaping () -> [String: String],
        isOfLibrary: @escaping (String) -> Bool
    ) {
        let pattern = /cannot find (type )?'([^']+)' in scope(?:; did you mean '([^']+)'\?)?/
        guard let match = mistake.message.firstMatch(of: pattern) else { return nil }
        self.mistake = mistake
        name = String(match.output.2)
        isType = match.output.1 != nil
        let notes = mistake.diagnostic.corrections
        // Foundation's older half is nothing that a student means.
        candidates = (names(isType) + (match.output.3.map { [String($0)] } ?? []) + notes).filter {
            !$0.hasPrefix("NS")
        }
        self.types = types
        self.isOfLibrary = isOfLibrary
    }

    var answer: Mistake.Answer {
        fromLibrary ?? assignment ?? batchAxis ?? choice ?? alias ?? typeWord ?? operators ?? member ?? foundation
            ?? inner ?? likely
    }

    private var said: String { "cannot find \(isType ? "type " : "")'\(name)' in scope" }

    private var fromLibrary: Mistake.Answer? {
        isOfLibrary(name) ? .init("'\(name)' comes from Swiftlet", write: "import Swiftlet") : nil
    }

    /// `input: [None, 28, 28]`.
    private var batchAxis: Mistake.Answer? {
        guard name == "None", let list = mistake.around(ArrayExprSyntax.self) else { return nil }
        let lengths = list.elements.map(\.expression.code).filter { $0 != "None" }
        return .init(
            "a shape is that of one example: the batch axis is left out",
            write: mistake.line(with: list, as: "[\(lengths.joined(separator: ", "))]"))
    }

    /// `loss: crossEntropy`.
    private var choice: Mistake.Answer? {
        guard let argument = mistake.argument, argument.expression.code == name, let label = argument.label?.text else {
            return nil
        }
        let types = [
            "loss": "Loss", "activation": "ActivationFunction", "initializer": "Initializer", "padding": "Padding",
            "optimizer": "Optimizer", "regularizer": "Regularizer", "color": "Color", "dtype": "DType",
            "merge": "Merge",
            "xScale": "AxisScale", "yScale": "AxisScale",
        ]
        guard let type = types[label], let choice = Choice.nearest(to: name, of: type) else { return nil }
        return .init(
            "'\(name)' is chosen by its name with a dot", write: mistake.line(with: argument.expression, as: choice))
    }

    // MARK: Other languages and libraries

    /// The expression that begins with the name, with its members, and the names in it.
    private var path: (node: ExprSyntax, names: [String])? {
        guard let reference = mistake.token?.parent?.as(DeclReferenceExprSyntax.self) else { return nil }
        var node = ExprSyntax(reference), names = [name]
        while let member = node.parent?.as(MemberAccessExprSyntax.self), member.base?.id == node.id {
            node = ExprSyntax(member)
            names.append(member.declName.baseName.text)
        }
        return (node, names)
    }

    private var alias: Mistake.Answer? {
        guard var (node, names) = path else { return nil }
        // `np.zeros(3).shape`: what follows a call is not looked up.
        while names.count > 1, Alias.named(names, isCalled: false) == nil {
            guard let base = node.as(MemberAccessExprSyntax.self)?.base else { break }
            (node, names) = (base, names.dropLast())
        }
        let call = node.parent?.as(FunctionCallExprSyntax.self).flatMap { $0.calledExpression.id == node.id ? $0 : nil }
        guard
            let alias = Alias.named(
                names, isCalled: call != nil, count: call?.arguments.count, isOfTensor: isTensor(call?.values.first))
        else { return foreignLibrary }
        let whole = call.map { ExprSyntax($0) } ?? node
        let written = names.joined(separator: ".")
        let origin = Alias.roots[names[0]].map { " is \($0)" }
        let about = "'\(written)'" + (origin ?? " is not Swift")
        let isOwn = origin == nil && Set(["int", "str", "float"]).isDisjoint(with: [written])
        let cause =
            isOwn && alias.path.count == 1 && written.first?.isUppercase == true
                && !ForeignExpression.constants.keys.contains(written)
            ? "there is no '\(written)' here" : about
        let message = alias.reason.isEmpty ? cause : "\(cause): \(alias.reason)"
        guard !alias.swift.isEmpty else {
            return .init(
                "'\(written)' is not needed here: \(alias.reason)",
                whole.parent?.is(CodeBlockItemSyntax.self) == true ? "leave the line out" : nil)
        }
        let values = call?.values.map { ["int", "float", "str", "bool"].contains($0) ? TypeWord.all[$0] ?? $0 : $0 }
        return .init(message, write: mistake.line(with: whole, as: alias.swift(arguments: values, receiver: "")))
    }

    /// Whether an argument is a tensor, as far as the cell and the session tell.
    private func isTensor(_ argument: String?) -> Bool {
        guard let argument else { return false }
        if let type = types()[argument] { return type == "Tensor" }
        return mistake.code.source.contains("\(argument) = Tensor")
            || mistake.code.source.contains("\(argument): Tensor")
            || argument.contains("Tensor") || argument.hasSuffix(".inputs") || argument.hasSuffix(".targets")
    }

    /// The root of another library with a name that the table lacks.
    private var foreignLibrary: Mistake.Answer? {
        guard let (_, names) = path, names.count > 1, let library = Alias.roots[name],
            ["PyTorch", "TensorFlow", "Keras", "NumPy", "JAX", "pandas", "Matplotlib", "seaborn", "scikit-learn"]
                .contains(library)
        else { return nil }
        return .init(
            "'\(names.joined(separator: "."))' is \(library); Swiftlet's own functions need no '\(name).'",
            "see the table of names on the page If you come from Python")
    }

    private var typeWord: Mistake.Answer? {
        guard let type = TypeWord.all[name], type != name else { return nil }
        guard let token = mistake.token else { return nil }
        return .init("there is no type '\(name)'; it is called \(type)", write: mistake.line(with: token, as: type))
    }

    // MARK: Swift

    /// `and`, `or`, `not` before parentheses.
    private var operators: Mistake.Answer? {
        guard let sign = ["and": "&&", "or": "||", "not": "!", "elif": "else if", "elseif": "else if"][name] else {
            return nil
        }
        return .init("'\(name)' is written \(sign) in Swift", nil)
    }

    /// `x = 5` for a new variable.
    private var assignment: Mistake.Answer? {
        guard let token = mistake.token, let reference = token.parent?.as(DeclReferenceExprSyntax.self),
            let infix = reference.parent?.as(InfixOperatorExprSyntax.self),
            infix.leftOperand.id == ExprSyntax(reference).id,
            infix.operator.is(AssignmentExprSyntax.self), infix.parent?.is(CodeBlockItemSyntax.self) == true
        else { return nil }
        var changes = 0
        for other in mistake.code.tree.tokens(viewMode: .sourceAccurate) where other.text == name {
            if let next = other.nextToken(viewMode: .sourceAccurate)?.text, next.hasSuffix("="), next != "==",
                next != "!="
            {
                changes += 1
            }
        }
        let keyword = changes > 1 ? "var" : "let"
        let line = mistake.line([(reference.start..<reference.start, "\(keyword) ")])
        if let likely = name.nearest(among: candidates) {
            return .init(
                "\(said); did you mean '\(likely)'? A new variable begins with let, or with var if it will change",
                write: line)
        }
        return .init(
            "'\(name)' is new here: a new variable begins with let, or with var if it will change", write: line)
    }

    /// A method that is called like a function: `sum(t)` is in the table, a member of a type here is not.
    private var member: Mistake.Answer? {
        guard name == "self" else { return nil }
        return .init(
            "'self' exists only within the methods of a type", "use the variable itself, such as let weight = …")
    }

    private var foundation: Mistake.Answer? {
        guard let module = ModuleNames.module(declaring: name) else { return nil }
        return .init("'\(name)' comes from \(module)", write: "import \(module)")
    }

    /// A variable of an inner block.
    private var inner: Mistake.Answer? {
        guard let use = mistake.token else { return nil }
        for token in mistake.code.tree.tokens(viewMode: .sourceAccurate) {
            guard token.plainName == name, token.start < use.start,
                let pattern = token.parent?.as(IdentifierPatternSyntax.self)
            else { continue }
            var node = Syntax(pattern)
            while let parent = node.parent, !parent.is(CodeBlockSyntax.self), !parent.is(ClosureExprSyntax.self),
                !parent.is(ForStmtSyntax.self)
            {
                node = parent
            }
            guard let block = node.parent else { continue }
            let first =
                mistake.code.line(at: block.is(CodeBlockSyntax.self) ? block.parent?.start ?? block.start : block.start)
                + 1
            let isVariable = block.is(CodeBlockSyntax.self)
            return .init(
                "'\(name)' exists only within the braces that begin in line \(first)",
                isVariable ? "declare it before them with var, and assign it within them" : nil)
        }
        return nil
    }

    /// The likeliest of the names that there are.
    private var likely: Mistake.Answer {
        let isCalled =
            path.map {
                $0.names.count == 1
                    && $0.node.parent?.as(FunctionCallExprSyntax.self)?.calledExpression.id == $0.node.id
            } ?? false
        let sensible = candidates.filter { candidate in
            // `network` is no slip of `Network`: it is a variable that does not exist yet.
            let isTypeOfThisName = candidate.first?.isUppercase == true && name.first?.isUppercase == false
            return isType || isCalled || !isTypeOfThisName
        }
        return .init(said + (name.nearest(among: sensible).map { "; did you mean '\($0)'?" } ?? ""))
    }
}
