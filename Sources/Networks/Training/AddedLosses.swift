public import Tensors

/// What layers and weights add to the loss of a step: penalties that keep activities or weights small.
final class AddedLosses: @unchecked Sendable {
    @TaskLocal private static var current: AddedLosses?
    private var terms: [Tensor] = []

    /// A loss, and with it all that layers added while it was computed and the penalties on those parameters that
    /// learn. Which parameters there are is asked afterwards: computing the loss may build layers.
    static func total<E: Error>(
        _ parameters: @autoclosure () -> [Parameter], _ loss: () throws(E) -> Tensor
    ) throws(E) -> Tensor {
        let added = AddedLosses()
        var total = try $current.withValue(added) { Result { () throws(E) in try loss() } }.get()
        for term in added.terms { total = total + term }
        for parameter in parameters() {
            guard let regularizer = parameter.regularizer, parameter.isTrainable else { continue }
            total = total + regularizer(parameter.value)
        }
        return total
    }

    /// Adds to the loss that is being computed, if one is.
    static func add(_ term: Tensor) { current?.terms.append(term) }
}

extension Layer {
    /// Adds a term to the loss of the step in which this layer is being computed, from within ``forward(_:)-(Tensor)``.
    /// It counts in `fit`, `evaluate` and an optimizer's `minimize`, and is forgotten elsewhere.
    public final func addLoss(_ term: Tensor) {
        guard term.count == 1 else {
            Failure.raise(
                ShapeError(
                    operation: "addLoss", shapes: [term.shape],
                    message: "a term of the loss is one number, not a tensor of shape \(term.shape)",
                    hint: "end it with .mean() or .sum()"))
        }
        AddedLosses.add(term)
    }
}

/// Returns its input, and adds a penalty on it to the loss, divided by the number of examples: the output of layers
/// that have no `activityRegularizer:` of their own can be kept small too.
public final class ActivityRegularization: Layer {
    /// The penalty.
    public let regularizer: Regularizer

    /// A layer that penalises the output of the one before.
    public init(_ regularizer: Regularizer, name: String? = nil) {
        self.regularizer = regularizer
        super.init(name: name)
        activityRegularizer = regularizer
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }

    /// The input.
    public override func forward(_ x: Tensor) -> Tensor { x }
}
