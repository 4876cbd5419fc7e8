import Synchronization

/// What all loops of a server share.
final class ServerCore: Sendable {
    /// Connections beyond the limit that are told so politely; more are only closed.
    static let politeRefusals = 64

    let configuration: ServerConfiguration
    let rules: ResponseRules
    let parserLimits: ParserLimits
    /// By listener.
    let tls: [TLSContext?]
    private let listeners: Mutex<[ListeningSocket]>

    let open = Atomic(0)
    let accepted = Atomic(0)
    let refused = Atomic(0)
    let requests = Atomic(0)
    /// Requests answered without a handler, or whose body broke the rules.
    let refusedRequests = Atomic(0)
    /// Tasks of handlers and streamed bodies that have not ended.
    let running = Atomic(0)
    /// Connections that draining had to cut.
    let cut = Atomic(0)

    init(_ configuration: ServerConfiguration, _ listeners: [ListeningSocket], _ handler: @escaping Handler) {
        self.configuration = configuration
        self.listeners = Mutex(listeners)
        tls = listeners.map(\.tls)
        parserLimits = configuration.limits.parser
        rules = ResponseRules(
            handler: handler, refusalResponse: configuration.refusalResponse, failed: configuration.failed)
    }

    /// The sockets that listen; none once they are closed.
    var listening: [ListeningSocket] { listeners.withLock { $0 } }

    /// Gives the sockets back to the system, and removes their files.
    func closeListeners() {
        listeners.withLock { $0 = [] }
    }
}
