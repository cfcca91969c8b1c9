import SwiftIfConfig
import SwiftSyntax

/// A name in a piece of code that the code itself does not declare.
struct FreeName {
    /// The name, where it stands.
    var token: TokenSyntax
    /// Whether the code around it runs only when it is called later: the body of a function, a type's member, a closure
    /// that is kept.
    var isDeferred: Bool
    /// Whether it is a member that is called or read, as in `model.train()`.
    var isMember = false

    var name: String { token.plainName }
}

extension FreeName {
    /// The free names of a piece of code, in the order of the source.
    ///
    /// What a top-level statement declares for the statements after it counts as free.
    ///
    /// - Parameter known: Names that count as declared.
    static func all(
        in node: (some SyntaxProtocol)?, _ conditions: BuildConditions, except known: [String] = []
    ) -> [FreeName] {
        var finder = FreeNameFinder(conditions: conditions, known: known)
        finder.visit(node.map { Syntax($0) })
        return finder.found
    }
}

/// Collects free names. Scopes are Swift's: of a block, a closure, a loop, a case, a condition.
private struct FreeNameFinder {
    let conditions: BuildConditions
    var found: [FreeName] = []
    private var scopes: [Set<String>] = []
    private var isDeferred = false

    init(conditions: BuildConditions, known: [String]) {
        self.conditions = conditions
        if !known.isEmpty { scopes = [Set(known)] }
    }

    // MARK: Scopes

    private mutating func declare(_ names: some Sequence<String>) {
        guard let last = scopes.indices.last else { return }
        scopes[last].formUnion(names)
    }

    private mutating func declare(_ pattern: PatternSyntax) { declare(pattern.boundIdentifiers.map(\.plainName)) }

    private mutating func inScope(
        of names: some Sequence<String> = [], deferred: Bool = false, _ body: (inout Self) -> Void
    ) {
        let wasDeferred = isDeferred
        isDeferred = isDeferred || deferred
        scopes.append(Set(names))
        body(&self)
        scopes.removeLast()
        isDeferred = wasDeferred
    }

    private mutating func refer(to token: TokenSyntax, isMember: Bool = false) {
        if !isMember, scopes.contains(where: { $0.contains(token.plainName) }) { return }
        found.append(FreeName(token: token, isDeferred: isDeferred, isMember: isMember))
    }

    // MARK: Nodes

    mutating func visit(_ node: Syntax?) {
        guard let node else { return }
        switch node.as(SyntaxEnum.self) {
        case .declReferenceExpr(let reference):
            if case .identifier = reference.baseName.tokenKind { refer(to: reference.baseName) }
        case .memberAccessExpr(let access):
            visit(access.base.map(Syntax.init))
            if access.base != nil { refer(to: access.declName.baseName, isMember: true) }
        case .keyPathExpr(let path): visit(path.root.map(Syntax.init))
        case .closureExpr(let closure): visit(closure)
        case .codeBlockItemList(let list): inScope { $0.visit(list) }
        case .variableDecl(let variable): visit(variable)
        case .functionDecl(let function): visit(function)
        case .initializerDecl(let initializer):
            let names = initializer.signature.parameterClause.boundNames
            inScope(of: names, deferred: true) { $0.visit(initializer.body.map(Syntax.init)) }
        case .deinitializerDecl(let deinitializer):
            inScope(deferred: true) { $0.visit(deinitializer.body.map(Syntax.init)) }
        case .subscriptDecl(let member):
            inScope(of: member.parameterClause.boundNames, deferred: true) {
                $0.visit(member.accessorBlock.map(Syntax.init))
            }
        case .accessorBlock(let block):
            inScope(of: ["newValue", "oldValue"], deferred: true) { $0.visitChildren(of: Syntax(block)) }
        case .accessorDecl(let accessor):
            inScope(of: [accessor.parameters?.name.plainName ?? "newValue"]) {
                $0.visit(accessor.body.map(Syntax.init))
            }
        case .enumCaseDecl, .importDecl, .typeAliasDecl, .attribute: break
        case .ifConfigDecl(let choice): visit(Syntax(choice.activeClause(in: conditions).clause?.elements))
        case .forStmt(let loop):
            visit(Syntax(loop.sequence))
            inScope {
                $0.declare(loop.pattern)
                $0.visit(loop.whereClause.map(Syntax.init))
                $0.visit(Syntax(loop.body))
            }
        case .ifExpr(let choice):
            inScope {
                $0.visit(choice.conditions)
                $0.visit(Syntax(choice.body))
            }
            visit(choice.elseBody.map(Syntax.init))
        case .whileStmt(let loop):
            inScope {
                $0.visit(loop.conditions)
                $0.visit(Syntax(loop.body))
            }
        case .guardStmt(let guarding):
            visit(Syntax(guarding.body))
            visit(guarding.conditions)
        case .switchCase(let part):
            inScope {
                $0.visit(Syntax(part.label))
                $0.visit(Syntax(part.statements))
            }
        case .catchClause(let clause):
            inScope(of: clause.catchItems.isEmpty ? ["error"] : []) {
                $0.visit(Syntax(clause.catchItems))
                $0.visit(Syntax(clause.body))
            }
        case .switchCaseItem(let item):
            declare(item.pattern)
            visitChildren(of: node)
        case .catchItem(let item):
            if let pattern = item.pattern { declare(pattern) }
            visitChildren(of: node)
        case .matchingPatternCondition(let condition):
            visit(Syntax(condition.initializer))
            declare(condition.pattern)
            visit(Syntax(condition.pattern))
        case .optionalBindingCondition(let condition): visit(condition)
        case .sequenceExpr(let sequence): visit(sequence)
        default:
            if let group = node.asProtocol((any DeclGroupSyntax).self) { return visit(group) }
            visitChildren(of: node)
        }
    }

    private mutating func visitChildren(of node: Syntax) {
        for child in node.children(viewMode: .sourceAccurate) { visit(child) }
    }

    private mutating func visit(_ conditions: ConditionElementListSyntax) {
        for condition in conditions { visit(Syntax(condition.condition)) }
    }

    private mutating func visit(_ condition: OptionalBindingConditionSyntax) {
        if let initializer = condition.initializer {
            visit(Syntax(initializer.value))
        } else if let name = condition.pattern.boundIdentifiers.first {
            refer(to: name)
        }
        declare(condition.pattern)
    }

    /// `kept = { … }`: the closure runs when it is called.
    private mutating func visit(_ sequence: SequenceExprSyntax) {
        var isAssigned = false
        for element in sequence.elements {
            inScope(deferred: isAssigned && element.is(ClosureExprSyntax.self)) { $0.visit(Syntax(element)) }
            isAssigned = element.is(AssignmentExprSyntax.self)
        }
    }

    private mutating func visit(_ list: CodeBlockItemListSyntax) {
        let items = list.active(conditions)
        // Functions and types are known in their whole block.
        declare(items.compactMap { $0.item.as(DeclSyntax.self)?.declaredName })
        for item in items { visit(Syntax(item.item)) }
    }

    private mutating func visit(_ variable: VariableDeclSyntax) {
        for binding in variable.bindings {
            if let value = binding.initializer?.value {
                inScope(deferred: value.is(ClosureExprSyntax.self)) { $0.visit(Syntax(value)) }
            }
            visit(binding.accessorBlock.map(Syntax.init))
            declare(binding.pattern)
        }
    }

    private mutating func visit(_ function: FunctionDeclSyntax) {
        for parameter in function.signature.parameterClause.parameters {
            inScope(deferred: true) { $0.visit(parameter.defaultValue.map { Syntax($0.value) }) }
        }
        inScope(of: function.signature.parameterClause.boundNames, deferred: true) {
            $0.visit(function.body.map(Syntax.init))
        }
    }

    private mutating func visit(_ group: any DeclGroupSyntax) {
        let members = group.memberBlock.members
        inScope(of: members.flatMap { $0.decl.memberIdentifiers }, deferred: true) {
            for member in members { $0.visit(Syntax(member.decl)) }
        }
    }

    private mutating func visit(_ closure: ClosureExprSyntax) {
        for capture in closure.signature?.capture?.items ?? [] {
            if let value = capture.initializer?.value { visit(Syntax(value)) } else { refer(to: capture.name) }
        }
        let captured = closure.signature?.capture?.items.filter { $0.initializer != nil }.map(\.name.plainName) ?? []
        inScope(of: captured + (closure.signature?.boundNames ?? []), deferred: closure.isKept) {
            $0.visit(Syntax(closure.statements))
        }
    }
}

extension CodeBlockItemListSyntax {
    /// The items that are compiled: those of the active clauses of `#if` in their place.
    func active(_ conditions: BuildConditions) -> [CodeBlockItemSyntax] { flatMap { $0.active(conditions) } }
}

extension CodeBlockItemSyntax {
    /// The item; for `#if`, the items of its active clause.
    func active(_ conditions: BuildConditions) -> [CodeBlockItemSyntax] {
        guard let choice = item.as(IfConfigDeclSyntax.self) else { return [self] }
        guard case .statements(let items)? = choice.activeClause(in: conditions).clause?.elements else { return [] }
        return items.active(conditions)
    }
}

extension ClosureExprSyntax {
    /// The functions and types that keep a closure for later.
    static let keepers: Set = [
        "ActivationFunction", "Button", "Constraint", "Initializer", "Lambda", "LearningRateScheduler", "Loss",
        "Regularizer", "Schedule", "Task", "Thread", "addTask", "async", "asyncAfter", "detached", "onChange",
        "onClick",
        "scheduled", "scheduledTimer",
    ]

    /// Whether it is an argument of a function that runs it later.
    fileprivate var isKept: Bool {
        var node = parent
        while let current = node, !current.is(FunctionCallExprSyntax.self) {
            guard
                current.is(LabeledExprSyntax.self) || current.is(LabeledExprListSyntax.self)
                    || current.is(MultipleTrailingClosureElementSyntax.self)
                    || current.is(MultipleTrailingClosureElementListSyntax.self)
            else { return false }
            node = current.parent
        }
        guard let called = node?.as(FunctionCallExprSyntax.self)?.calledExpression else { return false }
        let name = called.as(MemberAccessExprSyntax.self)?.declName ?? called.as(DeclReferenceExprSyntax.self)
        return name.map { Self.keepers.contains($0.baseName.plainName) } ?? false
    }
}

extension ClosureSignatureSyntax {
    /// The names of the parameters.
    fileprivate var boundNames: [String] {
        switch parameterClause {
        case .simpleInput(let names): names.map(\.name.plainName)
        case .parameterClause(let clause): clause.parameters.map { ($0.secondName ?? $0.firstName).plainName }
        default: []
        }
    }
}

extension FunctionParameterClauseSyntax {
    /// The names of the parameters within the body.
    var boundNames: [String] { parameters.map { ($0.secondName ?? $0.firstName).plainName } }
}

extension DeclSyntax {
    /// The name of a function or type.
    fileprivate var declaredName: String? {
        self.as(FunctionDeclSyntax.self)?.name.plainName ?? asProtocol((any NamedDeclSyntax).self)?.name.plainName
    }

    /// The names by which members refer to this one without `self`.
    var memberIdentifiers: [String] {
        if let variable = self.as(VariableDeclSyntax.self) {
            return variable.bindings.flatMap { $0.pattern.boundIdentifiers.map(\.plainName) }
        }
        if let cases = self.as(EnumCaseDeclSyntax.self) { return cases.elements.map(\.name.plainName) }
        return declaredName.map { [$0] } ?? []
    }
}
