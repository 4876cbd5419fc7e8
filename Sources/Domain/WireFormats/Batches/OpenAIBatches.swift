package import Batches
import Conversation
package import JSON

/// OpenAI's Batch API (`/v1/files` and `/v1/batches`), as it is spoken to; pure.
package enum OpenAIBatches {
    /// What OpenAI takes.
    package static let limits = BatchLimits(items: 50_000, bytes: 190 << 20)

    /// The format of the calls.
    package enum Format: String, Sendable, Hashable {
        case responses = "/v1/responses"
        case chat = "/v1/chat/completions"
    }

    private static let markerName = "vencejo_batch"

    /// The file of the calls, a line each.
    package static func file(of items: [BatchItem], _ format: Format) -> [UInt8] {
        var file: [UInt8] = []
        for item in items {
            let body =
                switch format {
                case .responses: OpenAIResponses.body(of: item.request, stream: false)
                case .chat: OpenAIChat.body(of: item.request, limit: .maxCompletionTokens, stream: false)
                }
            let line: JSONValue = [
                "custom_id": .string(item.customID), "method": "POST", "url": .string(format.rawValue), "body": body,
            ]
            file += line.bytes()
            file.append(UInt8(ascii: "\n"))
        }
        return file
    }

    package static func body(file id: String, _ format: Format, marker: String) -> JSONValue {
        [
            "input_file_id": .string(id), "endpoint": .string(format.rawValue), "completion_window": "24h",
            "metadata": [markerName: .string(marker)],
        ]
    }

    package static func fileID(from body: JSONValue) throws(WireFault) -> String {
        try WireObject(body).requiredString("id")
    }

    /// What the provider tells of a batch.
    package struct Entry: Sendable, Hashable {
        package var status: BatchStatus
        /// The name of ours that it was given.
        package var marker: String?
        /// In seconds since 1970.
        package var created: Int
    }

    package static func entry(from body: JSONValue) throws(WireFault) -> Entry {
        let wire = try WireObject(body)
        let handle = BatchHandle(
            id: try wire.requiredString("id"), inputFile: try wire.string("input_file_id"),
            outputFile: try wire.string("output_file_id"), errorFile: try wire.string("error_file_id"))
        let phase: BatchStatus.Phase
        switch try wire.requiredString("status") {
        case "completed", "expired", "cancelled": phase = .ended
        case "failed": phase = .failed(faults(in: wire))
        default: phase = .working
        }
        let counts = wire["request_counts"]
        let status = BatchStatus(
            phase: phase, handle: handle,
            counts: .init(
                total: counts?["total"]?.intValue ?? 0, succeeded: counts?["completed"]?.intValue ?? 0,
                failed: counts?["failed"]?.intValue ?? 0))
        return Entry(
            status: status, marker: wire["metadata"]?[markerName]?.stringValue,
            created: try wire.int("created_at") ?? 0)
    }

    /// The batches of a page of a listing.
    package static func entries(from body: JSONValue) throws(WireFault) -> [Entry] {
        guard let entries = try WireObject(body).each("data", entry) else {
            throw WireFault(.invalid, "data", "the field is missing")
        }
        return entries
    }

    private static func faults(in wire: WireObject) -> String {
        let faults = (wire["errors"]?["data"]?.arrayValue ?? []).prefix(3).map { fault in
            let line = fault["line"]?.intValue.map { "line \($0): " } ?? ""
            return line + (fault["message"]?.stringValue ?? fault["code"]?.stringValue ?? "no reason")
        }
        return faults.isEmpty ? "it gave no reason" : faults.joined(separator: "; ")
    }

    /// Reads a line of the output file or of the error file.
    package static func result(
        from line: JSONValue, _ format: Format
    ) throws(WireFault) -> (customID: String, outcome: BatchOutcome) {
        let wire = try WireObject(line)
        let id = try wire.requiredString("custom_id")
        if let error = wire["error"] { return (id, failure(error)) }
        guard let response = try wire.object("response").map(WireObject.init) else {
            throw WireFault(.invalid, "response", "the field is missing")
        }
        let body = response["body"] ?? .null
        guard try response.int("status_code") ?? 200 == 200 else { return (id, failure(body["error"] ?? .null)) }
        do {
            var reply =
                switch format {
                case .responses: try OpenAIResponses.reply(from: body)
                case .chat: try OpenAIChat.reply(from: body)
                }
            // Nobody waits for the body of the same API; what it says is in the reply.
            if reply.passthrough?.family == .openAIResponses { reply.passthrough = nil }
            return (id, .reply(reply))
        } catch let error as ModelError {
            return (id, .failed(error))
        } catch {
            // Paid for, and of no use: the other results are.
            return (id, .failed(code: .malformedStream, message: "the provider's answer cannot be read: \(error)"))
        }
    }

    private static func failure(_ error: JSONValue) -> BatchOutcome {
        switch error["code"]?.stringValue {
        case "batch_expired": .expired
        case "batch_cancelled": .cancelled
        default: .failed(BatchWords.error(error))
        }
    }
}
