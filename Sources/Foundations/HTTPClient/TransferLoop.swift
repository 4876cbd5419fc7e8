import CCurl
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
    }

    private struct Inbox {
        var commands: [Command] = []
        var isClosing = false
        /// Whether `multi` still exists.
        var isAlive = true
    }

    private let configuration: HTTPClient.Configuration
    // Used by the thread alone, but for `curl_multi_wakeup`, which any thread may call while the handle lives:
    // `inbox` guards that.
    nonisolated(unsafe) private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())

    init(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        guard Self.isCurlReady, let multi = curl_multi_init() else {
            throw HTTPError(.resources, "", "An HTTP client could not be made: no memory is left.")
        }
        vj_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        vj_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
        vj_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maxConnections ?? 0)
        self.configuration = configuration
        self.multi = multi
    }

    /// Starts the thread, which keeps this object until `close`.
    func start() throws(HTTPError) {
        let context = Unmanaged.passRetained(self).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = pthread_create(&thread, nil, { runTransferLoop($0) }, context)
            if let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let status = pthread_create(&thread, nil, { $0.flatMap { runTransferLoop($0) } }, context)
            if status == 0 { pthread_detach(thread) }
        #endif
        guard status == 0 else {
            end()
            Unmanaged<TransferLoop>.fromOpaque(context).release()
            throw HTTPError(.resources, "", "An HTTP client could not be made: no thread is left.")
        }
    }

    func post(_ command: Command) {
        let isTaken = inbox.withLock { inbox in
            guard inbox.isAlive, !inbox.isClosing else { return false }
            inbox.commands.append(command)
            if inbox.commands.count == 1 { curl_multi_wakeup(multi) }
            return true
        }
        if !isTaken, case .start(_, let exchange) = command { exchange.finish(.closed(exchange.host)) }
    }

    func close() {
        inbox.withLock { inbox in
            inbox.isClosing = true
            if inbox.isAlive { curl_multi_wakeup(multi) }
        }
    }

    fileprivate func run() {
        let worker = TransferWorker(multi, configuration)
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

private func runTransferLoop(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    // Signals are for other threads; above all OpenSSL's writes must not raise SIGPIPE.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
