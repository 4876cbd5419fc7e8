package import Conversation
package import Gateway
import Identity
package import Keys
import Money
package import ResponseCache
import ServedCalls
import Synchronization
package import Timekeeping
import WireFormats

/// Answers the calls of anybody who has a key: admission, cache, routing, fallback, ledger and metrics, in one way for all
/// wire formats.
///
/// It is the same way to the models as that of our own agents; only who pays differs.
package struct ServingService: Sendable {
    package let models: ServedModels
    package let ledger: ServedLedger
    package let cache: ResponseCache?
    private let caller: ModelCaller
    let metrics: GatewayMetrics
    private let clock: WallClock

    package init(
        models: ServedModels, ledger: ServedLedger, cache: ResponseCache?, caller: ModelCaller,
        metrics: GatewayMetrics, clock: WallClock
    ) {
        self.models = models
        self.ledger = ledger
        self.cache = cache
        self.caller = caller
        self.metrics = metrics
        self.clock = clock
    }

    /// Asks a model and passes its answer on piece by piece.
    ///
    /// Nothing is passed on before the call is admitted. Throws `ServedFault`, `CancellationError` where the caller went
    /// away, and what `receive` throws. Whatever happens, what was used is in the ledger.
    package func answer(
        _ question: ServedQuestion, to receive: @escaping (ModelEvent) async throws -> Void
    ) async throws {
        let started = ContinuousClock.now
        let inputBytes = TokenEstimate.inputBytes(of: question.request)
        if let fault = question.request.servedFault { throw ServedFault(.invalidRequest, fault) }
        let choices = try models.choices(
            for: question.model, question.request, kind: question.kind, inputBytes: inputBytes)
        // Whatever name was asked by, the key is held to the model itself, and so are those that stand in for it.
        let allowed = choices.filter { question.key.allows("\($0.model)") }
        guard let first = allowed.first else {
            throw refused(
                KeyRefusal(.model, "the key \(question.key.key.name) may not ask \(choices[0].model)"))
        }
        // Rates count the call now; money is set aside when a model is asked, as an answer from the cache costs none.
        let ticket = try await admit(
            question.key,
            CallEstimate(
                model: "\(first.model)", tokens: first.inputTokens + first.outputTokens(for: question.request),
                cost: .zero))
        let call = OpenCall(
            question: question, choices: allowed, ticket: ticket, started: started,
            accounting: ServedAccounting(
                ledger: ledger, key: question.key, ticket: ticket,
                choices: Dictionary(allowed.map { ($0.model, $0) }) { first, _ in first }))
        do {
            try await answer(call, to: receive)
            settle(call, status: 200)
        } catch let fault as ServedFault {
            settle(call, status: fault.kind.status)
            throw fault
        } catch let error as KeysError {
            settle(call, status: 503)
            throw ServedFault(.overloaded, error.message)
        } catch {
            // The client is gone, or reading from it or writing to it failed: it is charged for what was used.
            settle(call, status: 499)
            throw error
        }
    }

    // MARK: - One call

    /// A call that was admitted, and what is known of it so far.
    private final class OpenCall: Sendable {
        let question: ServedQuestion
        let choices: [ServedModels.Choice]
        let ticket: ServedTicket
        let started: ContinuousClock.Instant
        let accounting: ServedAccounting
        let told = Mutex(Told())

        struct Told {
            var firstByte: Duration?
            var result: CallResult?
            var cache = ServedCall.CacheOutcome.bypass
            /// What the answer from the cache used when it was bought.
            var cachedModel: String?
        }

        init(
            question: ServedQuestion, choices: [ServedModels.Choice], ticket: ServedTicket,
            started: ContinuousClock.Instant, accounting: ServedAccounting
        ) {
            self.question = question
            self.choices = choices
            self.ticket = ticket
            self.started = started
            self.accounting = accounting
        }

        func noteFirstByte() {
            told.withLock { told in
                if told.firstByte == nil { told.firstByte = ContinuousClock.now - started }
            }
        }
    }

    private func answer(_ call: OpenCall, to receive: @escaping (ModelEvent) async throws -> Void) async throws {
        func pass(_ event: ModelEvent) async throws {
            call.noteFirstByte()
            try await receive(event)
        }
        guard let cache, let question = cacheQuestion(call) else {
            _ = try await ask(call, to: pass)
            return
        }
        let outcome = try await cache.answer(question, to: pass) { passOn in
            call.told.withLock { $0.cache = .miss }
            let result = try await ask(call, to: passOn)
            let isAsFor = result == call.choices[0].model
            return AskedModel(cost: call.accounting.total.cost ?? .zero, source: isAsFor ? .asFor : .substitute)
        }
        switch outcome {
        case .cached(let hit):
            call.told.withLock { told in
                if case .exact = hit.manner { told.cache = .exact } else { told.cache = .semantic }
                told.cachedModel = "\(call.choices[0].model)"
            }
        case .bypassed: call.told.withLock { $0.cache = .bypass }
        case .asked: break
        }
    }

    private func cacheQuestion(_ call: OpenCall) -> CacheQuestion? {
        guard call.question.wish != .unkept else { return nil }
        let key = call.question.key.key
        return CacheQuestion(
            call.question.request, target: call.question.model,
            kind: call.question.kind.isEmpty ? .response : CacheKind(rawValue: call.question.kind),
            scope: CacheScope(project: key.project ?? "", key: key.id.string), wish: call.question.wish)
    }

    /// Asks the models in their order; gives the one that answered.
    private func ask(
        _ call: OpenCall, to receive: @escaping (ModelEvent) async throws -> Void
    ) async throws -> ModelName {
        let last = call.choices.count - 1
        let candidates = call.choices.enumerated().map { index, choice in
            models.candidate(choice, call.question.request, isLast: index == last)
        }
        let result = try await caller.send(candidates, accounting: call.accounting, to: receive)
        call.told.withLock { $0.result = result }
        switch result.outcome {
        case .answered(let deployment): return deployment.name
        case .failed(let error): throw models.fault(of: error, asked: call.choices[0].model)
        case .refused(let refusal):
            throw call.accounting.refusal.map { refused($0) } ?? ServedFault(.outOfCredit, refusal.message)
        }
    }

    // MARK: - Money and figures

    func admit(_ key: KnownKey, _ estimate: CallEstimate) async throws -> ServedTicket {
        do {
            switch try await ledger.admit(key, estimate) {
            case .admitted(let ticket): return ticket
            case .refused(let refusal): throw refused(refusal)
            }
        } catch let error as KeysError {
            throw ServedFault(.overloaded, error.message)
        }
    }

    func refused(_ refusal: KeyRefusal) -> ServedFault {
        metrics.record(refusal)
        let wait = refusal.resetsAt.map { max(.zero, $0 - clock.now()) }
        return switch refusal.limit {
        case .expired, .revoked: ServedFault(.authentication, refusal.message)
        case .model: ServedFault(.permission, refusal.message, path: "model")
        case .requests, .tokens, .concurrent:
            ServedFault(.rateLimited, refusal.message, code: "rate_limit_exceeded", retryAfter: wait)
        case .budget, .call:
            ServedFault(.outOfCredit, refusal.message, code: "insufficient_quota", retryAfter: wait)
        case .unpriced: ServedFault(.permission, refusal.message, path: "model", code: "model_without_price")
        }
    }

    private func settle(_ call: OpenCall, status: Int) {
        let (told, total) = (call.told.withLock { $0 }, call.accounting.total)
        let attempts = told.result?.attempts ?? []
        for attempt in attempts {
            if case .failed(let error) = attempt.outcome {
                metrics.record(error.code, of: "\(attempt.deployment.name)")
            }
        }
        var answered = told.cachedModel ?? ""
        if case .answered(let deployment)? = told.result?.outcome { answered = "\(deployment.name)" }
        let asked = attempts.map { "\($0.deployment.name)" }
        if answered.isEmpty { answered = asked.last ?? call.accounting.lastAsked.map { "\($0)" } ?? "" }
        var before: [String] = []
        for model in asked where model != answered && !before.contains(model) { before.append(model) }
        let record = ServedCall(
            request: call.question.id, kind: call.question.kind, asked: call.question.model, model: answered,
            fallbacks: before, retries: max(0, attempts.count - before.count - 1), usage: total.usage,
            cost: total.cost, latency: ContinuousClock.now - call.started, firstByte: told.firstByte,
            cache: told.cache, status: status, isStreamed: call.question.isStreamed, canWait: call.question.canWait)
        finish(call.ticket, record, call.question.key)
    }

    func finish(_ ticket: ServedTicket, _ record: ServedCall, _ key: KnownKey) {
        if ledger.settle(ticket, record) { metrics.record(record, key: key.key.name) }
    }
}

extension ModelRequest {
    /// What no model could make sense of; what a single provider minds is for it to say.
    fileprivate var servedFault: String? { messages.isEmpty ? "messages: there is nothing to answer" : nil }
}
