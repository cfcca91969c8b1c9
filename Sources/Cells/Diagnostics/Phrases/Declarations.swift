import SwiftSyntax

extension Phrase {
    /// Types, functions and variables.
    static let declarations = [
        Phrase("inheritance from non-protocol type '(Layer|Container|Optimizer|Recurrent)'") { mistake, parts in
            guard let type = mistake.around(StructDeclSyntax.self) else { return nil }
            return .init(
                "\(parts[1] == "Optimizer" ? "an optimizer" : "a layer") is a class",
                write: mistake.line([(type.structKeyword.start..<type.structKeyword.end, "final class")]))
        },
        Phrase("method does not override any method from its superclass") { mistake, _ in overrides(mistake) },
        Phrase("property does not override any property from its superclass") { mistake, _ in
            .init("the superclass has no property of this name and type", "leave out 'override' if the property is new")
        },
        Phrase("instance method overrides a 'final' instance method") { mistake, _ in
            guard let function = mistake.around(FunctionDeclSyntax.self), let other = overridden[function.name.text]
            else { return nil }
            return .init("'\(function.name.text)' is final; override '\(other.name)' instead", write: other.signature)
        },
        Phrase("overriding declaration requires an 'override' keyword") { mistake, _ in
            guard let function = mistake.around(FunctionDeclSyntax.self) else { return nil }
            let start = function.funcKeyword.start
            return .init(
                "the superclass has '\(function.name.text)' too: 'override' says that it is meant",
                write: mistake.line([(start..<start, "override ")]))
        },
        Phrase("class '(.+?)' has no initializers") { mistake, parts in initializer(mistake, parts[1]) },
        Phrase(
            "variable '(.+?)' used before being initialized|constant '(.+?)' used before being initialized|variable '(.+?)' captured by a closure before being initialized"
        ) { mistake, parts in
            let name = parts.dropFirst().first { !$0.isEmpty } ?? ""
            return .init(
                "'\(name)' is used before it has a value", "give it one where it is declared, such as var \(name) = 0")
        },
        Phrase("unnamed parameters must be written with the empty name '_'") { mistake, _ in
            guard let parameter = mistake.around(FunctionParameterSyntax.self) else { return nil }
            let name =
                parameter.firstName.text.isEmpty || parameter.firstName.text == "_"
                ? parameter.type.code : parameter.firstName.text
            return .init(
                "a parameter needs a type",
                write: mistake.line(
                    with: parameter,
                    as: "_ \(name): \(TypeWord.likely(for: name))" + (parameter.trailingComma == nil ? "" : ",")))
        },
        Phrase("unexpected non-void return value in void function") { mistake, _ in
            guard let function = mistake.around(FunctionDeclSyntax.self) else { return nil }
            let end = function.signature.end
            return .init(
                "'\(function.name.text)' returns a value and does not say of which type",
                write: mistake.line([(end..<end, " -> \(returnType(of: function))")]))
        },
        Phrase("missing return in (?:.*?) expected to return '(.+?)'") { mistake, parts in
            .init("not every way through this function ends with a value of type \(parts[1])", "end it with return …")
        },
        Phrase("cannot assign through subscript: '(.+?)' is a 'let' constant") { mistake, parts in
            guard let operation = mistake.operation else {
                return .init("'\(parts[1])' is a constant", "declare it with var \(parts[1])")
            }
            let isNumber =
                operation.right.is(IntegerLiteralExprSyntax.self) || operation.right.is(FloatLiteralExprSyntax.self)
            let isTensor = isNumber && mistake.related.contains { $0.contains("'Tensor'") }
            let line = isTensor ? "; and write: \(operation.left.code) = Tensor(\(operation.right.code))" : ""
            return .init(
                "'\(parts[1])' is a constant: its elements cannot be changed", "declare it with var \(parts[1])\(line)")
        },
        Phrase("cannot assign to (?:value|property): '(.+?)' is a 'let' constant") { _, parts in
            .init("'\(parts[1])' is a constant: it keeps its first value", "declare it with var \(parts[1])")
        },
        Phrase("cannot use mutating member on immutable value: '(.+?)' is a 'let' constant") { _, parts in
            .init("'\(parts[1])' is a constant: it cannot be changed", "declare it with var \(parts[1])")
        },
        Phrase("left side of mutating operator isn't mutable: '(.+?)' is a 'let' constant") { _, parts in
            .init("'\(parts[1])' is a constant: it keeps its first value", "declare it with var \(parts[1])")
        },
        Phrase("'(.+?)' is inaccessible due to '(?:private|fileprivate|internal)' protection level") { mistake, parts in
            let rows = Alias.members.filter { $0.path.last == parts[1] }
            if let alias = rows.first(where: { $0.path[0] == "optimizer" }) ?? rows.first,
                let base = mistake.around(MemberAccessExprSyntax.self)?.base
            {
                return .init(alias.reason, "such as: \(alias.swift(arguments: nil, receiver: base.operand))")
            }
            return .init("'\(parts[1])' is an inner part of the library or type and cannot be used from outside", nil)
        },
        Phrase("value of type 'Parameter' has no subscripts") { mistake, _ in
            guard let index = mistake.around(SubscriptCallExprSyntax.self) else { return nil }
            return .init(
                "a parameter gets its shape from 'initialize'",
                write: mistake.line(
                    with: index, as: "\(index.calledExpression.code).initialize([\(index.arguments.code)])"))
        },
        Phrase("property wrappers are not yet supported in top-level code") { _, _ in
            .init("write the type of the variable behind its name", nil)
        },
        Phrase("invalid redeclaration of '(.+?)'") { _, parts in
            .init(
                "'\(parts[1])' is declared twice in this cell",
                "give one of them another name, or assign without let and var")
        },
        Phrase("instance member '(.+?)' cannot be used on type '(.+?)'") { mistake, parts in
            let type = parts[2].hasSuffix("?") ? String(parts[2].dropLast()) : parts[2]
            guard let member = mistake.around(MemberAccessExprSyntax.self) else { return nil }
            if member.base == nil, let choice = Choice.nearest(to: parts[1], of: type) {
                return .init(
                    "there is no \(type.lowercased()) '.\(parts[1])'", write: mistake.line(with: member, as: choice))
            }
            return .init(
                "'\(parts[1])' belongs to a value of type \(type), not to the type",
                "make a value first, such as \(type)(…)")
        },
    ]

    /// What a subclass overrides, under the names of other libraries and of earlier versions.
    private static let overridden: [String: (name: String, signature: String)] = {
        let forward = ("forward", "override func forward(_ x: Tensor) -> Tensor { … }")
        let state = ("initialState", "override func initialState(for parameter: Tensor) -> [Tensor] { … }")
        let update = (
            "update",
            "override func update(_ parameter: Tensor, gradient: Tensor, state: inout [Tensor]) -> Tensor { … }"
        )
        return [
            "callAsFunction": forward, "call": forward, "forward": forward, "__call__": forward, "apply": forward,
            "compute": forward, "predict": forward, "startingMemory": state, "initialState": state, "update": update,
            "step": update,
            "build": ("build", "override func build(_ input: Shape) { $w.initialize([input[0], units]) }"),
            "init_weights": ("build", "override func build(_ input: Shape) { $w.initialize([input[0], units]) }"),
            "outputShape": ("outputShape", "override func outputShape(of input: Shape) throws -> Shape { … }"),
            "compute_output_shape": ("outputShape", "override func outputShape(of input: Shape) throws -> Shape { … }"),
        ]
    }()

    private static func overrides(_ mistake: Mistake) -> Mistake.Answer? {
        guard let function = mistake.around(FunctionDeclSyntax.self) else { return nil }
        let name = function.name.text
        let superclass =
            mistake.around(ClassDeclSyntax.self)?.inheritanceClause?.inheritedTypes.first?.type.code ?? "the superclass"
        guard let other = overridden[name] else {
            return .init(
                "\(superclass) has no method '\(name)' with these parameters",
                "leave out 'override' if the method is new")
        }
        return .init(
            other.name == name
                ? "\(superclass)'s '\(name)' has other parameters or another result"
                : "\(superclass) has no method '\(name)'; what it computes is '\(other.name)'",
            write: other.signature)
    }

    /// `init(_ units: Int) { self.units = units }`.
    private static func initializer(_ mistake: Mistake, _ name: String) -> Mistake.Answer? {
        guard let type = mistake.around(ClassDeclSyntax.self) else { return nil }
        let properties = type.memberBlock.members.compactMap { $0.decl.as(VariableDeclSyntax.self) }.flatMap {
            Array($0.bindings)
        }
        .filter { $0.initializer == nil && $0.accessorBlock == nil }
        let missing = properties.compactMap { binding -> (String, String)? in
            binding.typeAnnotation.map { (binding.pattern.code, $0.type.code) }
        }
        guard !missing.isEmpty else { return nil }
        let parameters = missing.map { "_ \($0.0): \($0.1)" }.joined(separator: ", ")
        let assignments = missing.map { "self.\($0.0) = \($0.0)" }.joined(separator: "; ")
        let names = missing.map { "'\($0.0)'" }.joined(separator: " and ")
        return .init(
            "\(names) of '\(name)' has no value at the start: an init gives it one",
            write: "init(\(parameters)) { \(assignments) }")
    }

    private static func returnType(of function: FunctionDeclSyntax) -> String {
        let types = function.signature.parameterClause.parameters.map(\.type.code)
        return types.first { $0 == "Tensor" } ?? types.first ?? "Double"
    }
}
