import Crypto

/// Sixteen bytes that stand for a content; equal contents have equal keys.
struct ContentKey: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    private init(_ bytes: [UInt8]) {
        func word(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        high = word(0)
        low = word(8)
    }

    /// The key of a file's bytes.
    init(content: [UInt8]) { self.init(SHA256.hash(content).bytes) }

    /// The key of what a reader makes of a content under a name; the name decides the language.
    init(content: ContentKey, language: String, reader: String) {
        var hash = SHA256()
        hash.update(content.bytes)
        hash.update(language)
        hash.update([0])
        hash.update(reader)
        self.init(hash.finalize().bytes)
    }

    /// Nil unless there are sixteen bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(bytes)
    }

    var bytes: [UInt8] {
        [high, low].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }
}
