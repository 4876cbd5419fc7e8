package import JSON
package import LoopbackHTTP
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A model server for tests: both wire formats over real HTTP, with scripted answers.
///
/// It checks every request against the rules of the protocols and keeps what it finds in `violations`; it counts what was
/// bought, so that a test can show that nothing was bought twice.
package final class FakeModelServer: Sendable {
    private struct State {
        var purchases: [ModelCall: Int] = [:]
        /// The calls that bought each body, cache marks aside.
        var buyers: [JSONValue: [ModelCall]] = [:]
        var violations: [String] = []
        var conversations: [String: [JSONValue]] = [:]
        var prefixes: [String: JSONValue] = [:]
        var requests: [JSONValue] = []
        var compactions: [String: Int] = [:]
        var shortenings: [String: Int] = [:]
        /// The different beginnings of conversations of one step's name, in the order of their coming.
        var openings: [String: [JSONValue]] = [:]

        /// The name of a conversation's step; the second that begins otherwise, as in a loop, is `NAME/2`.
        mutating func name(of conversation: ModelConversation) -> String {
            let (step, opening) = (conversation.step, conversation.opening)
            guard !conversation.isOfFlow else { return step }
            let place = openings[step, default: []].firstIndex(of: opening)
            if place == nil { openings[step, default: []].append(opening) }
            let number = (place ?? openings[step, default: []].count - 1) + 1
            return number == 1 ? step : "\(step)/\(number)"
        }
    }

    private let script: @Sendable (ModelCall) -> FakeReply?
    private let decide: @Sendable (ModelCall, Int) -> ModelBehaviour
    private let state = Mutex(State())
    private let server = Mutex<LoopbackServer?>(nil)
    let batches = FakeBatches()
    /// Opened at the first request that is held or stalled.
    package let holding = Latch()
    /// Opened when the client of such a request has gone away.
    package let deserted = Latch()
    /// The key that clients have to send.
    package static let key = "test-key-0123456789"

    /// - Parameters:
    ///   - script: the answers, in the format of a rehearsal file.
    ///   - decide: what to do with a call; its second argument counts all requests from 1.
    package convenience init(
        script: String, decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer }
    ) throws {
        let script = try ModelScript(script)
        try self.init(replies: { script.reply(for: $0) }, decide: decide)
    }

    /// - Parameters:
    ///   - replies: the answer to a call; nil is a violation.
    ///   - decide: what to do with a call; its second argument counts all requests from 1.
    package init(
        replies: @escaping @Sendable (ModelCall) -> FakeReply?,
        decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer }
    ) throws {
        script = replies
        self.decide = decide
        let started = try LoopbackServer { [weak self] request, exchange in self?.handle(request, exchange) }
        server.withLock { $0 = started }
    }

    package var baseURL: String { server.withLock { $0?.baseURL ?? "" } }
    package func stop() { server.withLock { $0 }?.stop() }

    /// How often each answer was given out whole.
    package var purchases: [ModelCall: Int] { state.withLock { $0.purchases } }
    package var violations: [String] { state.withLock { $0.violations } }
    package var requestCount: Int { requests.count }
    /// How often the conversation of a step was shortened: the only way in which it may begin with other bytes than before.
    package var compactions: [String: Int] { state.withLock { $0.compactions } }
    /// The bodies of all requests that were JSON, in order.
    package var requests: [JSONValue] { state.withLock { $0.requests } }

    /// The calls whose very same request was answered whole more than once.
    package var boughtTwice: [ModelCall] {
        state.withLock { $0.buyers.values.filter { $0.count > 1 }.flatMap(\.self) }.sorted { "\($0)" < "\($1)" }
    }

    /// Everything that was said in the longest request of a step, as JSON text.
    package func conversation(of step: String) -> String {
        state.withLock { state in JSONValue.array(state.conversations[step] ?? []).text() }
    }

    // MARK: - Requests

    private func handle(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        if handleBatches(request, exchange) { return }
        let wire: ModelWire
        switch (request.method, request.path) {
        case ("POST", "/v1/messages"): wire = .anthropic
        case ("POST", "/v1/chat/completions"): wire = .openAI
        case ("POST", "/v1/messages/count_tokens"):
            let isKnown = request.headers["x-api-key"] == Self.key && request.headers["anthropic-version"] != nil
            let body = (try? JSONValue(parsing: request.body)) ?? nil
            if !isKnown || body["max_tokens"] != nil || body["messages"] == nil { note("a count that is none") }
            exchange.respond(200, [("Content-Type", "application/json")], body: "{\"input_tokens\":1234}")
            return
        case ("POST", "/v1/embeddings"):
            exchange.respond(200, Self.json, body: FakeEmbeddings.answer(to: request.body).text())
            return
        case ("GET", "/v1/models"):
            exchange.respond(200, [("Content-Type", "application/json")], body: "{\"data\":[{\"id\":\"fake-1\"}]}")
            return
        default:
            exchange.respond(404, [], body: "{\"error\":{\"message\":\"no such path\"}}")
            return
        }
        guard let body = try? JSONValue(parsing: request.body) else {
            note("a request is not JSON")
            exchange.respond(400, [], body: "{\"error\":{\"message\":\"not JSON\"}}")
            return
        }
        let conversation = ModelConversation(body, wire: wire)
        let (call, number) = state.withLock { state in
            state.requests.append(body)
            return (
                ModelCall(step: state.name(of: conversation), turn: conversation.turn), state.requests.count
            )
        }
        check(conversation, request, call)
        perform(decide(call, number), call, conversation, exchange)
    }

    private func perform(
        _ behaviour: ModelBehaviour, _ call: ModelCall, _ conversation: ModelConversation, _ exchange: LoopbackExchange
    ) {
        let scripted = { [script] in script(call).map { conversation.wire.events(for: $0, call) } }
        switch behaviour {
        case .answer:
            sell(scripted(), call, conversation, exchange)
        case .reply(let reply):
            sell(conversation.wire.events(for: reply, call), call, conversation, exchange)
        case .trickle:
            sell(scripted().map(Self.splinters), call, conversation, exchange)
        case .hold:
            hold(exchange)
        case .stall:
            begin(scripted(), exchange)
            hold(exchange)
        case .status(let code, let headers, let body):
            let type = headers.contains { $0.0.lowercased() == "content-type" } ? [] : Self.json
            exchange.respond(code, type + headers, body: body)
        case .drop:
            exchange.abort(.close)
        case .cut:
            begin(scripted(), exchange)
            exchange.abort(.close)
        case .malformed:
            exchange.startStream(200, Self.eventStream)
            exchange.write("data: {\"type\": \"message_start\", \n\n")
            exchange.finishStream()
        case .html:
            exchange.respond(200, [("Content-Type", "text/html")], body: "<html><body>Please log in</body></html>")
        case .events(let events):
            exchange.startStream(200, Self.eventStream)
            for event in events { exchange.write(event) }
            exchange.finishStream()
        }
    }

    private static let json = [("Content-Type", "application/json")]
    private static let eventStream = [("Content-Type", "text/event-stream; charset=utf-8")]

    private func sell(
        _ events: [String]?, _ call: ModelCall, _ conversation: ModelConversation, _ exchange: LoopbackExchange
    ) {
        sell(events?.map { Array($0.utf8) }, call, conversation, exchange)
    }

    private func sell(
        _ pieces: [[UInt8]]?, _ call: ModelCall, _ conversation: ModelConversation, _ exchange: LoopbackExchange
    ) {
        guard let pieces else {
            note("the script has no answer for \(call)")
            exchange.respond(500, [], body: "{\"error\":{\"message\":\"the script has no answer for \(call)\"}}")
            return
        }
        exchange.startStream(200, Self.eventStream)
        for piece in pieces.dropLast() { exchange.write(piece) }
        // Counted before the end is sent, so that whoever has seen the end finds it counted.
        state.withLock { state in
            state.purchases[call, default: 0] += 1
            state.buyers[conversation.bareBody, default: []].append(call)
        }
        for piece in pieces.suffix(1) { exchange.write(piece) }
        exchange.finishStream()
    }

    private func begin(_ events: [String]?, _ exchange: LoopbackExchange) {
        exchange.startStream(200, Self.eventStream)
        let events = events ?? []
        for event in events.prefix(max(1, events.count / 2)) { exchange.write(event) }
    }

    private func hold(_ exchange: LoopbackExchange) {
        holding.open()
        exchange.hang()
        deserted.open()
    }

    private static func splinters(_ events: [String]) -> [[UInt8]] {
        let bytes = events.flatMap { Array($0.utf8) }
        return stride(from: 0, to: bytes.count, by: 7).map { Array(bytes[$0..<min($0 + 7, bytes.count)]) }
    }

    // MARK: - Rules

    /// Sells the answer to a call of a batch, by the same rules as those of any call.
    func buy(_ body: JSONValue, _ wire: ModelWire) -> JSONValue {
        if body["stream"] == true { note("a call of a batch wants a stream") }
        let conversation = ModelConversation(body, wire: wire)
        let call = state.withLock { state in
            state.requests.append(body)
            let call = ModelCall(step: state.name(of: conversation), turn: conversation.turn)
            state.purchases[call, default: 0] += 1
            state.buyers[conversation.bareBody, default: []].append(call)
            return call
        }
        for fault in conversation.faults where !fault.contains("stream") { note("\(call): \(fault)") }
        check(conversation, call)
        var reply = script(call)
        if case .reply(let other) = decide(call, requestCount) { reply = other }
        guard let reply else {
            note("the script has no answer for \(call)")
            return nil
        }
        return wire.whole(for: reply, call)
    }

    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec)
    }

    /// Seconds since 1970 as Anthropic writes times.
    static func text(_ seconds: Int) -> String {
        var (time, parts) = (time_t(seconds), tm())
        gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }

    private func check(_ conversation: ModelConversation, _ request: LoopbackRequest, _ call: ModelCall) {
        for fault in conversation.faults { note("\(call): \(fault)") }
        let sent = conversation.wire == .anthropic ? request.headers["x-api-key"] : request.headers["authorization"]
        if sent != (conversation.wire == .anthropic ? Self.key : "Bearer \(Self.key)") {
            note("\(call): the key is missing")
        }
        if conversation.wire == .anthropic, request.headers["anthropic-version"] == nil {
            note("\(call): there is no anthropic-version")
        }
        if request.headers["content-type"] != "application/json" { note("\(call): the body is not said to be JSON") }
        check(conversation, call)
    }

    private func check(_ conversation: ModelConversation, _ call: ModelCall) {
        state.withLock { state in
            let prefix = conversation.stablePrefix
            if let before = state.prefixes[call.step], before != prefix {
                state.violations.append("\(call): system prompt or tools have changed")
            }
            state.prefixes[call.step] = prefix
            let messages = conversation.bareMessages
            guard !conversation.asksForSummary else { return }
            let before = state.conversations[call.step] ?? []
            if !messages.starts(with: before.prefix(messages.count)) {
                let isShortened = conversation.shortenings != (state.shortenings[call.step] ?? 0)
                if isShortened {
                    state.compactions[call.step, default: 0] += 1
                    state.conversations[call.step] = messages
                } else {
                    state.violations.append("\(call): the conversation does not begin as it did before")
                }
            }
            state.shortenings[call.step] = conversation.shortenings
            if messages.count >= before.count { state.conversations[call.step] = messages }
        }
    }

    func note(_ violation: String) { state.withLock { $0.violations.append(violation) } }
}
