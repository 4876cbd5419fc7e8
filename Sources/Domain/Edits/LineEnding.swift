/// The two ways to end a line that files use.
enum LineEnding {
    case lf, crlf

    /// The ending that most lines of a text have; nil when it has no line break.
    init?(of bytes: ArraySlice<UInt8>) {
        var counts = (lf: 0, crlf: 0)
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 10 { if previous == 13 { counts.crlf += 1 } else { counts.lf += 1 } }
            previous = byte
        }
        guard counts.lf + counts.crlf > 0 else { return nil }
        self = counts.crlf > counts.lf ? .crlf : .lf
    }

    func convert(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 16)
        for (index, byte) in bytes.enumerated() {
            if byte == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { continue }
            if byte == 10, self == .crlf { result.append(13) }
            result.append(byte)
        }
        return result
    }
}
