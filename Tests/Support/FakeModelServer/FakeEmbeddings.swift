import JSON

/// Vectors of texts that are near each other where the texts have words in common.
enum FakeEmbeddings {
    private static let dimensions = 64

    /// The answer of OpenAI's embeddings API.
    static func answer(to body: [UInt8]) -> JSONValue {
        // What cannot be read has no texts.
        let request = try? JSONValue(parsing: body)
        let texts = request?["input"]?.arrayValue?.compactMap(\.stringValue) ?? [request?["input"]?.stringValue ?? ""]
        let data = texts.enumerated().map { index, text -> JSONValue in
            [
                "object": "embedding", "index": .integer(Int64(index)),
                "embedding": .array(vector(of: text).map { .number($0) }),
            ]
        }
        return [
            "object": "list", "model": "embed-1", "data": .array(data),
            "usage": ["prompt_tokens": 10, "total_tokens": 10],
        ]
    }

    /// How often words of each sort occur, by a sum that is the same in every process.
    private static func vector(of text: String) -> [Double] {
        var vector = [Double](repeating: 0, count: dimensions)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) {
            let sum = word.utf8.reduce(UInt64(5381)) { ($0 &* 33) ^ UInt64($1) }
            vector[Int(sum % UInt64(dimensions))] += 1
        }
        return vector
    }
}
