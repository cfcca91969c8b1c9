import SwiftSyntax

/// A top-level variable that a cell uses before it declares it.
///
/// Swift lets a script do so: the variable is a global, and reads as zero, or as an empty or invalid object.
package struct EarlyUse {
    /// The variable.
    package var name: String
    /// Whether the statement itself names it. An earlier cell's variable of that name is meant then, if there is one.
    package var isDirect: Bool
    /// The error that names both lines.
    package var mistake: Diagnostic
}

/// Finds the variables that a cell uses before it declares them, in its statements and in the functions and types that
/// these call.
struct EarlyUseFinder {
    /// Where a variable gets its value.
    private struct Declaration {
        /// The offset from which on it has one.
        var end: Int
        var line: Int
    }

    /// The code behind a name.
    private struct Body {
        var names: [FreeName]
        /// Whether naming it is enough to run it: a computed variable.
        var isComputed = false
        /// The type that must have been mentioned, for a member.
        var type: String?
    }

    private let reader: CellReader
    private let items: [CodeBlockItemSyntax]
    private var declared: [String: Declaration] = [:]
    private var functions: [String: [Body]] = [:]
    private var members: [String: [Body]] = [:]

    init(_ items: [CodeBlockItemSyntax], of reader: CellReader) {
        self.reader = reader
        self.items = items
        for item in items {
            if let variable = item.item.as(VariableDeclSyntax.self) {
                add(variable)
            } else if let guarding = item.item.as(GuardStmtSyntax.self) {
                for condition in guarding.conditions { declare(condition.boundIdentifiers, end: condition.end) }
            } else if let function = item.item.as(FunctionDeclSyntax.self) {
                functions[function.name.plainName, default: []].append(body(of: function))
            } else if let group = item.item.asProtocol((any DeclGroupSyntax).self) {
                add(group)
            }
        }
    }

    // MARK: Declarations

    private mutating func declare(_ names: [TokenSyntax], end: Int) {
        for name in names where declared[name.plainName] == nil {
            declared[name.plainName] = Declaration(end: end, line: line(of: name))
        }
    }

    private mutating func add(_ variable: VariableDeclSyntax) {
        for binding in variable.bindings {
            let names = binding.pattern.boundIdentifiers
            if binding.isComputed {
                let body = Body(names: free(in: binding.accessorBlock?.accessors), isComputed: true)
                functions[names.first?.plainName ?? "", default: []].append(body)
                continue
            }
            declare(names, end: binding.end)
            if let closure = binding.initializer?.value.as(ClosureExprSyntax.self), let name = names.first {
                functions[name.plainName, default: []].append(Body(names: free(in: closure)))
            }
        }
    }

    private mutating func add(_ group: any DeclGroupSyntax) {
        let own = group.memberBlock.members.flatMap(\.decl.memberIdentifiers)
        let type = group.asProtocol((any NamedDeclSyntax).self)?.name.plainName
        for member in group.memberBlock.members {
            if let function = member.decl.as(FunctionDeclSyntax.self) {
                members[function.name.plainName, default: []].append(body(of: function, known: own, type: type))
            } else if let initializer = member.decl.as(InitializerDeclSyntax.self), let type {
                let names = initializer.signature.parameterClause.boundNames + own
                functions[type, default: []].append(Body(names: free(in: initializer.body, except: names)))
            } else if let variable = member.decl.as(VariableDeclSyntax.self) {
                for binding in variable.bindings {
                    if binding.isComputed, let name = binding.pattern.boundIdentifiers.first {
                        let names = free(in: binding.accessorBlock?.accessors, except: own)
                        members[name.plainName, default: []].append(Body(names: names, isComputed: true, type: type))
                    } else if let type, !variable.modifiers.contains(where: { $0.name.text == "static" }) {
                        let names = free(in: binding.initializer?.value, except: own)
                        functions[type, default: []].append(Body(names: names))
                    }
                }
            }
        }
    }

    private func body(of function: FunctionDeclSyntax, known: [String] = [], type: String? = nil) -> Body {
        let names = function.signature.parameterClause.boundNames + known
        return Body(names: free(in: function.body, except: names), type: type)
    }

    private func free(in node: (some SyntaxProtocol)?, except known: [String] = []) -> [FreeName] {
        FreeName.all(in: node, reader.conditions, except: known)
    }

    private func line(of token: TokenSyntax) -> Int {
        reader.converter.location(for: token.positionAfterSkippingLeadingTrivia).line
    }

    // MARK: Uses

    /// The ranges in which top-level statements name a variable that they or later ones declare.
    var references: [String: [Range<Int>]] {
        var found: [String: [Range<Int>]] = [:]
        for item in items where !item.declaresCode {
            for name in free(in: item.item) where isEarly(name) {
                // `guard let x` names an earlier `x` and declares a new one.
                let isShort = name.token.parent?.is(IdentifierPatternSyntax.self) == true
                found[name.name, default: []].append((isShort ? name.token.end : name.token.start)..<name.token.end)
            }
        }
        return found
    }

    private func isEarly(_ name: FreeName) -> Bool {
        !name.isMember && declared[name.name].map { name.token.start < $0.end } ?? false
    }

    /// The first use of each variable before its declaration.
    func find() -> [EarlyUse] {
        var found: [String: EarlyUse] = [:]
        var mentioned: Set<String> = []
        for item in items where !item.declaresCode {
            let names = free(in: item.item).filter { !$0.isDeferred }
            mentioned.formUnion(names.map(\.name))
            for name in names {
                if isEarly(name) {
                    found[name.name] = found[name.name] ?? direct(name)
                } else {
                    for variable in variables(behind: name, mentioned) where found[variable] == nil {
                        found[variable] = indirect(variable, through: name)
                    }
                }
            }
        }
        return found.values.sorted { ($0.mistake.line, $0.mistake.column) < ($1.mistake.line, $1.mistake.column) }
    }

    /// The variables without a value that the code behind a name uses.
    private func variables(behind start: FreeName, _ mentioned: Set<String>) -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        var waiting = [start]
        while let next = waiting.popLast() {
            guard seen.insert((next.isMember ? "." : "") + next.name).inserted else { continue }
            for body in (next.isMember ? members : functions)[next.name] ?? [] {
                if let type = body.type, !mentioned.contains(type) { continue }
                guard body.isComputed || next.isRun else { continue }
                for name in body.names where !name.isDeferred {
                    if !name.isMember, let variable = declared[name.name], start.token.start < variable.end {
                        found.append(name.name)
                    }
                    waiting.append(name)
                }
            }
        }
        return found
    }

    private func direct(_ name: FreeName) -> EarlyUse {
        let (use, declaration) = (line(of: name.token), declared[name.name]?.line ?? 0)
        let message =
            use == declaration
            ? "'\(name.name)' is used in line \(use) before it has a value, and no earlier cell has declared it"
            : "'\(name.name)' is used in line \(use), but it is declared only in line \(declaration): "
                + "move line \(declaration) up"
        return EarlyUse(name: name.name, isDirect: true, mistake: mistake(message, at: name))
    }

    private func indirect(_ variable: String, through name: FreeName) -> EarlyUse {
        let message =
            "'\(name.name)' is called in line \(line(of: name.token)) and uses '\(variable)', which is declared only in "
            + "line \(declared[variable]?.line ?? 0): call it after that line"
        return EarlyUse(name: variable, isDirect: false, mistake: mistake(message, at: name))
    }

    private func mistake(_ message: String, at name: FreeName) -> Diagnostic {
        reader.mistake(message, at: name.token.positionAfterSkippingLeadingTrivia)
    }
}

extension CodeBlockItemSyntax {
    /// Whether it declares code that runs later: a function, a type or a computed variable.
    fileprivate var declaresCode: Bool {
        if let variable = item.as(VariableDeclSyntax.self) { return variable.bindings.allSatisfy(\.isComputed) }
        return item.is(FunctionDeclSyntax.self) || item.asProtocol((any DeclGroupSyntax).self) != nil
    }
}

extension PatternBindingSyntax {
    /// Whether the variable has a getter, and not only observers.
    fileprivate var isComputed: Bool {
        switch accessorBlock?.accessors {
        case .getter: true
        case .accessors(let accessors): !accessors.contains { $0.accessorSpecifier.text.contains("Set") }
        default: false
        }
    }
}

extension FreeName {
    /// Whether the function, type or member runs where it is named: it is called, or passed to a function that does not
    /// keep it.
    fileprivate var isRun: Bool {
        guard var node = token.parent else { return false }
        if let member = node.parent?.as(MemberAccessExprSyntax.self), member.declName.id == node.id {
            node = Syntax(member)
        }
        if let call = node.parent?.as(FunctionCallExprSyntax.self), call.calledExpression.id == node.id { return true }
        guard let list = node.parent?.as(LabeledExprSyntax.self)?.parent,
            let called = list.parent?.as(FunctionCallExprSyntax.self)?.calledExpression
        else { return false }
        let name = called.as(MemberAccessExprSyntax.self)?.declName ?? called.as(DeclReferenceExprSyntax.self)
        guard let text = name?.baseName.plainName, text.first?.isLowercase == true else { return false }
        return !ClosureExprSyntax.keepers.contains(text)
    }
}
