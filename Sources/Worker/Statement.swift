import Synchronization

/// The index of the top-level statement that the running cell is at.
let currentStatement = Atomic(0)

/// What compiled cells call between two top-level statements, with the index of the one that begins. Their optimiser cannot see what it
/// does: what the statements before it changed has reached memory by then.
@_silgen_name("swiftlet_statement")
public func beginStatement(_ index: Int) { currentStatement.store(index, ordering: .relaxed) }
