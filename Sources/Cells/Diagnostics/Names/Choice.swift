/// The values of a type that are chosen by name, as in `loss: .crossEntropy`.
struct Choice {
    /// The names of the values, which complete the type in code.
    let names: [String]
    /// Other libraries' names, written as one word in small letters, with Swiftlet's.
    let habits: [String: String]

    /// Every type that is chosen from, by its name.
    static let all: [String: Choice] = [
        "Loss": Choice(
            names: [
                "crossEntropy", "binaryCrossEntropy", "meanSquaredError", "meanAbsoluteError", "huber", "hinge",
                "klDivergence", "poisson", "focal", "dice", "triplet", "contrastive", "logCosh", "cosineSimilarity",
                "categoricalHinge", "squaredHinge", "smoothL1", "meanAbsolutePercentageError", "ctc", "binaryFocal",
                "jaccard", "meanSquaredLogarithmicError",
            ],
            habits: [
                "categoricalcrossentropy": "crossEntropy", "sparsecategoricalcrossentropy": "crossEntropy",
                "crossentropyloss": "crossEntropy", "softmaxcrossentropy": "crossEntropy", "nll": "crossEntropy",
                "nllloss": "crossEntropy", "bce": "binaryCrossEntropy", "bcewithlogits": "binaryCrossEntropy",
                "bceloss": "binaryCrossEntropy", "mse": "meanSquaredError", "mseloss": "meanSquaredError",
                "squarederror": "meanSquaredError", "mae": "meanAbsoluteError", "l1": "meanAbsoluteError",
                "l1loss": "meanAbsoluteError", "l2": "meanSquaredError", "kl": "klDivergence", "kld": "klDivergence",
                "kldivergence": "klDivergence", "mape": "meanAbsolutePercentageError",
                "msle": "meanSquaredLogarithmicError",
            ]),
        "Metric": Choice(
            names: [
                "accuracy", "meanAbsoluteError", "meanSquaredError", "rootMeanSquaredError", "rSquared", "precision",
                "recall", "f1", "auc", "iou", "dice", "kappa", "perplexity", "averagePrecision", "matthewsCorrelation",
            ],
            habits: [
                "acc": "accuracy", "categoricalaccuracy": "accuracy", "binaryaccuracy": "accuracy",
                "sparsecategoricalaccuracy": "accuracy", "mse": "meanSquaredError", "mae": "meanAbsoluteError",
                "rmse": "rootMeanSquaredError", "r2": "rSquared", "r2score": "rSquared", "f1score": "f1",
                "map": "averagePrecision", "mcc": "matthewsCorrelation", "rocauc": "auc",
            ]),
        "Optimizer": Choice(
            names: ["adam()", "sgd(0.01)", "rmsProp()", "adamW()", "nadam()", "adaGrad()", "adaDelta()", "lbfgs()"],
            habits: ["momentum": "sgd(0.01, momentum: 0.9)", "gradientdescent": "sgd(0.01)"]),
        "ActivationFunction": Choice(
            names: [
                "relu", "tanh", "sigmoid", "softmax", "linear", "leakyRelu", "elu", "selu", "gelu", "swish", "silu",
                "softplus", "softsign", "mish", "hardSigmoid", "hardSwish", "hardTanh", "relu6", "exponential",
                "logSigmoid", "logSoftmax",
            ],
            habits: ["none": "linear", "identity": "linear", "logistic": "sigmoid", "lrelu": "leakyRelu"]),
        "Initializer": Choice(
            names: [
                "zeros", "ones", "glorotUniform", "glorotNormal", "he", "heUniform", "lecunUniform", "lecunNormal",
                "fanInUniform",
            ],
            habits: [
                "henormal": "he", "kaiming": "he", "kaimingnormal": "he", "kaiminguniform": "heUniform",
                "xavier": "glorotUniform", "xavieruniform": "glorotUniform", "xaviernormal": "glorotNormal",
                "glorot": "glorotUniform", "randomnormal": "normal()", "randomuniform": "uniform()",
                "variancescaling": "glorotUniform",
            ]),
        "Regularizer": Choice(
            names: ["l1()", "l2()", "l1l2()"], habits: ["weightdecay": "l2()", "ridge": "l2()", "lasso": "l1()"]),
        "Padding": Choice(names: ["same", "valid", "causal"], habits: ["zero": "same", "full": "same"]),
        "AxisScale": Choice(names: ["linear", "logarithmic"], habits: ["log": "logarithmic", "log10": "logarithmic"]),
        "DType": Choice(
            names: ["float32", "float64", "int32", "int64", "uint8", "bool"],
            habits: ["float": "float32", "double": "float64", "int": "int32", "long": "int64", "byte": "uint8"]),
        "Merge": Choice(
            names: ["concatenate", "add", "subtract", "multiply"],
            habits: ["concat": "concatenate", "cat": "concatenate", "plus": "add", "sum": "add", "times": "multiply"]),
        "Color": Choice(
            names: ["blue", "vermilion", "green", "black", "white"],
            habits: ["red": "vermilion", "orange": "vermilion", "gray": "gray(0.5)", "grey": "gray(0.5)"]),
    ]

    /// The value of a type that a name or text means: `.relu` for "ReLU"; `nil` if it is not clear.
    static func nearest(to name: String, of type: String) -> String? {
        guard let choice = all[type] else { return nil }
        let plain = name.lowercased().filter { $0.isLetter || $0.isNumber }
        if let habit = choice.habits[plain] { return "." + habit }
        if let same = choice.names.first(where: { word($0).lowercased() == plain }) { return "." + same }
        guard let nearest = plain.nearest(among: choice.names.map(word)) else { return nil }
        return choice.names.first { word($0) == nearest }.map { "." + $0 }
    }

    /// The name without arguments.
    private static func word(_ name: String) -> String { String(name.prefix { $0 != "(" }) }

    /// "such as .crossEntropy, .binaryCrossEntropy or .meanSquaredError".
    static func some(of type: String) -> String? {
        guard let names = all[type]?.names.prefix(3).map({ "." + $0 }), names.count == 3 else { return nil }
        return "such as \(names[0]), \(names[1]) or \(names[2])"
    }
}

/// A label of another library's arguments.
enum LabelAlias {
    /// Labels with Swiftlet's; an empty one means that the argument has no label.
    static let all: [String: String] = [
        "kernel_size": "kernel", "kernelSize": "kernel", "filter_size": "kernel", "kernal": "kernel", "units": "",
        "filters": "", "out_features": "", "out_channels": "", "pool_size": "", "poolSize": "", "rate": "", "p": "",
        "strides": "stride", "dim": "axes", "axis": "axes", "dims": "axes", "keepdim": "keepDims",
        "keepdims": "keepDims",
        "batch_size": "batchSize", "validation_data": "validation", "kernel_initializer": "initializer",
        "kernel_regularizer": "regularizer", "kernelInitializer": "initializer", "kernelRegularizer": "regularizer",
        "learning_rate": "learningRate", "lr": "learningRate", "return_sequences": "returnSequences",
        "use_bias": "bias", "useBias": "bias", "end": "terminator", "sep": "separator", "input_dim": "",
        "output_dim": "",
        "num_embeddings": "", "embedding_dim": "", "weight_decay": "weightDecay", "n": "count", "num": "count",
        "recurrent_dropout": "recurrentDropout", "go_backwards": "goBackwards", "mask_zero": "maskZero",
        "num_heads": "heads", "momentum": "momentum", "biasInitializer": "bias", "biasRegularizer": "bias",
    ]

    /// Labels that are not needed, with the reason.
    static let needless: [String: String] = [
        "input_shape": "the shape of the inputs is said once, at the network: Sequential(\"net\", input: [4]) { … }",
        "inputShape": "the shape of the inputs is said once, at the network: Sequential(\"net\", input: [4]) { … }",
        "in_features": "a layer finds the number of its inputs itself",
        "in_channels": "a layer finds the number of its inputs itself",
        "input_size": "a layer finds the number of its inputs itself",
        "verbose": "progress is shown by itself; showsProgress: false switches it off",
        "device": "there is one device, the processor", "requires_grad": "a tensor is tracked by x.tracked()",
        "num_workers": "batches are made while the network learns", "batch_first": "the batch is always the first axis",
        "validation_split": "split the examples first: data[..<800] and data[800...]",
        "from_logits": "the losses take logits; with probabilities write fromLogits: false",
        "biasInitializer": "write bias: WeightOptions(.ones)",
        "biasRegularizer": "write bias: WeightOptions(regularizer: .l2(0.1))",
        "recurrentInitializer": "write recurrent: WeightOptions(.orthogonal())",
        "gammaInitializer": "write scale: WeightOptions(.ones)",
        "betaInitializer": "write offset: WeightOptions(.zeros)",
    ]

    /// Swiftlet's label for another library's: `batchSize` for `batch_size`.
    static func swiftlet(_ label: String) -> String? {
        if let known = all[label] { return known.isEmpty ? nil : known }
        return camelCase(label)
    }

    static func camelCase(_ name: String) -> String {
        let parts = name.split(separator: "_")
        guard parts.count > 1, let first = parts.first else { return name }
        return String(first) + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

/// The names of types in other languages.
enum TypeWord {
    static let all = [
        "int": "Int", "float": "Double", "double": "Double", "str": "String", "string": "String", "bool": "Bool",
        "boolean": "Bool", "char": "Character", "list": "[Double]", "dict": "[String: Double]", "long": "Int",
        "Int": "Int",
        "Double": "Double", "String": "String", "Bool": "Bool", "Float": "Float", "void": "Void", "None": "Void",
        "number": "Double",
    ]

    /// A type that is written in another language: `Tensor` for `torch.Tensor`.
    static func swift(_ nodes: some Collection<ForeignNode>) -> String {
        guard let first = nodes.first(where: { $0.token?.kind == .word })?.token?.text else { return "Double" }
        let last = Array(nodes).last { $0.token?.kind == .word }?.token?.text ?? first
        if let element = nodes.first(where: { $0.isGroup("[") }), ["list", "List"].contains(first) {
            return "[\(swift(element.content))]"
        }
        return last == "Tensor" || last == "ndarray" ? "Tensor" : all[last] ?? last
    }

    /// The type that a parameter of this name and default value most likely has.
    static func likely(for name: String, value: ForeignToken? = nil) -> String {
        switch value?.kind {
        case .text?: return "String"
        case .number?: return value!.text.contains(".") ? "Double" : "Int"
        case .word? where ["True", "False"].contains(value!.text): return "Bool"
        default: break
        }
        switch name {
        case "name", "text", "word", "path", "file", "s", "title": return "String"
        case "n", "i", "j", "k", "count", "epochs", "steps", "size", "units", "classes": return "Int"
        case "list", "values", "numbers", "data", "items", "l", "xs": return "[Double]"
        case "images", "batch", "inputs", "logits", "tensor", "t": return "Tensor"
        default: return "Double"
        }
    }
}
