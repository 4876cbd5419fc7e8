/// Bytes that wait to be sent; small pieces are put together, large ones are not copied.
struct OutputQueue {
    private static let pieceSize = 16 * 1024

    private var pieces: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    /// How many bytes wait.
    private(set) var size = 0

    var isEmpty: Bool { size == 0 }

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        size += bytes.count
        let last = pieces.count - 1
        if last >= first, pieces[last].count + bytes.count <= Self.pieceSize {
            pieces[last].append(contentsOf: bytes)
        } else {
            pieces.append(bytes)
        }
    }

    /// Lends the first piece, and says whether more are behind it; not to be called when empty.
    func withFirst<Result>(_ body: (UnsafeRawBufferPointer, _ isLast: Bool) -> Result) -> Result {
        pieces[first].withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[offset...]), first == pieces.count - 1)
        }
    }

    /// Drops bytes of the first piece that were sent.
    mutating func drop(_ count: Int) {
        size -= count
        offset += count
        guard offset == pieces[first].count else { return }
        pieces[first] = []
        first += 1
        offset = 0
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            first = 0
        }
    }
}
