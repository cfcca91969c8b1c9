import Synchronization

/// The index of the running cell's current top-level statement.
let currentStatement = Atomic(0)

/// Records which top-level statement begins. Compiled cells call this between statements; since the optimizer cannot
/// see what it does, the changes of earlier statements are in memory by then.
@_silgen_name("swiftlet_statement")
public func beginStatement(_ index: Int) { currentStatement.store(index, ordering: .relaxed) }
