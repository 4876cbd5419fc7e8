/// Gathers the lines of a response's head as curl hands them out.
struct HeadParser {
    /// The largest head that is accepted; less than what curl itself refuses.
    static let limit = 256 * 1024

    private(set) var headers = HTTPHeaders()
    private var size = 0

    /// What a line was.
    enum Line {
        case part
        /// The empty line at the end of a head, which may be that of an interim response.
        case end
        case tooLarge
    }

    mutating func append(_ line: UnsafeRawBufferPointer) -> Line {
        size += line.count
        guard size <= Self.limit else { return .tooLarge }
        let content = Self.trimmed(line[...])
        guard let first = line.first, !content.isEmpty else { return .end }
        if content.starts(with: "HTTP/".utf8), !Self.isSpace(first) {
            // Interim responses come before; only the last head counts.
            headers = HTTPHeaders()
        } else if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
            headers.continueLast(with: String(decoding: content, as: UTF8.self))
        } else if let colon = content.firstIndex(of: UInt8(ascii: ":")) {
            let value = Self.trimmed(content[content.index(after: colon)...])
            headers.add(String(decoding: content[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
        return .part
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}
