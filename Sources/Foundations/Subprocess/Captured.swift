/// What was kept of a stream: all of it, or its beginning and its end.
package struct Captured: Sendable, Hashable {
    /// The first bytes of the stream.
    package let head: [UInt8]
    /// The last bytes of the stream; empty when nothing was left out.
    package let tail: [UInt8]
    /// How many bytes the stream had.
    package let totalBytes: Int

    /// A stream that was kept whole.
    package init(_ bytes: [UInt8] = []) {
        self.init(head: bytes, tail: [], totalBytes: bytes.count)
    }

    package init(head: [UInt8], tail: [UInt8], totalBytes: Int) {
        self.head = head
        self.tail = tail
        self.totalBytes = totalBytes
    }

    /// The head and the tail without a mark between them.
    package var bytes: [UInt8] { head + tail }

    /// How many bytes were left out.
    package var droppedBytes: Int { totalBytes - head.count - tail.count }

    /// The bytes as UTF-8, broken ones as U+FFFD; a line of its own says how much was left out where.
    package var text: String {
        guard droppedBytes > 0 else { return String(decoding: bytes, as: UTF8.self) }
        // Characters cut in two at the gap would look like broken output.
        let head = self.head.dropLast(Self.openScalar(self.head))
        let tail = self.tail.drop { $0 & 0xC0 == 0x80 }
        let dropped = totalBytes - head.count - tail.count
        let start = String(decoding: head, as: UTF8.self)
        return start + (start.isEmpty || start.hasSuffix("\n") ? "" : "\n") + "[… \(dropped) bytes left out …]\n"
            + String(decoding: tail, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that is not complete.
    private static func openScalar(_ bytes: [UInt8]) -> Int {
        for (index, byte) in bytes.reversed().prefix(4).enumerated() where byte & 0xC0 != 0x80 {
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > index + 1 ? index + 1 : 0
        }
        return 0
    }
}

/// Collects a stream in constant memory.
struct OutputWindow {
    private let headLimit: Int
    private let tailLimit: Int
    private var head: [UInt8] = []
    /// A ring once it is full; `next` is then its oldest byte.
    private var tail: [UInt8] = []
    private var next = 0
    private(set) var totalBytes = 0

    init(limit: Int, policy: Command.OutputPolicy) {
        let limit = max(limit, 0)
        headLimit = policy == .stop ? limit : limit - limit / 2
        tailLimit = limit - headLimit
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        totalBytes += bytes.count
        let first = min(bytes.count, headLimit - head.count)
        head.append(contentsOf: bytes.prefix(first))
        var rest = bytes.dropFirst(first).suffix(tailLimit)
        let room = min(rest.count, tailLimit - tail.count)
        tail.append(contentsOf: rest.prefix(room))
        rest = rest.dropFirst(room)
        while !rest.isEmpty {
            let count = min(rest.count, tailLimit - next)
            tail.replaceSubrange(next..<next + count, with: rest.prefix(count))
            rest = rest.dropFirst(count)
            next = (next + count) % tailLimit
        }
    }

    var captured: Captured {
        let ordered = Array(tail[next...] + tail[..<next])
        guard totalBytes > head.count + tail.count else { return Captured(head + ordered) }
        return Captured(head: head, tail: ordered, totalBytes: totalBytes)
    }
}
