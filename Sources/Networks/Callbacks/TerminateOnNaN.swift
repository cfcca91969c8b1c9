/// Not needed: `fit` ends by itself at the first loss that is not finite.
@available(*, unavailable, message: "leave it out: fit ends by itself at the first loss that is not finite")
public typealias TerminateOnNaN = LambdaCallback
