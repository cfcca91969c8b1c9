/// SourceKit's response about a name.
struct SymbolInformation: Decodable {
    var kind: String
    var name: String
    var declaration: String?
    var documentation: String?
    var module: String?
    var related: [Related]?

    struct Related: Decodable {
        var declaration: String

        enum CodingKeys: String, CodingKey {
            case declaration = "key.annotated_decl"
        }
    }

    enum CodingKeys: String, CodingKey {
        case kind = "key.kind"
        case name = "key.name"
        case declaration = "key.annotated_decl"
        case documentation = "key.doc_comment"
        case module = "key.modulename"
        case related = "key.related_decls"
    }

    /// Whether it is a type that is initialised by calling it.
    var isType: Bool { [".class", ".struct", ".actor", ".enum"].contains { kind.hasSuffix($0) } }
    /// The superclass of a class.
    var superclass: String? {
        declaration.map(Inspection.declaration(annotated:))?.firstMatch(of: /class \w+ : (\w+)/).map { String($0.1) }
    }
    /// Whether it is a variable that an earlier cell declared.
    var isOfASession: Bool {
        kind.hasSuffix(".var.global") && module != Draft.module && module?.hasPrefix("Cell") == true
    }
}

/// SourceKit's response about the call around a position.
struct SignatureList: Decodable {
    var signatures: [Signature]
    var active: Int?

    struct Signature: Decodable {
        var text: String
        var documentation: String?

        enum CodingKeys: String, CodingKey {
            case text = "key.name"
            case documentation = "key.doc_comment"
        }
    }

    enum CodingKeys: String, CodingKey {
        case signatures = "key.signatures"
        case active = "key.active_signature"
    }
}

extension SignatureList {
    /// Whether default values are hidden: of an initializer that a class inherits, SourceKit says `= super`.
    var inheritsDefaults: Bool { signatures.contains { $0.text.contains(Signature.hiddenDefault) } }

    /// The same, with the default values from the class that declares the initializers.
    func withDefaults(of inherited: [Signature]) -> SignatureList {
        var list = self
        for (index, signature) in signatures.enumerated() where signature.text.contains(Signature.hiddenDefault) {
            let candidates = inherited.filter { $0.labels == signature.labels }
            if candidates.count == 1 { list.signatures[index].text = candidates[0].text }
        }
        return list
    }

    /// The initialisers of a type, as they are called.
    func initialisers(of type: String) -> [String] {
        signatures.filter { $0.text.hasPrefix("init") }.map { Inspection.declaration($0.text(as: type)) }
    }

    /// All overloads of the called function, the one that matches the arguments first.
    func inspection(of name: String) -> Inspection? {
        guard !signatures.isEmpty else { return nil }
        let active = signatures.indices.contains(active ?? 0) ? active ?? 0 : 0
        let others = signatures.indices.filter { $0 != active }
        return Inspection(
            declarations: ([active] + others).map { Inspection.declaration(signatures[$0].text(as: name)) },
            documentation: signatures[active].documentation)
    }
}

extension SignatureList.Signature {
    fileprivate static let hiddenDefault = "= super"

    /// The names of the parameters.
    fileprivate var labels: [Substring] { text.matches(of: /(\w+ )?\w+:/).map(\.output.0) }

    fileprivate func text(as name: String) -> String {
        text.hasPrefix("init") && !name.isEmpty ? name + text.dropFirst("init".count) : "func " + text
    }
}

extension Inspection {
    init?(_ symbol: SymbolInformation) {
        guard let declaration = symbol.declaration ?? (symbol.kind.hasSuffix(".module") ? "module \(symbol.name)" : nil)
        else { return nil }
        self.init(
            declarations: [Inspection.declaration(annotated: declaration)], documentation: symbol.documentation,
            alternatives: (symbol.related ?? []).map { Inspection.declaration(annotated: $0.declaration) },
            module: symbol.module, variable: symbol.isOfASession ? symbol.name : nil)
    }
}
