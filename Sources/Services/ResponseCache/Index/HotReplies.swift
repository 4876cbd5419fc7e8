import Crypto

/// Answers that were read or made lately, ready to be given again, up to a number of bytes.
struct HotReplies: Sendable {
    private var answers: [SHA256Digest: (answer: CachedReply, size: Int)] = [:]
    /// The order in which they came; what was removed since is passed over.
    private var order: [SHA256Digest] = []
    private var start = 0
    private var size = 0

    subscript(key: SHA256Digest) -> CachedReply? { answers[key]?.answer }

    mutating func insert(_ answer: CachedReply, size bytes: Int, for key: SHA256Digest, within limit: Int) {
        guard bytes <= limit / 4 else {
            remove(key)
            return
        }
        if let old = answers.updateValue((answer, bytes), forKey: key) { size -= old.size } else { order.append(key) }
        size += bytes
        while size > limit, start < order.count {
            let oldest = order[start]
            start += 1
            remove(oldest)
        }
        if start > 1024, start > order.count / 2 {
            order.removeFirst(start)
            start = 0
        }
    }

    mutating func remove(_ key: SHA256Digest) {
        if let old = answers.removeValue(forKey: key) { size -= old.size }
    }
}
