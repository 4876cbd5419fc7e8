import Crypto

/// Answers that were read or made lately, ready to be given again, up to a number of bytes.
///
/// They are kept as they lie in the file, which takes a fraction of the memory that their values would.
struct HotReplies: Sendable {
    /// What an answer takes besides its bytes.
    private static let overhead = 128

    private var bodies: [SHA256Digest: [UInt8]] = [:]
    /// The order in which they came; what was removed since is passed over.
    private var order: [SHA256Digest] = []
    private var start = 0
    private var size = 0

    subscript(key: SHA256Digest) -> [UInt8]? { bodies[key] }

    mutating func insert(_ body: [UInt8], for key: SHA256Digest, within limit: Int) {
        guard body.count + Self.overhead <= limit / 4 else {
            remove(key)
            return
        }
        size += body.count + Self.overhead
        if let old = bodies.updateValue(body, forKey: key) {
            size -= old.count + Self.overhead
        } else {
            order.append(key)
        }
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
        if let old = bodies.removeValue(forKey: key) { size -= old.count + Self.overhead }
    }
}
