/// The chunks that wait for the reader, and the decision when the sender has to wait.
struct ChunkBuffer {
    static let highWaterMark = 256 * 1024
    static let lowWaterMark = 128 * 1024
    /// What a chunk costs besides its bytes, so that many tiny ones count too.
    private static let overhead = 64

    private var chunks: [[UInt8]] = []
    /// The first chunk not yet taken.
    private var start = 0
    private var size = 0
    private(set) var isStalled = false

    var isEmpty: Bool { start == chunks.count }

    /// Whether the next chunk may be appended; if not, the sender stalls until `take` tells it to go on.
    mutating func admits() -> Bool {
        isStalled = size >= Self.highWaterMark
        return !isStalled
    }

    mutating func append(_ chunk: [UInt8]) {
        chunks.append(chunk)
        size += chunk.count + Self.overhead
    }

    /// The oldest chunk, and whether a stalled sender is to go on.
    mutating func take() -> (chunk: [UInt8], resumes: Bool)? {
        guard start < chunks.count else { return nil }
        let chunk = chunks[start]
        chunks[start] = []
        start += 1
        size -= chunk.count + Self.overhead
        if isEmpty {
            chunks.removeAll(keepingCapacity: true)
            start = 0
        }
        let resumes = isStalled && size <= Self.lowWaterMark
        if resumes { isStalled = false }
        return (chunk, resumes)
    }
}
