package import Batches
import Conversation
package import JSON

/// Anthropic's Message Batches (`/v1/messages/batches`), as they are spoken to; pure.
package enum AnthropicBatches {
    /// What Anthropic takes.
    package static let limits = BatchLimits(items: 100_000, bytes: 250 << 20)

    package static func body(of items: [BatchItem]) -> JSONValue {
        [
            "requests": .array(
                items.map { item in
                    [
                        "custom_id": .string(item.customID),
                        "params": AnthropicMessages.body(of: item.request, stream: false),
                    ]
                })
        ]
    }

    /// What a listing tells of a batch.
    package struct Entry: Sendable, Hashable {
        package var handle: BatchHandle
        package var status: BatchStatus
        /// In seconds since 1970.
        package var created: Int
    }

    package static func entry(from body: JSONValue) throws(WireFault) -> Entry {
        let wire = try WireObject(body)
        let handle = BatchHandle(id: try wire.requiredString("id"))
        let counts = wire["request_counts"]
        func count(_ name: String) -> Int { counts?[name]?.intValue ?? 0 }
        let failed = count("errored") + count("expired") + count("canceled")
        let status = BatchStatus(
            // Whatever else it may be called, it is not over.
            phase: try wire.requiredString("processing_status") == "ended" ? .ended : .working, handle: handle,
            counts: .init(
                total: count("processing") + count("succeeded") + failed, succeeded: count("succeeded"),
                failed: failed))
        let created = try wire.string("created_at").flatMap(UTCTime.seconds) ?? 0
        return Entry(handle: handle, status: status, created: created)
    }

    /// The batches of a page of a listing.
    package static func entries(from body: JSONValue) throws(WireFault) -> [Entry] {
        guard let entries = try WireObject(body).each("data", entry) else {
            throw WireFault(.invalid, "data", "the field is missing")
        }
        return entries
    }

    /// Reads a line of the results.
    package static func result(from line: JSONValue) throws(WireFault) -> (customID: String, outcome: BatchOutcome) {
        let wire = try WireObject(line)
        let id = try wire.requiredString("custom_id")
        guard let outcome = try wire.at("result", outcome) else {
            throw WireFault(.invalid, "result", "the field is missing")
        }
        return (id, outcome)
    }

    private static func outcome(_ result: JSONValue) throws(WireFault) -> BatchOutcome {
        let wire = try WireObject(result)
        switch try wire.requiredString("type") {
        case "succeeded":
            do throws(WireFault) {
                return .reply(try AnthropicMessages.reply(from: try wire.required("message")))
            } catch {
                // Paid for, and of no use: the other results are.
                return .failed(
                    code: .malformedStream, message: "the provider's answer cannot be read: \(error.message)")
            }
        case "errored":
            let error = wire["error"]?["error"] ?? wire["error"]
            return .failed(BatchWords.error(error ?? .null))
        case "expired": return .expired
        case "canceled": return .cancelled
        case let type:
            throw WireFault(.invalid, "type", "expected a kind of result, got \(JSONValue.string(type).text())")
        }
    }
}

/// What results say of failed calls.
enum BatchWords {
    static func error(_ error: JSONValue) -> ModelError {
        let said = error["message"]?.stringValue ?? "it gave no reason"
        let message = "the provider did not answer this call of the batch: \(said)"
        let kind = error["type"]?.stringValue ?? ""
        let code = error["code"]?.stringValue ?? ""
        if StreamFault.isAboutContext(said) || code == "context_length_exceeded" {
            return ModelError(.contextTooLong, message)
        }
        let known: ModelError.Code? =
            switch kind {
            case "invalid_request_error", "request_too_large": .invalidRequest
            case "authentication_error", "permission_error": .authentication
            case "billing_error", "insufficient_quota": .outOfCredit
            case "not_found_error": .unknownModel
            case "rate_limit_error", "tokens", "requests": .rateLimited
            case "overloaded_error": .overloaded
            default: nil
            }
        let fromCode = ResponsesReplyReader.kind(of: code, said)
        return ModelError(fromCode == .providerFault ? known ?? .providerFault : fromCode, message)
    }
}
