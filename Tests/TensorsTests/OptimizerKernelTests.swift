import CKernels
import Foundation
import TestSupport
import Testing

@Suite struct OptimizerKernelTests {
    struct Trace: Decodable, Sendable {
        struct Options: Decodable, Sendable {
            var lr: Float
            var momentum: Float?
            var nesterov: Bool?
            var decay: Float?
            var betas: [Float]?
            var eps: Float?

            enum CodingKeys: String, CodingKey {
                case lr, momentum, nesterov, betas, eps
                case decay = "weight_decay"
            }
        }
        let optimizer: String
        let options: Options
        let start: [Float]
        let trace: [[Float]]
    }

    @Test(arguments: try Fixture.load("optimizer_steps") as [Trace])
    func stepsAreThoseOfPyTorch(_ fixture: Trace) {
        let (o, count) = (fixture.options, fixture.start.count)
        var weights = fixture.start
        var (first, second) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        let (beta1, beta2) = (o.betas?[0] ?? 0.9, o.betas?[1] ?? 0.999)
        for (step, expected) in fixture.trace.enumerated() {
            let gradients = weights.indices.map { cosf(Float(step) + weights[$0] * Float($0)) }
            let t = Float(step + 1)
            if fixture.optimizer == "Adam" {
                ck_adam(
                    &weights, gradients, &first, &second, nil, count,
                    CKAdam(
                        beta1: beta1, beta2: beta2, epsilon: o.eps ?? 1e-8, decay: o.decay ?? 0, shrink: 1,
                        averageRate: o.lr / (1 - powf(beta1, t)), gradientRate: 0,
                        rootScale: 1 / (1 - powf(beta2, t)).squareRoot()))
            } else if let momentum = o.momentum {
                ck_sgd(
                    &weights, gradients, &first, count, o.lr, momentum, o.nesterov == true ? 1 : 0, o.decay ?? 0)
            } else {
                ck_sgd(&weights, gradients, nil, count, o.lr, 0, 0, o.decay ?? 0)
            }
            for (weight, value) in zip(weights, expected) { #expect(abs(weight - value) < 2e-6) }
        }
    }
}
