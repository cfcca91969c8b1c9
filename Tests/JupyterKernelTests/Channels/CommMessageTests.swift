import Foundation
import JupyterKernel
import JupyterWire
import Testing
import WorkerProtocol

@Suite struct CommMessageTests {
    @Test(arguments: [CommMessage.Kind.open(target: "jupyter.widget"), .message, .close])
    func survivesTheWire(kind: CommMessage.Kind) {
        let comm = CommMessage(
            kind, id: "c", data: #"{"x":1}"#, metadata: #"{"version":"2.1.0"}"#, buffers: [Data([9])])
        let message = Session(username: "kernel").message(
            comm.type, comm.content, metadata: comm.metadataObject, buffers: comm.buffers.map(Array.init))
        #expect(CommMessage(message) == comm)
    }

    @Test func otherMessagesAreNone() {
        let session = Session(username: "kernel")
        #expect(CommMessage(session.message("comm_msg", ["data": [:]])) == nil)
        #expect(CommMessage(session.message("comm_info_request", ["comm_id": "c"])) == nil)
    }
}
