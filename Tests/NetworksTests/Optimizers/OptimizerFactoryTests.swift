import Foundation
import Networks
import Testing

extension NetworksTests {
    /// Every optimizer has an initializer and a short form with the same options and defaults: `Adam(learningRate:)`,
    /// `.adam(_:)`.
    @Suite struct OptimizerFactoryTests {
        /// Each optimizer by its initializer and by its short form: with the defaults, and with every option changed.
        private static var pairs: [String: [(Optimizer, Optimizer)]] {
            [
                "SGD": [
                    (SGD(), .sgd()),
                    (
                        SGD(learningRate: 0.3, momentum: 0.7, nesterov: true, weightDecay: 0.1),
                        .sgd(0.3, momentum: 0.7, nesterov: true, weightDecay: 0.1)
                    ),
                ],
                "AdaGrad": [
                    (AdaGrad(), .adaGrad()),
                    (
                        AdaGrad(learningRate: 0.3, initialAccumulator: 0.2, epsilon: 0.1, weightDecay: 0.4),
                        .adaGrad(0.3, initialAccumulator: 0.2, epsilon: 0.1, weightDecay: 0.4)
                    ),
                ],
                "AdaDelta": [
                    (AdaDelta(), .adaDelta()),
                    (
                        AdaDelta(learningRate: 0.3, rho: 0.2, epsilon: 0.1, weightDecay: 0.4),
                        .adaDelta(0.3, rho: 0.2, epsilon: 0.1, weightDecay: 0.4)
                    ),
                ],
                "RMSProp": [
                    (RMSProp(), .rmsProp()),
                    (
                        RMSProp(
                            learningRate: 0.3, rho: 0.2, momentum: 0.5, epsilon: 0.1, centered: true, weightDecay: 0.4),
                        .rmsProp(0.3, rho: 0.2, momentum: 0.5, epsilon: 0.1, centered: true, weightDecay: 0.4)
                    ),
                ],
                "Adam": [
                    (Adam(), .adam()),
                    (
                        Adam(learningRate: 0.3, beta1: 0.2, beta2: 0.5, epsilon: 0.1, weightDecay: 0.4, amsgrad: true),
                        .adam(0.3, beta1: 0.2, beta2: 0.5, epsilon: 0.1, weightDecay: 0.4, amsgrad: true)
                    ),
                ],
                "AdamW": [
                    (AdamW(), .adamW()),
                    (
                        AdamW(learningRate: 0.3, beta1: 0.2, beta2: 0.5, epsilon: 0.1, weightDecay: 0.4, amsgrad: true),
                        .adamW(0.3, beta1: 0.2, beta2: 0.5, epsilon: 0.1, weightDecay: 0.4, amsgrad: true)
                    ),
                ],
                "Nadam": [
                    (Nadam(), .nadam()),
                    (
                        Nadam(
                            learningRate: 0.3, beta1: 0.2, beta2: 0.5, epsilon: 0.1, weightDecay: 0.4,
                            momentumDecay: 1),
                        .nadam(0.3, beta1: 0.2, beta2: 0.5, epsilon: 0.1, weightDecay: 0.4, momentumDecay: 1)
                    ),
                ],
                "LBFGS": [
                    (LBFGS(), .lbfgs()),
                    (
                        LBFGS(
                            learningRate: 0.3, iterations: 2, historySize: 5, lineSearch: false, gradientTolerance: 0.1,
                            changeTolerance: 0.2),
                        .lbfgs(
                            0.3, iterations: 2, historySize: 5, lineSearch: false, gradientTolerance: 0.1,
                            changeTolerance: 0.2)
                    ),
                ],
            ]
        }

        /// All stored properties, those of its superclasses included.
        private static func configuration(_ optimizer: Optimizer) -> [String: String] {
            var properties: [String: String] = [:]
            var mirror: Mirror? = Mirror(reflecting: optimizer)
            while let level = mirror {
                for case (let label?, let value) in level.children { properties[label] = "\(value)" }
                mirror = level.superclassMirror
            }
            return properties
        }

        @Test(arguments: pairs.keys.sorted())
        func bothFormsMakeTheSameOptimizer(_ name: String) throws {
            let both = try #require(Self.pairs[name])
            for (initializer, factory) in both {
                #expect("\(type(of: factory))" == name)
                #expect(Self.configuration(factory) == Self.configuration(initializer))
            }
            // Every option differs from its default, so that one which a form drops would be seen.
            let (defaults, changed) = (Self.configuration(both[0].0), Self.configuration(both[1].0))
            let same = Set(defaults.filter { changed[$0.key] == $0.value }.keys)
            #expect(same.isSubset(of: Self.notOptions.union(name == "Nadam" ? ["keepsLargest"] : [])), "\(same)")
        }

        /// What an optimizer stores beside its options.
        private static let notOptions: Set<String> = [
            "schedule", "clipping", "accumulationSteps", "stepCount", "parameters", "states", "accumulated", "history",
            "last", "product", "isDecayDecoupled", "networks", "lastLook",
        ]

        /// The parameter lists themselves, as they stand in the sources.
        @Test func bothFormsDeclareTheSameOptions() throws {
            var folder = URL(filePath: #filePath)
            for _ in 0..<4 { folder.deleteLastPathComponent() }
            folder.append(path: "Sources/Networks/Optimizers")
            var initializers: [String: String] = [:], factories: [String: String] = [:]
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file != "Optimizer.swift"
            {
                let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
                    .replacing(/\s+/, with: " ")
                let declared = source.matches(of: /(?:final|public) class (\w+): \w+/).map { String($0.1).lowercased() }
                let lists = source.matches(of: /init\( ?for networks: Layer\.\.\., (learningRate[^)]*?) ?\)/)
                    .map { String($0.1) }
                for (name, list) in zip(declared, lists) { initializers[name] = list }
                for match in source.matches(of: /static func (\w+)\( ?_ (learningRate[^)]*?) ?\) -> Optimizer/) {
                    factories[String(match.1).lowercased()] = String(match.2)
                }
            }
            #expect(factories.count == Self.pairs.count)
            #expect(factories == initializers)
        }
    }
}
