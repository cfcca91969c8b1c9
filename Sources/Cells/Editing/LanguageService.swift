import Foundation
import Glibc
import Processes
import Synchronization

/// The process that answers requests about cells that are being edited. Any request may crash it: the kernel starts
/// another.
package final class LanguageService: Sendable {
    /// The descriptor of the channel to the kernel.
    static let channelDescriptor: Int32 = 3
    /// The seconds after which the kernel no longer waits for an answer, and the process ends.
    private static let patience: UInt32 = 60

    private let channel: MessageChannel
    /// The waiting request. A newer one replaces it: the kernel no longer waits for the older.
    private let waiting = Mutex<LanguageRequest?>(nil)
    private let arrivals = DispatchSemaphore(value: 0)

    private init(channel: MessageChannel) { self.channel = channel }

    /// Answers the kernel's requests until it closes the channel.
    package static func run() throws -> Never {
        signal(SIGINT, SIG_IGN)
        var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
        let service = LanguageService(channel: MessageChannel(descriptor: channelDescriptor))
        Thread.detachNewThread { service.listen() }
        let editor = DraftEditor(sourceKit: try SourceKit(toolchain: .current()))
        service.answer(with: editor)
    }

    private func listen() {
        while let request = channel.receive(LanguageRequest.self) {
            waiting.withLock { $0 = request }
            arrivals.signal()
        }
        _exit(0)
    }

    /// Runs on the main thread, whose stack is large: the compiler's recursion is deep.
    private func answer(with editor: DraftEditor) -> Never {
        while true {
            arrivals.wait()
            guard let request = waiting.withLock({ $0.take() }) else { continue }
            alarm(Self.patience)
            let answer = editor.answer(request.question, about: request.draft)
            alarm(0)
            channel.send(LanguageReply(serial: request.serial, answer: answer))
        }
    }
}
