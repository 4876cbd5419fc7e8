package import Conversation
package import JSON

/// OpenAI's `/v1/embeddings`, read and written in both directions; pure, and linear in the number of figures.
package enum OpenAIEmbeddings {
    /// How vectors are written.
    package enum Encoding: String, Sendable, Hashable {
        case float
        /// 32-bit floats, the lowest byte first, in Base64: a fifth of the bytes.
        case base64
    }

    /// A request as a client sent it.
    package struct Served: Sendable, Hashable {
        package var request: EmbeddingRequest
        package var encoding: Encoding

        package init(_ request: EmbeddingRequest, encoding: Encoding) {
            self.request = request
            self.encoding = encoding
        }
    }

    private static let family = WireFamily.openAIChat
    private static let mostTexts = 2_048

    package static func request(from body: JSONValue) throws(WireFault) -> Served {
        let wire = try WireObject(body)
        let model = try wire.requiredString("model")
        guard !model.isEmpty else { throw WireFault(.invalid, "model", "expected a model's name, got an empty string") }
        _ = try wire.required("input")
        guard let input = try wire.at("input", input) else {
            throw WireFault(.invalid, "input", "the field is missing")
        }
        var encoding = Encoding.float
        if let word = try wire.string("encoding_format") {
            guard let known = Encoding(rawValue: word) else {
                throw WireFault(
                    .invalid, "encoding_format",
                    "expected \"float\" or \"base64\", got \(JSONValue.string(word).summary)")
            }
            encoding = known
        }
        var request = EmbeddingRequest(
            model: model, input: input, dimensions: try wire.int("dimensions", atLeast: 1),
            user: try wire.string("user"))
        request.passthrough = .kept(
            family, wire.rest(besides: ["model", "input", "encoding_format", "dimensions", "user"]))
        return Served(request, encoding: encoding)
    }

    private static func input(_ value: JSONValue) throws(WireFault) -> EmbeddingRequest.Input {
        if let text = value.stringValue { return .texts([text]) }
        let expected = "a string, an array of strings, or an array of tokens"
        guard let elements = value.arrayValue else {
            throw WireFault(.invalid, "", "expected \(expected), got \(value.summary)")
        }
        guard let first = elements.first else {
            throw WireFault(.invalid, "", "expected \(expected), got an empty array")
        }
        if first.intValue != nil { return .tokens([try tokens(value)]) }
        guard elements.count <= mostTexts else {
            throw WireFault(.invalid, "", "expected at most \(mostTexts) texts, got \(elements.count)")
        }
        if first.arrayValue != nil {
            var texts: [[Int]] = []
            for (index, element) in elements.enumerated() {
                do throws(WireFault) {
                    texts.append(try tokens(element))
                } catch {
                    throw error.inside(index)
                }
            }
            return .tokens(texts)
        }
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let text = element.stringValue else {
                throw WireFault(.invalid, "[\(index)]", "expected a string, got \(element.summary)")
            }
            texts.append(text)
        }
        return .texts(texts)
    }

    private static func tokens(_ value: JSONValue) throws(WireFault) -> [Int] {
        guard let elements = value.arrayValue, !elements.isEmpty else {
            throw WireFault(.invalid, "", "expected an array of tokens, got \(value.summary)")
        }
        var tokens: [Int] = []
        tokens.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let token = element.intValue, token >= 0 else {
                throw WireFault(.invalid, "[\(index)]", "expected a token, got \(element.summary)")
            }
            tokens.append(token)
        }
        return tokens
    }

    package static func body(of request: EmbeddingRequest, encoding: Encoding) -> JSONValue {
        var body: JSONObject = ["model": .string(request.model)]
        switch request.input {
        case .texts(let texts): body.set(.array(texts.map { .string($0) }), for: "input")
        case .tokens(let texts):
            body.set(.array(texts.map { .array($0.map { .integer(Int64($0)) }) }), for: "input")
        }
        // Left out it means floats.
        if encoding != .float { body.set(encoding.rawValue, for: "encoding_format") }
        body.set(request.dimensions, for: "dimensions")
        body.set(request.user, for: "user")
        body.add(request.passthrough, for: family)
        return .object(body)
    }

    /// Reads an answer in either encoding; the vectors are put into the order of their indices.
    package static func reply(from body: JSONValue) throws(WireFault) -> EmbeddingReply {
        let wire = try WireObject(body)
        guard let entries = try wire.each("data", entry) else {
            throw WireFault(.invalid, "data", "the field is missing")
        }
        var vectors = [[Float]](repeating: [], count: entries.count)
        for (place, entry) in entries.enumerated() {
            let index = entry.index ?? place
            guard vectors.indices.contains(index), vectors[index].isEmpty, !entry.vector.isEmpty else {
                throw WireFault(.invalid, "data[\(place)]", "expected each index once, and a vector that is not empty")
            }
            vectors[index] = entry.vector
        }
        let counts = wire["usage"]
        return EmbeddingReply(
            model: try wire.string("model") ?? "", vectors: vectors,
            usage: Usage(input: counts?["prompt_tokens"]?.intValue ?? counts?["total_tokens"]?.intValue ?? 0))
    }

    private static func entry(_ value: JSONValue) throws(WireFault) -> (index: Int?, vector: [Float]) {
        let wire = try WireObject(value)
        let embedding = try wire.required("embedding")
        let index = try wire.int("index", atLeast: 0)
        if let text = embedding.stringValue {
            guard let vector = VectorCoding.vector(base64: text) else {
                throw WireFault(.invalid, "embedding", "expected 32-bit floats in Base64, got \(embedding.summary)")
            }
            return (index, vector)
        }
        do throws(WireFault) {
            return (index, try VectorCoding.vector(embedding))
        } catch {
            throw error.inside("embedding")
        }
    }

    package static func body(of reply: EmbeddingReply, encoding: Encoding, model: String? = nil) -> JSONValue {
        let data = reply.vectors.enumerated().map { index, vector -> JSONValue in
            [
                "object": "embedding", "index": .integer(Int64(index)),
                "embedding": encoding == .base64
                    ? .string(VectorCoding.base64(vector)) : VectorCoding.json(vector),
            ]
        }
        return [
            "object": "list", "data": .array(data), "model": .string(model ?? reply.model),
            "usage": [
                "prompt_tokens": .integer(Int64(reply.usage.totalInput)),
                "total_tokens": .integer(Int64(reply.usage.totalInput)),
            ],
        ]
    }
}
