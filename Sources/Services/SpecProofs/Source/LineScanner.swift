/// Reads words and marks of one line, from left to right.
struct LineScanner {
    private let bytes: ArraySlice<UInt8>
    private(set) var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    var byte: UInt8? { index < bytes.endIndex ? bytes[index] : nil }
    var rest: ArraySlice<UInt8> { bytes[index...] }

    mutating func skipSpace() { while let byte, byte == 32 || byte == 9 { index += 1 } }

    mutating func skip(_ mark: Character) -> Bool {
        guard byte == mark.asciiValue else { return false }
        index += 1
        return true
    }

    mutating func advance() { index += 1 }

    /// The next word; nil where there is none right here.
    mutating func word() -> String? {
        let start = index
        while let byte, byte.isWord || byte == 36 { index += 1 }
        return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
    }

    /// A name between backticks.
    mutating func quotedName() -> String? {
        guard byte == 96, let end = bytes[(index + 1)...].firstIndex(of: 96) else { return nil }
        defer { index = end + 1 }
        return String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
    }

    /// Goes behind the bracket that closes the one here; to the end of the line where none does.
    mutating func skipBrackets() {
        guard let open = byte, let place = Array("([{<".utf8).firstIndex(of: open) else { return }
        let close = Array(")]}>".utf8)[place]
        var depth = 0
        while let byte {
            if byte == 34 || byte == 39 {
                let start = index
                if text() == nil { index = start + 1 }
                continue
            }
            index += 1
            if byte == open { depth += 1 } else if byte == close { depth -= 1 }
            if depth == 0 { return }
        }
    }

    /// The text between quotes here, with its escapes undone; nil, without moving, where there is none that ends.
    mutating func text() -> String? {
        guard let quote = byte, quote == 34 || quote == 39 || quote == 96 else { return nil }
        var place = index + 1
        var found: [UInt8] = []
        while place < bytes.endIndex {
            let byte = bytes[place]
            if byte == quote {
                index = place + 1
                return String(decoding: found, as: UTF8.self)
            }
            if byte == 92, place + 1 < bytes.endIndex {
                place += 1
                found.append(bytes[place])
            } else {
                found.append(byte)
            }
            place += 1
        }
        return nil
    }
}
