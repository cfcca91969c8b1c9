internal import Tensors
package import Testing

/// Gives each test a sequence of random numbers of its own: others, which run at the same time, draw and seed theirs.
package struct OwnRandomNumbers: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Random.withSeed(0) { try await function() }
    }
}

extension Trait where Self == OwnRandomNumbers {
    /// Each test has a sequence of random numbers of its own.
    package static var ownRandomNumbers: Self { Self() }
}
