/// The outputs of the most recent cells, by the serial numbers of their runs.
///
/// Threads and tasks may outlive their cell. What they show belongs to it as long as it is remembered.
struct CellOutputs {
    /// The number of cells that are remembered.
    private static let capacity = 256

    private var outputs: [Int: any OutputSink] = [:]
    private var serials: [Int] = []
    private var newest: (any OutputSink)?

    /// Adds a cell that is about to run.
    mutating func begin(_ output: any OutputSink) { newest = output }

    /// Assigns the newest cell its serial number, which is larger than all before.
    mutating func name(_ serial: Int) {
        outputs[serial] = newest
        serials.append(serial)
        if serials.count > Self.capacity { outputs[serials.removeFirst()] = nil }
    }

    /// The output of a cell; that of the newest for an unknown cell, and for what belongs to none.
    subscript(serial: Int) -> (any OutputSink)? { outputs[serial] ?? newest }
}
