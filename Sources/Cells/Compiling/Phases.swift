/// How long each step took on the way from a cell's source to its end.
package struct Phases: Sendable, Equatable {
    /// Reading the source.
    package var parse: Duration = .zero
    /// Compiling it.
    package var compile: Duration = .zero
    /// Making a shared object of it.
    package var link: Duration = .zero
    /// How long the cell waited for all this: less than its sum where it was done before.
    package var wait: Duration = .zero
    /// Loading and running it; `nil` before it ran.
    package var run: Duration?
    /// Whether it had been compiled in an earlier session.
    package var isCached = false
    /// Whether it was compiled while an earlier cell ran.
    package var isCompiledAhead = false

    package init() {}
}
