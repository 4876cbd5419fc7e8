package import Batches
import Conversation
package import HTTPClient
import JSON
package import Secrets
import Timekeeping
package import WireFormats

/// OpenAI's Batch API: a file of calls goes up, files of results and of errors come down.
package struct OpenAIBatchProvider: BatchProvider {
    package let name: String
    package let limits = OpenAIBatches.limits
    private let endpoint: ModelEndpoint
    private let format: OpenAIBatches.Format

    /// - Parameters:
    ///   - baseURL: with its version, such as `https://api.openai.com/v1`.
    ///   - keyHint: how to mend a key that is refused.
    ///   - account: what tells this address and key from others of the same name; nil is the name.
    package init(
        name: String = "openai", baseURL: String, key: Secret?, keyHint: String, client: HTTPClient,
        account: String? = nil, timeouts: ModelTimeouts = ModelTimeouts(), format: OpenAIBatches.Format = .responses
    ) {
        self.name = account ?? name
        self.format = format
        var headers: [(String, String)] = []
        key?.withValue { headers.append(("Authorization", "Bearer \($0)")) }
        endpoint = ModelEndpoint(
            provider: name, baseURL: baseURL, keyHint: keyHint, headers: headers, key: key, client: client,
            timeouts: timeouts)
    }

    package func submit(_ items: [BatchItem], marker: String) async throws -> BatchHandle {
        let uploaded = try await endpoint.upload(
            "/files", fields: [("purpose", "batch")], file: OpenAIBatches.file(of: items, format),
            named: "\(marker).jsonl", total: .seconds(300))
        let file = try endpoint.reading("the answer to a file") { () throws(WireFault) in
            try OpenAIBatches.fileID(from: uploaded)
        }
        let answer = try await endpoint.document(
            "POST", "/batches", OpenAIBatches.body(file: file, format, marker: marker), connection: .fresh,
            total: .seconds(120))
        return try endpoint.reading("the answer to a batch") { () throws(WireFault) in
            try OpenAIBatches.entry(from: answer).status.handle
        }
    }

    package func find(_ submission: BatchSubmission) async throws -> BatchLookup {
        let earliest = Int((submission.since - .seconds(300)).milliseconds / 1_000)
        var after = ""
        while true {
            let page: JSONValue
            do {
                page = try await endpoint.get("/batches?limit=100\(after)")
            } catch let error as ModelError where error.code == .invalidRequest {
                return .impossible(error.message)
            }
            let entries = try endpoint.reading("a list of batches") { () throws(WireFault) in
                try OpenAIBatches.entries(from: page)
            }
            if let found = entries.first(where: { $0.marker == submission.marker }) {
                return .found(found.status.handle)
            }
            guard let last = entries.last, last.created >= earliest, page["has_more"]?.boolValue == true else {
                return .absent
            }
            after = "&after=\(last.status.handle.id)"
        }
    }

    package func status(of handle: BatchHandle) async throws -> BatchStatus {
        let answer = try await endpoint.get("/batches/\(handle.id)")
        return try endpoint.reading("the state of a batch") { () throws(WireFault) in
            try OpenAIBatches.entry(from: answer).status
        }
    }

    package func results(
        of handle: BatchHandle, to receive: (_ customID: String, _ outcome: BatchOutcome) async throws -> Void
    ) async throws {
        for file in [handle.outputFile, handle.errorFile].compactMap(\.self) {
            try await endpoint.lines("GET", "/files/\(file)/content") { line in
                guard let json = try endpoint.json(of: line) else { return false }
                let result = try endpoint.reading("a result of a batch") { () throws(WireFault) in
                    try OpenAIBatches.result(from: json, format)
                }
                try await receive(result.customID, result.outcome)
                return false
            }
        }
    }

    package func cancel(_ handle: BatchHandle) async throws {
        _ = try await endpoint.document("POST", "/batches/\(handle.id)/cancel")
    }

    package func discard(_ handle: BatchHandle) async throws {
        for file in [handle.inputFile, handle.outputFile, handle.errorFile].compactMap(\.self) {
            _ = try await endpoint.document("DELETE", "/files/\(file)")
        }
    }
}
