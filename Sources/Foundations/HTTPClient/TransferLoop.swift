import CCurl
import DetachedThreads
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The way to the client's thread, from any other.
final class TransferLoop: Sendable {
    /// What the thread is told to do, in order.
    enum Command: Sendable {
        case start(HTTPRequest, Exchange)
        case cancel(Exchange)
        case resume(Exchange)
        /// Nobody reads on: what still comes is dropped.
        case drain(Exchange)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isClosing = false
        /// Whether the thread still takes commands.
        var isAlive = true
    }

    private let configuration: HTTPClient.Configuration
    // Used by the thread alone.
    nonisolated(unsafe) private let multi: UnsafeMutableRawPointer
    private let alarm: Alarm
    private let inbox = Mutex(Inbox())

    init(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        guard Self.isCurlReady, let multi = curl_multi_init() else {
            throw HTTPError(.resources, "", "An HTTP client could not be made: no memory is left.")
        }
        do throws(HTTPError) {
            alarm = try Alarm()
        } catch {
            curl_multi_cleanup(multi)
            throw error
        }
        vj_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        vj_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
        vj_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maxConnections ?? 0)
        self.configuration = configuration
        self.multi = multi
    }

    deinit { alarm.close() }

    /// Starts the thread, which keeps this object until `close`.
    func start() throws(HTTPError) {
        guard DetachedThread.start(blockingSignals: true, { self.run() }) == 0 else {
            end()
            throw HTTPError(.resources, "", "An HTTP client could not be made: no thread is left.")
        }
    }

    func post(_ command: Command) {
        let (isTaken, mustRing) = inbox.withLock { inbox in
            guard inbox.isAlive, !inbox.isClosing else { return (false, false) }
            inbox.commands.append(command)
            return (true, inbox.commands.count == 1)
        }
        if mustRing { alarm.ring() }
        if !isTaken, case .start(_, let exchange) = command { exchange.finish(.closed(exchange.host)) }
    }

    func close() {
        inbox.withLock { $0.isClosing = true }
        alarm.ring()
    }

    private func run() {
        let worker = TransferWorker(multi, configuration, alarm)
        while true {
            let (commands, isClosing) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isClosing)
            }
            for command in commands { worker.handle(command) }
            if isClosing { break }
            worker.turn()
        }
        worker.close()
        end()
    }

    private func end() {
        inbox.withLock { $0.isAlive = false }
        curl_multi_cleanup(multi)
    }

    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
