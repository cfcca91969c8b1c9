import Foundation
import Glibc
import Processes
import Synchronization

/// The kernel's connection to the language service, which it starts, and starts again after a crash.
package final class LanguageServiceConnection: Sendable {
    /// A running service.
    private struct Service {
        var process: Subprocess
        var channel: MessageChannel

        /// Whether it has ended since the last request.
        var isGone: Bool {
            var poll = pollfd(fd: channel.descriptor, events: 0, revents: 0)
            return Glibc.poll(&poll, 1, 0) > 0
        }

        func end() {
            process.send(SIGKILL)
            process.wait()
        }
    }

    private enum Outcome {
        case answered(LanguageAnswer)
        case late
        case died
    }

    private let command: [String]
    private let timeLimit: Duration
    private let turn = Mutex(0)
    private let running = Mutex<Service?>(nil)
    private let isShutDown = Atomic(false)

    /// A service that a command starts at the first request.
    ///
    /// - Parameter timeLimit: The longest wait for an answer. The first requests to a new service often take longer: it
    ///   continues to work on them, and answers the next ones faster.
    package init(command: [String], timeLimit: Duration = .seconds(2)) {
        self.command = command
        self.timeLimit = timeLimit
    }

    /// Sends a request and waits for the answer. If the service crashes, another one is asked about a simpler draft.
    package func ask(_ question: LanguageRequest.Question, about draft: Draft) -> LanguageAnswer {
        turn.withLock { serial in
            let end = ContinuousClock.now + timeLimit
            for attempt in [draft, draft.simplified] {
                serial += 1
                let request = LanguageRequest(serial: serial, question: question, draft: attempt)
                guard let service = service() else { return .nothing }
                switch ask(request, of: service, until: end) {
                case .answered(let answer): return answer.shifted(by: draft.cursor - attempt.cursor)
                case .late: return .nothing
                case .died: drop()
                }
            }
            return .nothing
        }
    }

    /// Starts the service if necessary, and makes it load a draft's imports, without waiting.
    package func warmUp(_ draft: Draft) {
        turn.withLock { serial in
            serial += 1
            service()?.channel.send(LanguageRequest(serial: serial, question: .warmUp, draft: draft))
        }
    }

    /// Ends the service for good.
    package func shutDown() {
        isShutDown.store(true, ordering: .relaxed)
        drop()
    }

    private func service() -> Service? {
        running.withLock { running in
            if let service = running, service.isGone {
                service.end()
                running = nil
            }
            if running == nil, !isShutDown.load(ordering: .relaxed) { running = try? start() }
            return running
        }
    }

    private func start() throws -> Service {
        let (channel, other) = try MessageChannel.pair()
        defer { close(other) }
        let process = try Subprocess(
            command, environment: ["SWIFT_BACKTRACE": "enable=no"], descriptors: [-1, -1, -1, other])
        return Service(process: process, channel: channel)
    }

    private func ask(
        _ request: LanguageRequest, of service: Service, until end: ContinuousClock.Instant
    ) -> Outcome {
        service.channel.send(request)
        while true {
            let rest = max(0, (end - .now) / .milliseconds(1))
            var poll = pollfd(fd: service.channel.descriptor, events: Int16(POLLIN), revents: 0)
            let count = Glibc.poll(&poll, 1, Int32(rest))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .late }
            guard let reply = service.channel.receive(LanguageReply.self) else { return .died }
            // Answers to earlier requests that came too late are discarded.
            if reply.serial == request.serial { return .answered(reply.answer) }
        }
    }

    private func drop() {
        running.withLock { running in
            running?.end()
            running = nil
        }
    }
}
