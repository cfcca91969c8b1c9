extension Training {
    /// Whether the code that runs now trains a network: dropout drops, and batch normalisation uses its batch's
    /// statistics.
    ///
    /// ``training(_:)`` and ``inference(_:)`` set it; ``Optimizer/minimize(weight:_:)`` and `fit` train, everything
    /// else infers.
    @TaskLocal public static var isActive = false
}

/// Runs a computation in training mode: dropout drops elements, and batch normalisation normalises with its batch's own
/// mean and variance and updates its running averages.
///
/// Everything inside of ``Optimizer/minimize(weight:_:)`` is in training mode already. A GAN's step needs this for the
/// samples that it makes before the discriminator's loss:
/// ```swift
/// let generator = try Sequential(input: [8]) { Dense(16); BatchNormalization(); Activation(.relu); Dense(4) }
/// let fakes = training { generator(.normal([32, 8])) }
/// ```
public func training<R>(_ body: () throws -> R) rethrows -> R {
    try Training.$isActive.withValue(true, operation: body)
}

/// Runs a computation in inference mode: dropout passes its input on, and batch normalisation uses its running
/// averages. That is the mode outside of training; this is for code inside of ``Optimizer/minimize(weight:_:)`` that
/// looks at the network as its users will see it.
///
/// The computation is still recorded, so that gradients flow through it; ``/Tensors/withoutGradients(_:)`` is for that.
public func inference<R>(_ body: () throws -> R) rethrows -> R {
    try Training.$isActive.withValue(false, operation: body)
}
