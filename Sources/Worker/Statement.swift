/// What compiled cells call between two top-level statements. It does nothing, which their optimiser cannot know: what a statement changed
/// has reached memory by then.
@_silgen_name("swiftlet_statement")
public func endStatement() {}
