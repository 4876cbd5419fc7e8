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

/// What came of entries: recorded once, with their lines of the ledger.
extension ServedBatchService {
    /// Takes in what batches of providers brought, and ends what is over.
    func book() async throws {
        guard try await store.hasOpenBatches() else { return }
        while true {
            let found = try await store.batchedEntries()
            for (entry, batch, call) in found { try await settle(entry, batch, call) }
            if found.count < 200 { break }
        }
        try await store.endServed(at: clock.now())
    }

    /// Forgets what was kept long enough.
    func prune() async throws {
        try await store.pruneServed(before: clock.now() - rules.keep)
        try await store.forgetCalls(queuedBefore: clock.now() - rules.keep)
    }

    private func settle(_ entry: ServedBatchEntry, _ batch: ServedBatch, _ call: BatchCall?) async throws {
        guard let id = entry.call.flatMap({ BatchCallID($0) }) else { return }
        let endpoint = BatchEndpoint(rawValue: batch.endpoint) ?? .messages
        guard let call, let outcome = call.outcome else {
            // It was taken, and the server ended before the call was queued.
            switch try await prepared(entry, batch) {
            case .success(let place): try await queue(place, entry, id)
            case .failure(let fault):
                let empty = ServedCall(request: id.string, asked: "", status: fault.kind.status)
                try await finish(entry, endpoint, .failure(fault), .init(batch: batch, id: id, call: empty))
            }
            return
        }
        let served: ServedRequest
        do {
            served = try endpoint.request(from: try JSONValue(parsing: entry.request))
        } catch {
            served = ServedRequest(call.request, stream: false)
        }
        let provider = String(call.provider.prefix { $0 != "@" })
        let name = ModelName(provider: provider, model: call.request.model)
        var line = ServedCall(
            request: id.string, asked: served.request.model, model: "\(name)", cost: .zero,
            latency: clock.now() - call.queuedAt, status: 200, canWait: true, isBatch: true)
        let prices = serving.models.prices(of: name).map { $0.inBatch ?? $0 }
        let ceiling = prices.map {
            $0.ceiling(
                input: TokenEstimate.inputTokens(of: call.request), output: call.request.maxOutputTokens, hourly: true)
        }
        var result: Result<JSONValue, ServedFault>?
        switch outcome {
        case .reply(let reply):
            line.usage = reply.usage
            line.cost = prices.map { $0.cost(of: reply.usage) }
            result = .success(
                endpoint.result(
                    of: reply, to: served, at: Int(clock.now().milliseconds / 1000), requestID: "req_\(id.short)"))
        case .failed(let code, let message):
            // An answer that cannot be read was paid for all the same.
            if code == .malformedStream { line.cost = ceiling }
            result = .failure(ServedFault(ModelError(code, message)))
        case .unknown(let why):
            line.cost = ceiling
            result = .failure(ServedFault(.upstream, why))
        case .expired, .cancelled: break
        }
        if case .failure(let fault)? = result { line.status = fault.kind.status }
        if result == nil { line.status = 499 }
        let booking = Booking(batch: batch, id: id, call: line, at: call.queuedAt)
        if let result {
            try await finish(entry, endpoint, result, booking)
        } else {
            var ended = entry
            ended.state = outcome == .expired ? .expired : .canceled
            try await store.finish(ended, with: charge(booking))
        }
    }

    struct Booking {
        var batch: ServedBatch
        var id: BatchCallID
        var call: ServedCall
        var at: Timestamp?
    }

    private func charge(_ booking: Booking) -> ServedCharge {
        let key = keys.key(booking.batch.key)?.key
        return ServedCharge(
            server: GatewayServerID(booking.id.uuid),
            record: ServedRecord(
                at: booking.at ?? clock.now(), key: booking.batch.key, user: key?.user, project: key?.project,
                call: booking.call))
    }

    func finish(
        _ entry: ServedBatchEntry, _ endpoint: BatchEndpoint, _ result: Result<JSONValue, ServedFault>,
        _ booking: Booking?
    ) async throws {
        var ended = entry
        switch result {
        case .success(let value):
            ended.state = .succeeded
            ended.result = value.text()
        case .failure(let fault):
            ended.state = .errored
            ended.result = endpoint.result(of: fault, requestID: "req_\(entry.number)").text()
        }
        FaultPoint.pass("served-batch.finish.before")
        try await store.finish(ended, with: booking.map(charge))
        if let booking, let key = keys.key(booking.batch.key) {
            serving.metrics.record(booking.call, key: key.key.name)
        }
        FaultPoint.pass("served-batch.finish.after")
    }

    func fail(_ entry: ServedBatchEntry, endpoint: BatchEndpoint, _ fault: ServedFault) async throws {
        try await finish(entry, endpoint, .failure(fault), nil)
    }
}
