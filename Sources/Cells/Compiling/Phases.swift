/// The durations of the phases of a cell's compilation and run.
package struct Phases: Sendable, Equatable {
    /// Parsing the source.
    package var parse: Duration = .zero
    /// Compiling it.
    package var compile: Duration = .zero
    /// Linking it to a shared object.
    package var link: Duration = .zero
    /// How long the cell waited for these phases: less than their sum if it was compiled before its turn.
    package var wait: Duration = .zero
    /// Loading and running it; `nil` until then.
    package var run: Duration?
    /// Whether it came from the cache.
    package var isCached = false
    /// Whether it was compiled while an earlier cell ran.
    package var isCompiledAhead = false

    package init() {}
}
