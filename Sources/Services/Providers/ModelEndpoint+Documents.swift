import Conversation
import HTTPClient
import JSON

/// Exchanges that are no streams of events: documents, files, and lines of JSON.
extension ModelEndpoint {
    /// How much of an answer is read, in bytes.
    static let largestDocument = 64 << 20

    /// Sends a request and reads the JSON that it is answered with.
    ///
    /// - Parameters:
    ///   - model: named in the error where it is not known.
    ///   - connection: a fresh one for what must not arrive twice.
    ///   - total: how long the whole exchange may take.
    func document(
        _ method: String, _ path: String, _ body: JSONValue? = nil, model: String = "",
        headers: [(String, String)] = [], connection: HTTPRequest.Connection = .kept, total: Duration? = nil
    ) async throws -> JSONValue {
        var request = HTTPRequest(method, baseURL + path)
        for (name, value) in headers { request.headers.add(name, value) }
        request.connection = connection
        if let body {
            request.body = body.bytes()
            request.headers.add("Content-Type", "application/json")
        }
        return try await document(request, model: model, total: total)
    }

    /// Sends a file as one part of a form, with the fields in front of it.
    func upload(
        _ path: String, fields: [(String, String)], file: [UInt8], named name: String, total: Duration? = nil
    ) async throws -> JSONValue {
        // Lines of JSON never begin with it, as they begin with a brace.
        let boundary = "vencejo-form-7d1f0c52b9"
        var body: [UInt8] = []
        body.reserveCapacity(file.count + 1_024)
        for (field, value) in fields {
            body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n".utf8
        }
        body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8
        body += "Content-Type: application/jsonl\r\n\r\n".utf8
        body += file
        body += "\r\n--\(boundary)--\r\n".utf8
        var request = HTTPRequest("POST", baseURL + path)
        request.body = body
        request.headers.add("Content-Type", "multipart/form-data; boundary=\(boundary)")
        return try await document(request, model: "", total: total)
    }

    private func document(_ request: HTTPRequest, model: String, total: Duration?) async throws -> JSONValue {
        var request = prepared(request, streams: false)
        request.timeouts.total = total
        let sent = request
        return try await mapping {
            let response = try await client.collect(sent, limit: Self.largestDocument)
            try refuseRedirect(response.status, response.headers)
            guard (200..<300).contains(response.status) else {
                throw fault(response.status, response.headers, response.bytes, model: model)
            }
            do throws(JSONError) {
                return try JSONValue(parsing: response.bytes)
            } catch {
                throw ModelError(
                    .malformedStream, "\(provider) answered with something that is not JSON: \(error.message)")
            }
        }
    }

    /// Sends a request and hands over the lines of the answer until `handle` says that it has all.
    ///
    /// The last line may lack its end.
    func lines(
        _ method: String, _ path: String, _ body: JSONValue? = nil, model: String = "",
        handle: ([UInt8]) async throws -> Bool
    ) async throws {
        var request = HTTPRequest(method, baseURL + path)
        if let body {
            request.body = body.bytes()
            request.headers.add("Content-Type", "application/json")
        }
        let sent = prepared(request, streams: true)
        try await mapping {
            try await client.withResponse(sent) { response in
                try refuseRedirect(response.status, response.headers)
                guard response.status == 200 else {
                    let body = try await beginning(of: response.body)
                    throw fault(response.status, response.headers, body, model: model)
                }
                var splitter = LineSplitter(limit: Self.largestDocument)
                for try await chunk in response.body {
                    for line in try splitter.push(chunk) where try await handle(line) { return }
                }
                if let last = splitter.finish() { _ = try await handle(last) }
            }
        }
    }
}

/// Cuts bytes that come in chunks into lines; linear.
struct LineSplitter {
    let limit: Int
    private var rest: [UInt8] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// The lines that the chunk completes, without their ends.
    mutating func push(_ chunk: [UInt8]) throws(ModelError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(rest + chunk[start..<end])
            rest.removeAll(keepingCapacity: false)
            start = end + 1
        }
        rest += chunk[start...]
        guard rest.count <= limit else {
            throw ModelError(.malformedStream, "the provider sent a line of more than \(limit) bytes")
        }
        return lines
    }

    /// What came after the last end of a line.
    mutating func finish() -> [UInt8]? {
        defer { rest = [] }
        return rest.isEmpty ? nil : rest
    }
}
