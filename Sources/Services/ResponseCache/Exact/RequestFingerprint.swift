import Conversation
package import Crypto

/// What makes two requests the same for the cache.
///
/// Counted is all that a model may see: the model as asked for, system prompt, messages, tools, sampling, limits and the
/// form of the answer, with white space as it is. Not counted are who asks (`purpose`, `metadata`, `user`), hints for the
/// provider's own caches (`cacheKey`, cache marks), how urgent it is (`serviceTier`), which API it came through, the ids of tool calls beyond
/// which result answers which call, what an image is called, and the order of members in JSON.
package struct RequestFingerprint: Sendable, Hashable {
    /// Of the whole question in its scope and kind.
    package let exact: SHA256Digest

    /// Changes with the rules above: what was kept under older ones is not found any more.
    private static let version = "vencejo response cache 1"
    /// The fields of a request that no model sees, and the bytes of images, which their hashes stand for.
    static let ignored: Set<String> = [
        "purpose", "metadata", "user", "cacheKey", "cacheMarks", "images", "origin", "serviceTier",
    ]
    /// In any part of a request.
    static let ignoredEverywhere = "cacheMark"

    package init(of question: CacheQuestion, sharing: CacheSharing) throws {
        exact = try Self.digest(of: question.request, in: question, sharing)
    }

    /// Of everything but the text of the last message of the user: questions with the same one can be compared by it.
    ///
    /// Nil where the conversation does not end with a text of the user.
    static func context(of question: CacheQuestion, sharing: CacheSharing, embedder: String) throws -> SHA256Digest? {
        var request = question.request
        guard var last = request.messages.popLast(), last.role == .user else { return nil }
        let count = last.content.count
        last.content.removeAll { $0.plainText != nil }
        guard last.content.count < count else { return nil }
        request.messages.append(last)
        return try digest(of: request, in: question, sharing, besides: ["context", embedder])
    }

    private static func digest(
        of request: ModelRequest, in question: CacheQuestion, _ sharing: CacheSharing, besides: [String] = []
    ) throws -> SHA256Digest {
        let writer = FingerprintWriter()
        for text in [version] + question.scope.shared(by: sharing) + besides { writer.write(text) }
        writer.write(question.kind.rawValue)
        writer.write(question.target)
        var request = request
        for index in request.systemParts.indices where request.systemParts[index].cacheMark != nil {
            request.systemParts[index].cacheMark = nil
        }
        try request.encode(to: FingerprintEncoder(writer, ignoring: ignored))
        return writer.digest()
    }
}
