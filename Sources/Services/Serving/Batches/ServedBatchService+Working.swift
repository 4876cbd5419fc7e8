import Batches
import Conversation
import Files
import Gateway
import Identity
import JSON
import Keys
import Money
import ResponseCache
import ServedCalls
import Timekeeping
import WireFormats

/// Working the entries off; by one process at a time on a store.
extension ServedBatchService {
    /// Works until its task is cancelled; the call that is under way then is waited for, up to half a minute.
    ///
    /// Only one may run on a store at a time: what was being asked when it starts was lost with the one before it.
    package func run() async throws {
        try await giveUpLost()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await upstream.run() }
            group.addTask {
                var pruned: Timestamp?
                while true {
                    try await book()
                    if pruned.map({ clock.now() - $0 > .seconds(600) }) ?? true {
                        try await prune()
                        pruned = clock.now()
                    }
                    try await Task.sleep(for: rules.look)
                }
            }
            group.addTask {
                while true {
                    if try await !step() { try await Task.sleep(for: rules.look) }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Entries of which nobody can tell whether they were paid for are not asked again.
    private func giveUpLost() async throws {
        for entry in try await store.entriesBeingAsked() {
            let fault = ServedFault(
                .internalFault,
                "the server ended while this request was under way; whether a model answered it is not known, and it is not asked twice"
            )
            try await fail(entry, endpoint: try await endpoint(of: entry), fault)
        }
    }

    private func endpoint(of entry: ServedBatchEntry) async throws -> BatchEndpoint {
        // The entry's own form tells no more than its batch's name.
        entry.batch.hasPrefix("msgbatch_") ? .messages : entry.request.contains("\"input\"") ? .responses : .chat
    }

    // MARK: - What is to be asked

    /// An entry with the model that it goes to.
    struct Place {
        var key: KnownKey
        var served: ServedRequest
        var choice: ServedModels.Choice
        /// The account whose batches it goes into, where it takes any.
        var account: String?
        var request: ModelRequest
    }

    /// Takes the entry that is next; says false where there is none.
    func step() async throws -> Bool {
        guard let (entry, batch) = try await store.nextEntry(at: clock.now()) else { return false }
        let endpoint = BatchEndpoint(rawValue: batch.endpoint) ?? .messages
        switch try await prepared(entry, batch) {
        case .failure(let fault): try await fail(entry, endpoint: endpoint, fault)
        case .success(let place):
            if place.account != nil {
                try await forward(place, entry, endpoint)
            } else {
                try await ask(place, entry, endpoint)
            }
        }
        return true
    }

    func prepared(
        _ entry: ServedBatchEntry, _ batch: ServedBatch
    ) async throws -> Result<Place, ServedFault> {
        guard let key = keys.key(batch.key) else {
            return .failure(ServedFault(.authentication, "the key that handed over this batch is gone"))
        }
        let endpoint = BatchEndpoint(rawValue: batch.endpoint) ?? .messages
        do {
            let served: ServedRequest
            do throws(WireFault) {
                // What is no JSON is no request either, and the endpoint says so.
                served = try endpoint.request(from: (try? JSONValue(parsing: entry.request)) ?? .null)
            } catch {
                throw ServedFault(error)
            }
            let choices = try serving.models.choices(
                for: served.request.model, served.request, kind: "",
                inputBytes: TokenEstimate.inputBytes(of: served.request))
            guard let choice = choices.first(where: { key.allows("\($0.model)") }) else {
                throw ServedFault(
                    .permission, "the key \(key.key.name) may not ask \(served.request.model)", path: "model")
            }
            return .success(
                Place(
                    key: key, served: served, choice: choice, account: accounts[choice.model.provider],
                    request: serving.models.candidate(choice, served.request, isLast: true).request))
        } catch let fault as ServedFault {
            return .failure(fault)
        }
    }

    /// Sets the money aside and makes the entry a call of a batch of its provider.
    private func forward(_ place: Place, _ entry: ServedBatchEntry, _ endpoint: BatchEndpoint) async throws {
        let id: BatchCallID = ids.next()
        let prices = place.choice.card.prices
        let cost =
            prices.isKnown
            ? (prices.inBatch ?? prices).ceiling(
                input: place.choice.inputTokens, output: place.request.maxOutputTokens, hourly: true) : nil
        let estimate = CallEstimate(
            model: "\(place.choice.model)", tokens: place.choice.inputTokens + place.request.maxOutputTokens, cost: cost
        )
        do {
            let holder = GatewayServerID(id.uuid)
            let aside = try serving.ledger.durable(place.key, estimate, holder: holder, for: .seconds(32 * 86_400))
            switch try await store.claim(entry, as: id, setting: aside) {
            case .claimed: break
            case .taken: return
            case .refused(let account, let reply):
                throw serving.ledger.refusal(of: account, reply, needed: cost ?? .zero)
            }
        } catch let refusal as KeyRefusal {
            try await fail(entry, endpoint: endpoint, serving.refused(refusal))
            return
        }
        FaultPoint.pass("served-batch.claimed")
        try await queue(place, entry, id)
        // It may have been cancelled between the claim and the queue.
        if try await store.served(entry.batch, of: place.key.key.id)?.batch.cancelledAt != nil {
            _ = try await upstream.cancel(call: id)
        }
        FaultPoint.pass("served-batch.queued")
    }

    func queue(_ place: Place, _ entry: ServedBatchEntry, _ id: BatchCallID) async throws {
        guard let account = place.account else {
            // Its provider takes no batches any more: it was never sent.
            let batch = try await store.batchedEntries().first { $0.entry.call == id.string }?.batch
            let fault = ServedFault(.upstream, "the provider of \(place.choice.model) takes no batches any more")
            let line = ServedCall(request: id.string, asked: place.served.request.model, status: fault.kind.status)
            let endpoint = batch.flatMap { BatchEndpoint(rawValue: $0.endpoint) } ?? .messages
            try await finish(
                entry, endpoint, .failure(fault), batch.map { Booking(batch: $0, id: id, call: line) })
            return
        }
        try await upstream.enqueue(
            place.request, for: account, owner: "served/\(entry.batch)/\(entry.number)", id: id)
    }

    // MARK: - One by one

    /// Asks a model now, as any call of the key; what has begun is seen to its end.
    private func ask(_ place: Place, _ entry: ServedBatchEntry, _ endpoint: BatchEndpoint) async throws {
        guard try await store.claim(entry) else { return }
        FaultPoint.pass("served-batch.asked")
        // Owned by this function, which waits for it; a stop gives it half a minute.
        let work = Task { try await answer(place, entry, endpoint) }
        try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            // Owned by nobody: it ends by itself, and the process may end before it.
            Task {
                // An end of its sleep before its time does no harm.
                try? await Task.sleep(for: .seconds(25))
                work.cancel()
            }
        }
    }

    private func answer(_ place: Place, _ entry: ServedBatchEntry, _ endpoint: BatchEndpoint) async throws {
        let id = "req_\(ids.nextUUID().description.replacing("-", with: ""))"
        let question = ServedQuestion(
            id: id, key: place.key, model: place.served.request.model, request: place.served.request, canWait: true)
        do {
            var assembler = ReplyAssembler()
            try await serving.answer(question) { assembler.receive($0) }
            guard let reply = assembler.finish() else {
                throw ServedFault(.upstream, "the model's answer ended without saying why it stopped")
            }
            let seconds = Int(clock.now().milliseconds / 1000)
            try await finish(
                entry, endpoint,
                .success(endpoint.result(of: reply, to: place.served, at: seconds, requestID: id)), nil)
        } catch let fault as ServedFault {
            // The key or the provider takes more later; an outage is no reason to give a whole batch up.
            if fault.kind == .rateLimited || fault.kind == .overloaded {
                try await store.postpone(entry, until: clock.now() + max(.seconds(5), fault.retryAfter ?? .zero))
            } else {
                try await fail(entry, endpoint: endpoint, fault)
            }
        }
    }
}
