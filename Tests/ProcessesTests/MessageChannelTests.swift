import CWorker
import Foundation
import Processes
import Testing
import WorkerProtocol

@Suite struct MessageChannelTests {
    func pair() -> (MessageChannel, MessageChannel) {
        var ends: [Int32] = [-1, -1]
        #expect(cw_socket_pair(&ends) == 0)
        return (MessageChannel(descriptor: ends[0]), MessageChannel(descriptor: ends[1]))
    }

    @Test func messagesArriveAsTheyWereSent() {
        let (worker, kernel) = pair()
        let bundle = MimeBundle(
            ["image/png": .binary(Data([0, 255])), "text/plain": .text("ü"), "application/json": .json("[1]")],
            sizes: ["image/png": .init(width: 2, height: 1)])
        let comm = CommMessage(.open(target: "t"), id: "c", data: #"{"x":1}"#, metadata: "{}", buffers: [Data([7])])
        let sent: [WorkerReport] = [
            .ready(process: 7, lostDispatchQueues: true),
            .printed(serial: 2, .stderr, Data([0xF0, 10]), pipesWereEmpty: true),
            .display(serial: 2, bundle, identifier: "a"),
            .result(serial: 2, bundle),
            .comm(serial: 2, comm),
            .failed(
                serial: 3, .init(kind: .trapped, name: "Trap", message: "m", frames: [.init(object: "/o", offset: 9)])),
        ]
        for report in sent { worker.send(report) }
        for report in sent { #expect(kernel.receive(WorkerReport.self) == report) }
    }

    @Test func aDescriptorComesWithItsMessage() throws {
        let (worker, kernel) = pair()
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        kernel.send(WorkerRequest.input("a"))
        kernel.send(WorkerRequest.snapshot, passing: ends[1])
        close(ends[1])
        #expect(worker.receive(WorkerRequest.self) == .input("a"))
        #expect(worker.takeDescriptor() == nil)
        #expect(worker.receive(WorkerRequest.self) == .snapshot)
        let descriptor = try #require(worker.takeDescriptor())
        #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
        #expect(write(descriptor, "x", 1) == 1)
        var byte: UInt8 = 0
        #expect(read(ends[0], &byte, 1) == 1)
        close(descriptor)
    }

    @Test func aPeerThatIsGoneIsTheEnd() {
        var channels: (MessageChannel, MessageChannel)? = pair()
        let kernel = channels!.1
        channels = nil
        kernel.send(WorkerRequest.interrupt(serial: 1))
        #expect(kernel.receive(WorkerReport.self) == nil)
    }
}
