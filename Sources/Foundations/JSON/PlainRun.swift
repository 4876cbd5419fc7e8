/// Finds where ordinary bytes of a JSON string end, eight bytes at a time.
///
/// Most texts are long runs of them, and both reading and writing spend most of their time there.
enum PlainRun {
    /// The place of the first byte from `start` on that is special: `"`, `\`, a control character or `other`.
    ///
    /// All before it are ordinary. The last seven bytes are not looked at: among them it is where they begin.
    ///
    /// - Parameter seen: Takes in the bytes that were passed over: its highest bits tell whether some were not ASCII.
    static func end(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, besides other: UInt8, seen: inout UInt64
    ) -> Int {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return start }
        let others = UInt64(other) &* ones
        var place = start
        while place + 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let special = zeroes(word ^ quotes) | zeroes(word ^ backslashes) | zeroes(word ^ others) | controls(word)
            if special != 0 {
                let count = special.trailingZeroBitCount / 8
                seen |= word & ((1 << UInt64(count * 8)) - 1)
                return place + count
            }
            seen |= word
            place += 8
        }
        return place
    }

    /// The highest bit of every byte: set where a byte is not ASCII.
    static let highBits: UInt64 = 0x8080_8080_8080_8080

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let quotes = UInt64(UInt8(ascii: "\"")) &* ones
    private static let backslashes = UInt64(UInt8(ascii: "\\")) &* ones

    /// Has the highest bit of the first byte that is zero, and none before it.
    private static func zeroes(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highBits }

    /// The same for the first byte below 0x20.
    private static func controls(_ word: UInt64) -> UInt64 { (word &- 0x20 &* ones) & ~word & highBits }
}
