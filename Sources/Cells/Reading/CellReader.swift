import SwiftParser
import SwiftSyntax
import WorkerProtocol

/// Visits a cell's syntax tree and fills in a ``ParsedCell``.
struct CellReader {
    let tree: SourceFileSyntax
    let name: String
    let converter: SourceLocationConverter
    /// Which clauses of `#if` are compiled.
    let conditions: BuildConditions

    init(tree: SourceFileSyntax, name: String, conditions: BuildConditions) {
        self.tree = tree
        self.name = name
        self.conditions = conditions
        converter = SourceLocationConverter(fileName: name, tree: tree)
    }

    func read(into cell: inout ParsedCell) {
        for token in tree.tokens(viewMode: .sourceAccurate) {
            switch token.tokenKind {
            case .identifier, .binaryOperator, .prefixOperator, .postfixOperator:
                cell.references.insert(token.plainName)
                // Between two lines, it would be an operator that Swift does not have.
                if token.tokenKind == .binaryOperator("!"), token.isFirstInLine {
                    cell.strayMarks.insert(converter.location(for: token.positionAfterSkippingLeadingTrivia).line)
                }
            default: break
            }
        }
        cell.projections = projections()
        if cell.source.contains("@discardableResult") { cell.discardables = DiscardableCalls.declared(in: tree) }
        cell.references.formUnion(cell.projections.keys.map { "_" + $0 })
        let items = Array(tree.statements)
        cell.statements = items.map(lines)
        for (index, item) in items.enumerated() {
            let (known, knownCodes) = (cell.declarations.count, cell.codes.count)
            for part in item.active(conditions) { read(part, into: &cell) }
            for new in known..<cell.declarations.count { cell.declarations[new].statement = index }
            for new in knownCodes..<cell.codes.count { cell.codes[new].declaration?.statement = index }
            blockOnAwaits(in: Syntax(item.item), of: &cell)
            if index > 0 { mark(item, index, after: items[index - 1], in: &cell) }
            if index == items.count - 1, let expression = item.item.as(ExprSyntax.self), item.semicolon == nil {
                show(expression, in: &cell)
            }
        }
        let active = tree.statements.active(conditions)
        let finder = EarlyUseFinder(active, of: self)
        cell.ownEarlierReferences = finder.references
        if tree.hasError {
            if let bracket = UnbalancedBracket(in: tree, converter) {
                let position = bracket.token.positionAfterSkippingLeadingTrivia
                cell.mistakes.append(mistake(bracket.message, at: position))
            }
        } else {
            cell.earlyUses = finder.find()
        }
        cell.overwrites = overwrites(active)
        let declaredTypes = Set(cell.declarations.map(\.name))
        cell.hasForeignConformance = active.contains { item in
            guard let declaration = item.item.as(ExtensionDeclSyntax.self) else { return false }
            return declaration.inheritanceClause != nil
                && !declaredTypes.contains(declaration.extendedType.trimmedDescription)
        }
    }

    /// Reads a top-level statement or declaration.
    private func read(_ item: CodeBlockItemSyntax, into cell: inout ParsedCell) {
        if let declaration = item.item.as(DeclSyntax.self) {
            let (known, members) = (cell.declarations.count, cell.extensionMembers)
            read(declaration, into: &cell)
            let new = cell.declarations.dropFirst(known).first
            if declaration.is(ExtensionDeclSyntax.self) || new.map({ $0.kind != .var }) == true {
                cell.codes.append(
                    code(item, declaring: new, extending: cell.extensionMembers.subtracting(members)))
            }
        } else if let guarding = item.item.as(GuardStmtSyntax.self) {
            for name in guarding.conditions.flatMap(\.boundIdentifiers) {
                let line = converter.location(for: name.positionAfterSkippingLeadingTrivia).line
                cell.declarations.append(.init(kind: .var, name: name.plainName, signature: name.plainName, line: line))
            }
            if !tree.hasError { rename(guarding, in: &cell) }
        }
    }

    // MARK: Declarations

    private func read(_ declaration: DeclSyntax, into cell: inout ParsedCell) {
        // Private declarations are not visible to other cells.
        let isPrivate = (declaration.asProtocol((any WithModifiersSyntax).self)?.modifiers ?? []).contains {
            ["private", "fileprivate"].contains($0.name.text) && $0.detail == nil
        }
        func declare(_ kind: ParsedCell.Kind, _ token: TokenSyntax, _ signature: String? = nil) {
            if isPrivate { return }
            let line = converter.location(for: declaration.positionAfterSkippingLeadingTrivia).line
            let signature = signature ?? token.plainName
            cell.declarations.append(.init(kind: kind, name: token.plainName, signature: signature, line: line))
        }
        switch declaration.as(DeclSyntaxEnum.self) {
        case .importDecl(let node):
            cell.imports.append(node.trimmedDescription)
            let line = converter.location(for: node.positionAfterSkippingLeadingTrivia).line
            cell.importOrigins.append((node.path.first?.name.plainName ?? "", line))
        case .variableDecl(let node):
            if node.modifiers.contains(where: { $0.name.text == "async" }) {
                cell.mistakes.append(
                    mistake(
                        "'async let' cannot stand at the top level of a cell; write `let task = Task { … }` and `await task.value`",
                        at: node.positionAfterSkippingLeadingTrivia))
            }
            for binding in node.bindings {
                for identifier in binding.pattern.boundIdentifiers { declare(.var, identifier) }
            }
            unwrap(node, into: &cell)
        case .functionDecl(let node):
            if case .identifier = node.name.tokenKind {
                declare(.func, node.name, node.overloadSignature)
            } else {
                cell.declareOperator(node.name.text + node.overloadSignature)
            }
        case .structDecl(let node): declare(.struct, node.name)
        case .classDecl(let node): declare(.class, node.name)
        case .actorDecl(let node): declare(.class, node.name)
        case .enumDecl(let node): declare(.enum, node.name)
        case .protocolDecl(let node): declare(.protocol, node.name)
        case .typeAliasDecl(let node): declare(.typealias, node.name)
        case .operatorDecl(let node): cell.declareOperator("operator " + node.name.text)
        case .precedenceGroupDecl(let node): cell.declareOperator("precedencegroup " + node.name.text)
        case .extensionDecl(let node):
            let type = node.extendedType.trimmedDescription
            cell.extensionMembers.insert("\(type): \(node.inheritanceClause?.inheritedTypes.trimmedDescription ?? "")")
            for member in node.memberBlock.members {
                cell.extensionMembers.formUnion(member.decl.memberNames.map { "\(type).\($0)" })
            }
        default: break
        }
    }

    private func code(
        _ item: CodeBlockItemSyntax, declaring declaration: ParsedCell.Declaration?, extending members: Set<String>
    ) -> ParsedCell.Code {
        var names = Set(FreeName.all(in: item.item, conditions).filter { !$0.isMember }.map(\.name))
        var words: Set<String> = []
        for token in item.tokens(viewMode: .sourceAccurate) {
            switch token.tokenKind {
            case .binaryOperator, .prefixOperator, .postfixOperator: names.insert(token.text)
            case .identifier:
                words.insert(token.plainName)
                if token.parent?.is(IdentifierTypeSyntax.self) == true { names.insert(token.plainName) }
            default: break
            }
        }
        return ParsedCell.Code(
            declaration: declaration, extensionMembers: declaration == nil ? members : [],
            text: item.item.trimmedDescription, range: item.start..<item.end, names: names, words: words)
    }

    // MARK: Statements

    private func lines(of item: CodeBlockItemSyntax) -> ClosedRange<Int> {
        let first = converter.location(for: item.item.positionAfterSkippingLeadingTrivia).line
        return first...max(first, converter.location(for: item.item.endPositionBeforeTrailingTrivia).line)
    }

    /// Inserts a call before a statement that tells the worker which statement begins.
    ///
    /// The call is opaque to the optimiser, so that the changes of the statements before it have reached memory.
    /// Otherwise they might be made later, or never if a later statement traps.
    private func mark(
        _ item: CodeBlockItemSyntax, _ index: Int, after previous: CodeBlockItemSyntax, in cell: inout ParsedCell
    ) {
        let isDirective =
            previous.item.is(IfConfigDeclSyntax.self) || previous.item.is(PoundSourceLocationSyntax.self)
        guard !tree.hasError, !isDirective else { return }
        if let declaration = item.item.as(DeclSyntax.self), !declaration.is(VariableDeclSyntax.self),
            !declaration.is(IfConfigDeclSyntax.self)
        {
            return
        }
        let end = previous.item.end
        cell.statementMarks.append(.init(range: end..<end, text: "; \(WorkerFunction.statement.name)(\(index))"))
    }

    // MARK: Assignments

    /// The variables that top-level statements assign to, and that nothing before these assignments refers to.
    private func overwrites(_ items: [CodeBlockItemSyntax]) -> Set<String> {
        var found: Set<String> = []
        var named: Set<String> = []
        for item in items {
            let names = FreeName.all(in: item.item, conditions).filter { !$0.isMember }.map(\.name)
            if let elements = item.item.as(SequenceExprSyntax.self)?.elements, elements.count > 1,
                let target = elements.first?.as(DeclReferenceExprSyntax.self)?.baseName.plainName,
                elements[elements.index(after: elements.startIndex)].is(AssignmentExprSyntax.self),
                !named.contains(target), names.count(where: { $0 == target }) == 1
            {
                found.insert(target)
            }
            named.formUnion(names)
        }
        return found
    }

    // MARK: The last expression

    /// Notes the cell's last expression, whose value is displayed. Assignments and statements have no value.
    private func show(_ expression: ExprSyntax, in cell: inout ParsedCell) {
        if expression.is(IfExprSyntax.self) || expression.is(SwitchExprSyntax.self) { return }
        if let sequence = expression.as(SequenceExprSyntax.self),
            sequence.elements.contains(where: { element in
                element.is(AssignmentExprSyntax.self)
                    || (element.as(BinaryOperatorExprSyntax.self)?.operator.text).map(Self.assigns) == true
            })
        {
            return
        }
        if expression.is(MacroExpansionExprSyntax.self),
            expression.tokens(viewMode: .sourceAccurate).contains(where: { $0.text == "sourceLocation" })
        {
            return
        }
        cell.shownExpression = expression.start..<expression.end
        cell.shownCall = DiscardableCalls.name(in: expression)
    }

    private static func assigns(_ name: String) -> Bool {
        name.hasSuffix("=") && !["==", "!=", "<=", ">=", "===", "!==", "~=", ".==", ".!=", ".<=", ".>="].contains(name)
    }

    // MARK: Top-level await

    /// Makes awaiting expressions block the cell's thread: a script with `await` in it would become an asynchronous
    /// main, whose globals belong to the main actor and which ends the process when it is done.
    private func blockOnAwaits(in node: Syntax, of cell: inout ParsedCell) {
        if node.is(ClosureExprSyntax.self) || node.is(FunctionDeclSyntax.self) || node.is(AccessorBlockSyntax.self)
            || node.isProtocol((any DeclGroupSyntax).self)
        {
            return
        }
        if let loop = node.as(ForStmtSyntax.self), loop.awaitKeyword != nil {
            block(loop.start..<loop.end, throwing: loop.mayThrow, in: &cell)
            return
        }
        if let sequence = node.as(SequenceExprSyntax.self) {
            for element in sequence.elements {
                if element.isAwaiting {
                    // `await` covers everything to its right.
                    block(
                        element.start..<sequence.end, throwing: element.is(TryExprSyntax.self) || element.mayThrow,
                        in: &cell)
                    return
                }
                blockOnAwaits(in: Syntax(element), of: &cell)
            }
            return
        }
        if let expression = node.as(ExprSyntax.self), expression.isAwaiting {
            block(expression.start..<expression.end, throwing: expression.mayThrow, in: &cell)
            return
        }
        for child in node.children(viewMode: .sourceAccurate) { blockOnAwaits(in: child, of: &cell) }
    }

    private func block(_ range: Range<Int>, throwing: Bool, in cell: inout ParsedCell) {
        cell.edits.append(
            .init(
                range: range.lowerBound..<range.lowerBound,
                // In parentheses, since a condition takes no closure behind a call.
                text: (throwing ? "try " : "") + "\(WorkerFunction.await.name)({ "))
        cell.edits.append(.init(range: range.upperBound..<range.upperBound, text: " })"))
    }

    func mistake(_ message: String, at position: AbsolutePosition) -> Diagnostic {
        let location = converter.location(for: position)
        let line = converter.sourceLines[location.line - 1].trimmedEnd
        return Diagnostic(
            severity: .error, message: message, file: name, line: location.line, column: location.column,
            excerpt: [line, String(repeating: " ", count: location.column - 1) + "^"])
    }
}

extension ParsedCell {
    fileprivate mutating func declareOperator(_ name: String) {
        extensionMembers.insert(name)
        declaresOperators = true
    }
}
