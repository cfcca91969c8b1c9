import CWorker

/// Notes how far the running cell has come: what compiled cells call between two top-level statements.
@_silgen_name("swiftlet_statement")
public func beginStatement(atLine line: Int32) { cw_begin_statement(line) }
