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
        var sizes: [Int]?
        var groups: Int?
        var outputPadding: [Int]?
        var labels: [Int32]?
    }
    /// "same", "valid", "causal", or the zeros before and after each dimension: [top, bottom, left, right].
    struct Borders: Decodable, Sendable {
        let padding: Padding
        private static let named: [String: Padding] = ["valid": .valid, "same": .same, "causal": .causal]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let sizes = try? container.decode([Int].self) {
                let places = stride(from: 0, to: sizes.count, by: 2)
                padding = .explicit(before: places.map { sizes[$0] }, after: places.map { sizes[$0 + 1] })
            } else {
                padding = try Borders.named[container.decode(String.self)]!
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
        let (x, padding) = (inputs[0], options.padding?.padding ?? .valid)
        if let labels = options.labels { return softmaxCrossEntropy(x, Tensor(labels)) }
        if options.activation != nil { return convolution(x, inputs[1], inputs.count > 2 ? inputs[2] : nil, padding) }
        return pooling(x, padding)
    }

    private func pooling(_ x: Tensor, _ padding: Padding) -> Tensor {
        let isMax = options.kind == "max"
        if let sizes = options.sizes {
            return x.adaptivePooled(isMax ? .max : .average, to: sizes, as: "adaptive")
        }
        let (window, stride) = (options.window!, options.stride!)
        switch window.count {
        case 1:
            return isMax
                ? x.maxPool1d(window: window[0], stride: stride[0], padding: padding)
                : x.averagePool1d(window: window[0], stride: stride[0], padding: padding)
        case 2:
            let (window, stride) = ((window[0], window[1]), (stride[0], stride[1]))
            return isMax
                ? x.maxPool2d(window: window, stride: stride, padding: padding)
                : x.averagePool2d(window: window, stride: stride, padding: padding)
        default:
            let (window, stride) = ((window[0], window[1], window[2]), (stride[0], stride[1], stride[2]))
            return isMax
                ? x.maxPool3d(window: window, stride: stride, padding: padding)
                : x.averagePool3d(window: window, stride: stride, padding: padding)
        }
    }

    private func convolution(_ x: Tensor, _ filter: Tensor, _ bias: Tensor?, _ padding: Padding) -> Tensor {
        let (stride, dilation) = (options.stride!, options.dilation!)
        let activation = LayerCase.activations[options.activation!]!
        if options.kind == "transposed" {
            let extra = options.outputPadding
            switch stride.count {
            case 1:
                return x.convTranspose1d(
                    filter: filter, bias: bias, stride: stride[0], padding: padding, outputPadding: extra?[0],
                    dilation: dilation[0], activation: activation)
            case 2:
                return x.convTranspose2d(
                    filter: filter, bias: bias, stride: (stride[0], stride[1]), padding: padding,
                    outputPadding: extra.map { ($0[0], $0[1]) }, dilation: (dilation[0], dilation[1]),
                    activation: activation)
            default:
                return x.convTranspose3d(
                    filter: filter, bias: bias, stride: (stride[0], stride[1], stride[2]), padding: padding,
                    outputPadding: extra.map { ($0[0], $0[1], $0[2]) },
                    dilation: (dilation[0], dilation[1], dilation[2]), activation: activation)
            }
        }
        let groups = options.groups!
        switch stride.count {
        case 1:
            return x.conv1d(
                filter: filter, bias: bias, stride: stride[0], padding: padding, dilation: dilation[0],
                groups: groups, activation: activation)
        case 2:
            return x.conv2d(
                filter: filter, bias: bias, stride: (stride[0], stride[1]), padding: padding,
                dilation: (dilation[0], dilation[1]), groups: groups, activation: activation)
        default:
            return x.conv3d(
                filter: filter, bias: bias, stride: (stride[0], stride[1], stride[2]), padding: padding,
                dilation: (dilation[0], dilation[1], dilation[2]), groups: groups, activation: activation)
        }
    }
}
