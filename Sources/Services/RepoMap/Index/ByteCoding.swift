import SourceTags

/// Writes numbers and texts behind each other.
struct ByteWriter {
    var bytes: [UInt8] = []

    /// Seven bits a byte, the lowest first.
    mutating func number(_ value: Int) {
        var rest = UInt(max(0, value))
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func text(_ text: String) {
        number(text.utf8.count)
        bytes += text.utf8
    }
}

/// Reads what ``ByteWriter`` wrote; nil where the bytes are damaged.
struct ByteReader {
    let bytes: [UInt8]
    var at: Int

    init(bytes: [UInt8], at: Int) {
        self.bytes = bytes
        self.at = at
    }

    mutating func number() -> Int? {
        var value = 0
        var shift = 0
        while at < bytes.count, shift < 35 {
            let byte = bytes[at]
            at += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    mutating func text() -> Range<Int>? {
        guard let count = number(), count <= bytes.count - at else { return nil }
        defer { at += count }
        return at..<at + count
    }

    mutating func kind() -> Tag.Kind? {
        guard let code = number(), Tag.Kind.coded.indices.contains(code) else { return nil }
        return Tag.Kind.coded[code]
    }
}
