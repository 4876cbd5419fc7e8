import Conversation
import HTTPClient
import JSON
import Secrets
import ServerSentEvents
import WireFormats

/// One provider's place on the network: sends requests, and turns what goes wrong into `ModelError`.
struct ModelEndpoint: Sendable {
    var provider: String
    var baseURL: String
    /// How to mend a key that is refused, such as `check the key in $ANTHROPIC_API_KEY`.
    var keyHint: String
    var headers: [(String, String)]
    /// Blotted out of whatever the provider says.
    var key: Secret?
    var client: HTTPClient
    var timeouts: ModelTimeouts

    private static let largestErrorBody = 64 << 10
    private static let largestList = 8 << 20

    /// Posts a body and hands over the events of the answer until `handle` says that it has all.
    func stream(
        _ path: String, _ body: JSONValue, headers: [(String, String)] = [], model: String,
        rates: RateListener, handle: (ServerSentEvent) async throws -> Bool
    ) async throws {
        var request = HTTPRequest("POST", baseURL + path)
        request.body = body.bytes()
        request.headers.add("Content-Type", "application/json")
        request.headers.add("Accept", "text/event-stream")
        for (name, value) in headers { request.headers.add(name, value) }
        try await mapping {
            try await client.withResponse(prepared(request, streams: true)) { response in
                tell(rates, of: response.headers)
                try await check(response, model: model)
                try await read(response, handle)
            }
        }
    }

    /// Tells whoever listens what the provider says of its rates, with good answers and bad ones.
    private func tell(_ listener: RateListener, of headers: HTTPHeaders) {
        guard let tell = listener.tell else { return }
        let report = RateHeaders.read(headers)
        if !report.isEmpty { tell(report) }
    }

    /// The ids in a list of models.
    func models(_ path: String) async throws -> [String] {
        guard let list = try await get(path)["data"]?.arrayValue else {
            throw ModelError(
                .malformedStream,
                "\(provider) at \(PublicURL.text(baseURL)) answered with something else than a list of models; is base_url right?"
            )
        }
        return list.compactMap { $0["id"]?.stringValue }
    }

    /// Gets a JSON document.
    func get(_ path: String) async throws -> JSONValue {
        let request = prepared(HTTPRequest("GET", baseURL + path), streams: false)
        return try await mapping {
            let response = try await client.collect(request, limit: Self.largestList)
            try refuseRedirect(response.status, response.headers)
            guard response.status == 200 else {
                throw fault(response.status, response.headers, response.bytes, model: "")
            }
            do throws(JSONError) {
                return try JSONValue(parsing: response.bytes)
            } catch {
                throw ModelError(
                    .malformedStream, "\(provider) answered with something that is not JSON: \(error.message)")
            }
        }
    }

    func prepared(_ request: HTTPRequest, streams: Bool) -> HTTPRequest {
        var request = request
        for (name, value) in headers { request.headers.add(name, value) }
        request.timeouts.connect = timeouts.connect
        request.timeouts.firstByte = timeouts.firstByte
        request.timeouts.idle = timeouts.idle
        return request
    }

    func check(_ response: HTTPResponse, model: String) async throws {
        try refuseRedirect(response.status, response.headers)
        guard response.status == 200 else {
            let body = try await beginning(of: response.body)
            throw fault(response.status, response.headers, body, model: model)
        }
        let type = (response.headers["Content-Type"] ?? "").lowercased()
        guard type.isEmpty || type.hasPrefix("text/event-stream") || type.hasPrefix("application/x-ndjson") else {
            if type.hasPrefix("application/json"), let error = try await errorInPlaceOfStream(response) { throw error }
            throw ModelError(
                .malformedStream,
                "\(provider) at \(PublicURL.text(baseURL)) answered with \(type) instead of an event stream; is base_url right?"
            )
        }
    }

    func refuseRedirect(_ status: Int, _ headers: HTTPHeaders) throws(ModelError) {
        guard (300..<400).contains(status) else { return }
        let target = headers["Location"] ?? "somewhere else"
        throw ModelError(
            .invalidRequest,
            "\(provider) at \(PublicURL.text(baseURL)) redirects to \(PublicURL.text(target)); give that as its base_url, as redirects are not followed"
        )
    }

    /// Some services say 200 and put the error into the body.
    private func errorInPlaceOfStream(_ response: HTTPResponse) async throws -> ModelError? {
        let bytes = try await beginning(of: response.body)
        // A body that is no JSON is no error of the provider's either.
        guard let body = try? JSONValue(parsing: bytes), let error = body["error"], !error.isNull
        else { return nil }
        return StreamFault.error(in: body)
    }

    /// As much of a body as an error needs; where it is cut off, what there is.
    func beginning(of body: HTTPBody) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(HTTPError) {
            for try await chunk in body {
                bytes += chunk.prefix(Self.largestErrorBody - bytes.count)
                if bytes.count == Self.largestErrorBody { break }
            }
        } catch  where error.code == .cancelled {
            throw error
        } catch {
            // The status says what went wrong; its words are welcome, not needed.
        }
        return bytes
    }

    private func read(_ response: HTTPResponse, _ handle: (ServerSentEvent) async throws -> Bool) async throws {
        var parser = EventStreamParser()
        for try await chunk in response.body {
            let events: [ServerSentEvent]
            do throws(EventStreamError) {
                events = try parser.push(chunk)
            } catch {
                throw ModelError(.malformedStream, "\(provider) sent a stream that cannot be read: \(error.message)")
            }
            for event in events where try await handle(event) {
                // The end of the body follows at once, and the connection is as good as new.
                response.body.drain()
                return
            }
        }
        for event in parser.finish(incomplete: .delivered) where try await handle(event) { return }
    }

    func fault(_ status: Int, _ headers: HTTPHeaders, _ body: [UInt8], model: String) -> ModelError {
        ProviderFault.error(
            status: status, body: body, retryAfter: RetryAfter.read(headers), provider: provider, model: model,
            keyHint: keyHint)
    }

    func mapping<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch var error as ModelError {
            error.message = Redactor(secrets: [key].compactMap(\.self)).redact(error.message)
            throw error
        } catch let error as HTTPError {
            try Task.checkCancellation()
            switch error.code {
            case .cancelled: throw CancellationError()
            case .timeout: throw ModelError(.timeout, "\(provider): \(error.message)")
            // It may have been bought, and is accounted for; as nothing is wrong with the service, it is asked again at once.
            case .unanswered: throw ModelError(.streamCut, "\(provider): \(error.message)", retryAfter: .zero)
            case .cut: throw ModelError(.streamCut, "\(provider): \(error.message)")
            case .malformed: throw ModelError(.malformedStream, "\(provider): \(error.message)")
            case .invalidURL, .invalidRequest: throw ModelError(.invalidRequest, "\(provider): \(error.message)")
            default: throw ModelError(.network, "\(provider): \(error.message)")
            }
        }
    }
}

/// How long to wait for a model.
package struct ModelTimeouts: Sendable, Hashable {
    package var connect: Duration = .seconds(10)
    /// Models may think long before they say the first word.
    package var firstByte: Duration = .seconds(300)
    package var idle: Duration = .seconds(120)

    package init() {}
}
