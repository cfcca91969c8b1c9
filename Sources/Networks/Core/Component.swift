internal import Tensors

/// A part of a layer, with the name it has there.
enum Component {
    case parameter(String, Parameter)
    case child(String, Layer)

    /// The parameters and layers in a property's value, wherever they stand in it: in optionals, arrays, dictionaries,
    /// tuples and structures of any depth. Their names say where: `gates_0`, `experts_left`.
    static func find(in value: Any, named name: String) -> [Component] {
        switch value {
        case let parameter as Parameter: return [.parameter(name, parameter)]
        case let layer as Layer: return [.child(layer.givenName ?? name, layer)]
        case is Tensor, is any Numeric, is any StringProtocol: return []
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { find(in: $0.value, named: name) } ?? []
        case .collection, .set:
            // A list of numbers may be long.
            guard let first = mirror.children.first?.value, !(first is any Numeric) else { return [] }
            return mirror.children.enumerated().flatMap { find(in: $1.value, named: "\(name)_\($0)") }
        case .dictionary:
            let entries = mirror.children.compactMap { child -> (key: String, value: Any)? in
                let entry = Array(Mirror(reflecting: child.value).children)
                return entry.count == 2 ? ("\(entry[0].value)", entry[1].value) : nil
            }
            return entries.sorted { $0.key < $1.key }.flatMap { find(in: $0.value, named: "\(name)_\($0.key)") }
        case .tuple, .struct, .enum:
            return mirror.children.flatMap { child in
                let label = (child.label ?? "").drop { $0 == "_" || $0 == "." }
                return find(in: child.value, named: label.isEmpty ? name : "\(name)_\(label)")
            }
        default: return []
        }
    }

    /// A property's name as it is written: the compiler stores `@Parameter var w` as `_w`, and lazy ones under a longer
    /// name.
    static func name(of label: String?) -> String {
        var label = Substring(label ?? "")
        if label.hasPrefix("$__lazy_storage_$") { label = label.dropFirst("$__lazy_storage_$".count) }
        return String(label.drop { $0 == "_" })
    }
}

extension Layer {
    /// What the layer is made of, in the order of its declaration. Found once, when the layer is built.
    final var components: [Component] {
        if let knownComponents { return knownComponents }
        let found = findComponents()
        for case .child(let name, let layer) in found where layer.givenName == nil && layer.assignedName == nil {
            layer.assignedName = name
        }
        if outputShapes != nil { knownComponents = found }
        return found
    }

    /// The parameters and layers in the properties of this layer's classes, the base class's first.
    final func componentsOfProperties() -> [Component] {
        var levels: [Mirror] = []
        var mirror: Mirror? = Mirror(reflecting: self)
        while let level = mirror, level.subjectType != Layer.self {
            levels.append(level)
            mirror = level.superclassMirror
        }
        return levels.reversed().flatMap { level in
            level.children.flatMap { Component.find(in: $0.value, named: Component.name(of: $0.label)) }
        }
    }

    /// Whether another layer is somewhere within this one.
    final func contains(_ layer: Layer) -> Bool {
        // A layer may be made after the others, by the first call.
        knownComponents = nil
        return children.contains { $0.layer === layer || $0.layer.contains(layer) }
    }

    /// Whether a parameter is this layer's or of one within.
    final func owns(_ parameter: Parameter) -> Bool {
        components.contains {
            switch $0 {
            case .parameter(_, let own): own === parameter
            case .child(_, let child): child.owns(parameter)
            }
        }
    }

    /// Checks that no two parts share a name, which would make them one when the network is saved.
    final func checkNames() throws {
        var known: [String: AnyObject] = [:]
        for component in components {
            let (name, part): (String, AnyObject) =
                switch component {
                case .parameter(let name, let parameter): (name, parameter)
                case .child(let name, let layer): (name, layer)
                }
            if let other = known.updateValue(part, forKey: name), other !== part {
                throw ValueError(
                    operation: self.name, message: "two layers are called \"\(name)\"",
                    hint: "give one of them another name:", location: (part as? Layer)?.location)
            }
        }
    }

    /// The layers directly within, with their names there.
    final var children: [(name: String, layer: Layer)] {
        components.compactMap { if case .child(let name, let layer) = $0 { (name, layer) } else { nil } }
    }

    /// Whether this layer, or one within, is not built yet: it may still get parameters.
    final var hasUnbuiltParts: Bool { inputShapes == nil || children.contains { $0.layer.hasUnbuiltParts } }

    /// All layers within, with their paths.
    final var descendants: [(path: String, layer: Layer)] {
        children.flatMap { child in
            [(child.name, child.layer)] + child.layer.descendants.map { ("\(child.name).\($0.path)", $0.layer) }
        }
    }

    /// All parameters with their paths (`conv2d.kernel`, `residual_1.conv2d.bias`), each once. What is saved under
    /// these keys.
    public final var namedParameters: [(key: String, parameter: Parameter)] {
        var seen: Set<ObjectIdentifier> = []
        var found: [(key: String, parameter: Parameter)] = []
        func visit(_ layer: Layer, _ prefix: String) {
            for component in layer.components {
                switch component {
                case .child(let name, let child): visit(child, prefix + name + ".")
                case .parameter(let name, let parameter):
                    if parameter.isShaped, seen.insert(ObjectIdentifier(parameter)).inserted {
                        found.append((prefix + name, parameter))
                    }
                }
            }
        }
        visit(self, "")
        return found
    }

    /// All parameters, each once.
    public final var parameters: [Parameter] { namedParameters.map(\.parameter) }

    /// The number of all weights, moving averages included.
    public final var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.elementCount } }

    /// The number of the weights that training changes.
    public final var trainableParameterCount: Int {
        parameters.reduce(0) { $0 + ($1.isTrainable ? $1.shape.elementCount : 0) }
    }

    /// Keeps all parameters within as they are: optimizers pass them by, and nothing is recorded for their sake. A base
    /// that was trained on other data is frozen while a new head learns.
    /// ```swift
    /// let base = Sequential { Conv2D(8, kernel: 3, activation: .relu); GlobalAveragePooling2D() }
    /// let classifier = try Sequential(input: [28, 28, 1]) { base; Dense(26) }
    /// base.freeze()
    /// ```
    public final func freeze() { forEachParameter { $0.isTrainable = false } }

    /// Lets all parameters within learn again, except those that never do, such as moving averages.
    public final func unfreeze() { forEachParameter { $0.unfreeze() } }

    /// Visits all parameters, those without a shape as well.
    private func forEachParameter(_ body: (Parameter) -> Void) {
        for component in components {
            switch component {
            case .parameter(_, let parameter): body(parameter)
            case .child(_, let child): child.forEachParameter(body)
            }
        }
    }
}
