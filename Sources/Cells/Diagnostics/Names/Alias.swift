/// A name of another library or language, and what is written instead of it.
///
/// The habit is a piece of code, such as `nn.Linear(784, 10)`. In the Swift that replaces it, `$1` is the first
/// argument, `$*` are all of them. Before a member's dot stands a value of the type that lacks the member: `t` is a
/// tensor, `net` a network, and so on; see ``Receiver``.
struct Alias {
    let habit: String
    /// What is written instead; empty if the line is not needed.
    let swift: String
    /// What is different, as the rest of a sentence.
    let reason: String

    /// The names: `["nn", "Linear"]`.
    let path: [String]
    /// The arguments in the habit; `nil` without parentheses.
    let arguments: [String]?

    init(_ habit: String, _ swift: String, _ reason: String = "") {
        self.habit = habit
        self.swift = swift
        self.reason = reason
        let call = habit.firstIndex(of: "(")
        path = habit[..<(call ?? habit.endIndex)].split(separator: ".").map(String.init)
        arguments = call.map { Self.arguments(in: habit[habit.index(after: $0)...].dropLast()) }
    }

    /// The texts between the commas that stand in no brackets.
    static func arguments(in text: some StringProtocol) -> [String] {
        var parts: [String] = [], part = "", depth = 0, isText = false
        for character in String(text) {
            if character == "\"" { isText.toggle() }
            if !isText, "([{".contains(character) { depth += 1 }
            if !isText, ")]}".contains(character) { depth -= 1 }
            if character == ",", depth == 0, !isText {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        if !part.allSatisfy(\.isWhitespace) { parts.append(part) }
        return parts.map { $0.trimmedStart.trimmedEnd }
    }

    /// The code that replaces a use of the habit.
    ///
    /// - Parameters:
    ///   - given: The arguments of this use; the habit's own are taken where these are too few.
    ///   - receiver: What stands before a member's dot.
    func swift(arguments given: [String]?, receiver: String) -> String {
        let highest = swift.matches(of: /\$([1-9])/).compactMap { Int($0.output.1) }.max() ?? 0
        var values = given ?? arguments ?? []
        if values.count < highest || (values.isEmpty && swift.contains("$*")) { values = arguments ?? [] }
        var all = values
        // One tuple or list of lengths is as good as the lengths.
        if all.count == 1, let inner = all.first, let first = inner.first, let last = inner.last,
            (first, last) == ("(", ")") || (first, last) == ("[", "]"),
            Self.arguments(in: inner.dropFirst().dropLast()).count > 0
        {
            all = Self.arguments(in: inner.dropFirst().dropLast())
        }
        return swift.replacing("$*", with: all.joined(separator: ", "))
            .replacing(/\$([1-9])/) { match in
                let index = Int(match.output.1)! - 1
                return values.indices.contains(index) ? values[index] : ""
            }
            .replacing("$self", with: receiver).replacing(".parameters(),", with: ",")
    }

    /// Whether it only shows the form, with names of its own.
    var isExample: Bool { !swift.contains("$") || swift.contains(/\b(images|train|optimizer|y)\b/) }

    // MARK: Finding

    /// The first names of the modules in which other libraries keep theirs, with the library's name.
    static let roots = [
        "torch": "PyTorch", "nn": "PyTorch", "F": "PyTorch", "optim": "PyTorch", "functional": "PyTorch",
        "torchvision": "PyTorch", "tf": "TensorFlow", "tensorflow": "TensorFlow", "keras": "Keras", "layers": "Keras",
        "models": "Keras", "losses": "Keras", "optimizers": "Keras", "metrics": "Keras", "activations": "Keras",
        "callbacks": "Keras", "initializers": "Keras", "datasets": "Keras", "np": "NumPy", "numpy": "NumPy",
        "linalg": "NumPy", "plt": "Matplotlib", "pyplot": "Matplotlib", "matplotlib": "Matplotlib", "sns": "seaborn",
        "pd": "pandas", "pandas": "pandas", "jnp": "JAX", "jax": "JAX", "lax": "JAX", "math": "Python", "Math": "Java",
        "random": "Python", "time": "Python", "os": "Python", "sys": "Python", "utils": "Keras",
        "sklearn": "scikit-learn",
        "console": "JavaScript", "System": "Java", "F1": "PyTorch", "init": "PyTorch", "math_ops": "TensorFlow",
    ]

    private static let byName = Dictionary(grouping: names) { $0.path.joined(separator: ".") }

    /// The row about a name or a path of names; `nil` if there is none.
    static func named(_ path: [String], isCalled: Bool, count: Int? = nil, isOfTensor: Bool = false) -> Alias? {
        guard let last = path.last else { return nil }
        let hasRoot = path.count > 1 && path.dropLast().allSatisfy { roots[$0] != nil }
        var keys = [path.joined(separator: ".")]
        if hasRoot { keys += [path.suffix(2).joined(separator: "."), last] }
        for key in keys {
            guard let rows = byName[key] else { continue }
            let sorted = rows.count > 1 && isOfTensor ? rows.filter { $0.arguments?.first == "t" } + rows : rows
            let fitting =
                sorted.first { $0.arguments?.count == count } ?? sorted.first { ($0.arguments != nil) == isCalled }
            return fitting ?? rows.first
        }
        if hasRoot, sameNames.contains(last) {
            return Alias(isCalled ? "\(last)(x)" : last, isCalled ? "\(last)($*)" : last)
        }
        return nil
    }

    /// The row about a member that a type lacks; `nil` if there is none.
    static func member(_ name: String, of type: String, count: Int?) -> Alias? {
        let receivers = Receiver.names(for: type)
        let rows = members.filter {
            $0.path.last == name && receivers.contains($0.path.dropLast().joined(separator: "."))
        }
        return rows.first { $0.arguments?.count == count } ?? rows.first
    }

    /// Functions that other libraries have under the same name.
    static let sameNames: Set<String> = [
        "exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sqrt", "abs", "floor", "ceil", "relu", "sigmoid",
        "softplus", "gelu", "selu", "elu", "swish", "silu", "mish", "pow", "erf",
    ]
}

/// The values that stand for a type in the rows about members.
enum Receiver {
    /// The values for a type as the compiler names it.
    static func names(for type: String) -> [String] {
        let type = type.hasSuffix(".Type") ? String(type.dropLast(5)) : type
        if type.hasPrefix("[") { return type.contains(":") ? ["ages"] : ["list"] }
        switch type {
        case "Tensor": return ["t", "Tensor"]
        case "String", "Substring": return ["text"]
        case "Int", "Double", "Float": return ["x"]
        case "Examples", "(train: Examples, test: Examples)", "(Examples, Examples)": return ["train"]
        case "History": return ["history"]
        case "Loss": return ["loss"]
        case _ where optimizers.contains(type): return ["optimizer"]
        default: return ["net"]
        }
    }

    private static let optimizers: Set<String> = [
        "Adam", "AdamW", "Nadam", "SGD", "RMSProp", "AdaGrad", "AdaDelta", "LBFGS", "Optimizer",
    ]
}

/// A module of another language.
struct ModuleAlias {
    let reason: String
    let swift: String?

    private init(_ reason: String, _ swift: String? = "import Swiftlet") {
        self.reason = reason
        self.swift = swift
    }

    private static let tensors = ModuleAlias("tensors and their functions come with Swiftlet")
    private static let networks = ModuleAlias("tensors, layers, losses and optimizers come with Swiftlet")
    private static let charts = ModuleAlias("charts come with Swiftlet: Chart { Line(x: x, y: y) }")
    private static let foundation = ModuleAlias("its functions are in Foundation", "import Foundation")

    static let all: [String: ModuleAlias] = [
        "numpy": tensors, "scipy": tensors, "jax": tensors, "torch": networks, "tensorflow": networks,
        "keras": networks,
        "torchvision": networks, "pytorch_lightning": networks, "flax": networks, "matplotlib": charts,
        "seaborn": charts,
        "plotly": charts, "pandas": ModuleAlias("a tensor holds a table's numbers, and Examples a data set"),
        "sklearn": ModuleAlias("data sets, metrics and layers come with Swiftlet"), "math": foundation,
        "random": ModuleAlias(
            "random numbers are Double.random(in: 0...1), Int.random(in: 0..<10) and Tensor.normal([3])"),
        "os": foundation, "sys": foundation, "time": foundation, "datetime": foundation, "json": foundation,
        "re": ModuleAlias("regular expressions are a part of Swift: /[a-z]+/", nil),
        "collections": ModuleAlias("arrays, sets and dictionaries are a part of Swift", nil),
        "typing": ModuleAlias("types are a part of Swift", nil),
        "tqdm": ModuleAlias("progress is shown by ProgressBar"),
        "ipywidgets": ModuleAlias("sliders and buttons come with Swiftlet"),
        "IPython": ModuleAlias("display comes with Swiftlet"), "PIL": ModuleAlias("pictures come with Swiftlet"),
        "copy": ModuleAlias("values are copied when they are assigned", nil),
    ]
}
