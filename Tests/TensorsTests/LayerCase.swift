import Tensors
import TestSupport

/// A layer's options beside the numbers that PyTorch computed.
struct LayerCase: Decodable, Sendable {
    struct Options: Decodable, Sendable {
        var stride: [Int]?
        var dilation: [Int]?
        var window: [Int]?
        var padding: Borders?
        var activation: String?
        var kind: String?
        var labels: [Int32]?
    }
    /// "same", "valid", or zeros at [top, bottom, left, right].
    struct Borders: Decodable, Sendable {
        let padding: Padding

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let sizes = try? container.decode([Int].self) {
                padding = .explicit(top: sizes[0], bottom: sizes[1], left: sizes[2], right: sizes[3])
            } else {
                padding = try container.decode(String.self) == "same" ? .same : .valid
            }
        }
    }
    let options: Options
    let fixture: Fixture

    static let activations: [String: FusedActivation] = [
        "none": .none, "relu": .relu, "tanh": .tanh, "sigmoid": .sigmoid,
    ]

    /// The operation with these options.
    func run(_ inputs: [Tensor]) -> Tensor {
        let pair = { (sizes: [Int]?) in (sizes?[0] ?? 1, sizes?[1] ?? 1) }
        let (x, padding) = (inputs[0], options.padding?.padding ?? .valid)
        if let labels = options.labels { return softmaxCrossEntropy(x, Tensor(labels)) }
        if let kind = options.kind {
            let (window, stride) = (pair(options.window), pair(options.stride))
            return kind == "max"
                ? x.maxPool2d(window: window, stride: stride, padding: padding)
                : x.averagePool2d(window: window, stride: stride, padding: padding)
        }
        return x.conv2d(
            filter: inputs[1], bias: inputs.count > 2 ? inputs[2] : nil, stride: pair(options.stride), padding: padding,
            dilation: pair(options.dilation), activation: LayerCase.activations[options.activation!]!)
    }
}
