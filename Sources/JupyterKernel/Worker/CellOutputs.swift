/// Where the output of each cell goes that may still have some, by the serial numbers under which cells are run.
///
/// Threads and tasks of a cell may outlive it. What they show still belongs to it, as long as it is among the newest.
struct CellOutputs {
    /// How many cells are remembered.
    private static let capacity = 256

    private var outputs: [Int: any OutputSink] = [:]
    private var serials: [Int] = []
    private var newest: (any OutputSink)?

    /// Takes note of a cell that is about to be run.
    mutating func begin(_ output: any OutputSink) { newest = output }

    /// Gives the newest cell its serial number, larger than all before.
    mutating func name(_ serial: Int) {
        outputs[serial] = newest
        serials.append(serial)
        if serials.count > Self.capacity { outputs[serials.removeFirst()] = nil }
    }

    /// The output of a cell; the newest one's for a cell that is not remembered, and for what belongs to none.
    subscript(serial: Int) -> (any OutputSink)? { outputs[serial] ?? newest }
}
