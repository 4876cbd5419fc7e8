package import Batches
import Conversation
package import HTTPClient
import JSON
package import Secrets
import Timekeeping
import WireFormats

/// Anthropic's Message Batches.
///
/// Its batches bear no name of ours. One that was handed over without an answer is known by its time and its count of calls, and
/// then by the custom id of its first result, which is ours alone.
package struct AnthropicBatchProvider: BatchProvider {
    package let name: String
    package let limits = AnthropicBatches.limits
    private let endpoint: ModelEndpoint

    /// - Parameters:
    ///   - baseURL: without `/v1`, such as `https://api.anthropic.com`.
    ///   - keyHint: how to mend a key that is refused.
    ///   - account: what tells this address and key from others of the same name; nil is the name.
    package init(
        name: String = "anthropic", baseURL: String, key: Secret?, keyHint: String, client: HTTPClient,
        account: String? = nil, timeouts: ModelTimeouts = ModelTimeouts()
    ) {
        self.name = account ?? name
        var headers = [("anthropic-version", "2023-06-01")]
        key?.withValue { headers.append(("x-api-key", $0)) }
        endpoint = ModelEndpoint(
            provider: name, baseURL: baseURL, keyHint: keyHint, headers: headers, key: key, client: client,
            timeouts: timeouts)
    }

    private static let path = "/v1/messages/batches"

    package func submit(_ items: [BatchItem], marker: String) async throws -> BatchHandle {
        let answer = try await endpoint.document(
            "POST", Self.path, AnthropicBatches.body(of: items), connection: .fresh,
            total: .seconds(400))
        return try endpoint.reading("the answer to a batch") { () throws(WireFault) in
            try AnthropicBatches.entry(from: answer).handle
        }
    }

    package func find(_ submission: BatchSubmission) async throws -> BatchLookup {
        let candidates: [AnthropicBatches.Entry]
        do {
            candidates = try await entries(since: submission.since).filter {
                $0.status.counts.total == submission.customIDs.count
            }
        } catch let error as ModelError where error.code == .invalidRequest {
            return .impossible(error.message)
        }
        var isOpen = false
        for candidate in candidates {
            guard candidate.status.phase == .ended else {
                isOpen = true
                continue
            }
            if try await firstID(of: candidate.handle).map(submission.customIDs.contains) == true {
                return .found(candidate.handle)
            }
        }
        return isOpen ? .undecided("\(name) has a batch that may be it, and tells only when it has ended") : .absent
    }

    /// The batches that may have been made since then, the newest first.
    private func entries(since: Timestamp) async throws -> [AnthropicBatches.Entry] {
        let earliest = Int((since - .seconds(300)).milliseconds / 1_000)
        var found: [AnthropicBatches.Entry] = []
        var after = ""
        while true {
            let page = try await endpoint.get("\(Self.path)?limit=100\(after)")
            let entries = try endpoint.reading("a list of batches") { () throws(WireFault) in
                try AnthropicBatches.entries(from: page)
            }
            found += entries.filter { $0.created >= earliest }
            guard let last = entries.last, last.created >= earliest, let next = ModelLists.nextPage(of: page) else {
                return found
            }
            after = "&after_id=\(next)"
        }
    }

    private func firstID(of handle: BatchHandle) async throws -> String? {
        var first: String?
        try await readResults(of: handle) { customID, _ in
            first = customID
            return true
        }
        return first
    }

    package func status(of handle: BatchHandle) async throws -> BatchStatus {
        let answer = try await endpoint.get("\(Self.path)/\(handle.id)")
        return try endpoint.reading("the state of a batch") { () throws(WireFault) in
            try AnthropicBatches.entry(from: answer).status
        }
    }

    package func results(
        of handle: BatchHandle, to receive: (_ customID: String, _ outcome: BatchOutcome) async throws -> Void
    ) async throws {
        try await readResults(of: handle) { customID, outcome in
            try await receive(customID, outcome)
            return false
        }
    }

    private func readResults(
        of handle: BatchHandle, _ receive: (String, BatchOutcome) async throws -> Bool
    ) async throws {
        try await endpoint.lines("GET", "\(Self.path)/\(handle.id)/results") { line in
            guard let json = try endpoint.json(of: line) else { return false }
            let result = try endpoint.reading("a result of a batch") { () throws(WireFault) in
                try AnthropicBatches.result(from: json)
            }
            return try await receive(result.customID, result.outcome)
        }
    }

    package func cancel(_ handle: BatchHandle) async throws {
        _ = try await endpoint.document("POST", "\(Self.path)/\(handle.id)/cancel")
    }

    package func discard(_ handle: BatchHandle) async throws {
        _ = try await endpoint.document("DELETE", "\(Self.path)/\(handle.id)")
    }
}

extension ModelEndpoint {
    /// What a reader makes of an answer; what it does not understand is the provider's fault.
    func reading<Value>(_ what: String, _ read: () throws(WireFault) -> Value) throws(ModelError) -> Value {
        do throws(WireFault) {
            return try read()
        } catch {
            throw ModelError(.malformedStream, "\(provider) sent \(what) that cannot be read: \(error.message)")
        }
    }

    /// The JSON of a line; nil for an empty one.
    func json(of line: [UInt8]) throws(ModelError) -> JSONValue? {
        guard line.contains(where: { $0 > 0x20 }) else { return nil }
        do throws(JSONError) {
            return try JSONValue(parsing: line)
        } catch {
            throw ModelError(.malformedStream, "\(provider) sent a line that is not JSON: \(error.message)")
        }
    }
}
