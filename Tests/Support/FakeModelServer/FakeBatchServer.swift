import JSON
package import LoopbackHTTP
import Synchronization

/// Anthropic's Message Batches and OpenAI's Batch API, kept in memory behind real HTTP.
///
/// A batch works until ``finish()``. The text of a call's last message says what comes of it: `expire`, `fail`, `refuse`, `lose`
/// (no result at all), `garble` (an answer of rubbish); any other text is answered with `re: ` and the text. Results come in
/// reverse. What breaks the protocol is a violation.
package final class FakeBatchServer: Sendable {
    package static let key = "test-key-0123456789"

    let state = Mutex(State())
    private let server = Mutex<LoopbackServer?>(nil)

    struct State {
        var batches: [Batch] = []
        var files: [String: [UInt8]] = [:]
        var violations: [String] = []
        var isFinished = false
        /// What is done with the next batch that is handed over, after it was kept.
        var dropsNextAnswer = false
        var refusal: (status: Int, body: String)?
        var listsNothing = false
        var pageSize = 100
        var tearsResults = false
        var refusesWhole = false
    }

    struct Batch {
        var id: String
        /// The custom id and the body of each call.
        var calls: [(String, JSONValue)]
        var metadata: JSONValue = nil
        var endpoint = ""
        var inputFile = ""
        var isCancelled = false
    }

    package init() throws {
        let started = try LoopbackServer { [weak self] request, exchange in self?.handle(request, exchange) }
        server.withLock { $0 = started }
    }

    package var baseURL: String { server.withLock { $0?.baseURL ?? "" } }
    package func stop() { server.withLock { $0 }?.stop() }

    package var violations: [String] { state.withLock { $0.violations } }
    /// How many calls each batch has that was handed over, in order.
    package var batches: [Int] { state.withLock { $0.batches.map(\.calls.count) } }
    package var files: [String] { state.withLock { $0.files.keys.sorted() } }
    package var requests: [LoopbackRequest] { server.withLock { $0 }?.requests ?? [] }

    package func finish() { state.withLock { $0.isFinished = true } }
    /// The next batch is kept, and its sender hears nothing of it.
    package func dropNextAnswer() { state.withLock { $0.dropsNextAnswer = true } }
    package func refuseNext(_ status: Int, _ body: String) { state.withLock { $0.refusal = (status, body) } }
    /// Batches are there, and in no listing.
    package func listNothing() { state.withLock { $0.listsNothing = true } }
    package func page(by size: Int) { state.withLock { $0.pageSize = size } }
    /// The next results are cut off in the middle.
    package func tearResults() { state.withLock { $0.tearsResults = true } }
    package func refuseWhole() { state.withLock { $0.refusesWhole = true } }

    func violate(_ what: String) { state.withLock { $0.violations.append(what) } }

    private func handle(_ request: LoopbackRequest, _ exchange: LoopbackExchange) {
        let isOpenAI = request.headers["Authorization"] == "Bearer \(Self.key)"
        guard isOpenAI || request.headers["x-api-key"] == Self.key else {
            violate("\(request.path) without its key")
            exchange.respond(401, [], body: #"{"error":{"message":"no key"}}"#)
            return
        }
        if isOpenAI {
            OpenAIBatchWire(server: self).handle(request, exchange)
        } else {
            AnthropicBatchWire(server: self).handle(request, exchange)
        }
    }

    /// Keeps a batch, and says how its sender is to be answered: with the batch, an error, or not at all.
    func keep(_ batch: (Int) -> Batch) -> Kept {
        state.withLock { state in
            if let refusal = state.refusal {
                state.refusal = nil
                return .refused(refusal.status, refusal.body)
            }
            let batch = batch(state.batches.count + 1)
            let ids = batch.calls.map(\.0)
            if Set(ids).count != ids.count { state.violations.append("two calls of one custom id") }
            let known = Set(state.batches.flatMap { $0.calls.map(\.0) })
            if ids.contains(where: known.contains) { state.violations.append("a call was handed over twice") }
            state.batches.append(batch)
            defer { state.dropsNextAnswer = false }
            return state.dropsNextAnswer ? .dropped : .kept(batch)
        }
    }

    enum Kept {
        case kept(Batch)
        case dropped
        case refused(Int, String)
    }

    /// What comes of a call by the text of its last message.
    static func fate(of body: JSONValue) -> (word: String, text: String) {
        let last = (body["messages"] ?? body["input"])?.arrayValue?.last?["content"]
        let text = last?.stringValue ?? last?.arrayValue?.last?["text"]?.stringValue ?? body["input"]?.stringValue ?? ""
        return (["expire", "fail", "refuse", "lose", "garble"].contains(text) ? text : "answer", text)
    }

    /// Sends lines, or some of them and then nothing more.
    func send(_ lines: [JSONValue], _ exchange: LoopbackExchange) {
        let bytes = lines.flatMap { $0.bytes() + [UInt8(ascii: "\n")] }
        let isTorn = state.withLock { state in
            defer { state.tearsResults = false }
            return state.tearsResults
        }
        exchange.startStream(200, [("Content-Type", "application/octet-stream")])
        // In small pieces, as a network has them.
        let end = isTorn ? bytes.count / 2 : bytes.count
        for start in stride(from: 0, to: end, by: 997) { exchange.write(Array(bytes[start..<min(start + 997, end)])) }
        if isTorn {
            exchange.abort(.close)
        } else {
            exchange.finishStream()
        }
    }

    static let json = [("Content-Type", "application/json")]
}
