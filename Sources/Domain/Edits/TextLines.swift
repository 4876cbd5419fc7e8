/// A text cut into lines, which are ranges of its bytes.
struct TextLines {
    let bytes: [UInt8]
    /// Each line without its LF; a text that ends in LF has no empty line behind it.
    let ranges: [Range<Int>]
    let endsWithLineBreak: Bool

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var ranges: [Range<Int>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 10 {
            ranges.append(start..<index)
            start = index + 1
        }
        if start < bytes.count { ranges.append(start..<bytes.count) }
        self.ranges = ranges
        endsWithLineBreak = bytes.last == 10
    }

    var count: Int { ranges.count }

    /// Whether any line holds more than white space.
    var hasText: Bool { bytes.contains { !Self.isSpace($0) && $0 != 10 } }

    /// The line without white space at its end.
    func trimmed(_ line: Int) -> ArraySlice<UInt8> {
        var slice = bytes[ranges[line]]
        while let last = slice.last, Self.isSpace(last) { slice.removeLast() }
        return slice
    }

    /// The line without white space at either end.
    func bare(_ line: Int) -> ArraySlice<UInt8> {
        trimmed(line).drop(while: Self.isSpace)
    }

    func indentation(_ line: Int) -> ArraySlice<UInt8> {
        bytes[ranges[line]].prefix(while: Self.isSpace)
    }

    /// The line for reading, without carriage return.
    func string(_ line: Int) -> String {
        let slice = bytes[ranges[line]]
        return String(decoding: slice.last == 13 ? slice.dropLast() : slice, as: UTF8.self)
    }

    var strings: [String] { ranges.indices.map(string) }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
}
