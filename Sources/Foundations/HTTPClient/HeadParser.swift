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
        let text = String(decoding: line, as: UTF8.self)
        let content = Self.trimmed(text.utf8[...])
        if content.isEmpty { return .end }
        if text.utf8.starts(with: "HTTP/".utf8) {
            // Interim responses come before; only the last head counts.
            headers = HTTPHeaders()
        } else if text.utf8.first == UInt8(ascii: " ") || text.utf8.first == UInt8(ascii: "\t") {
            headers.continueLast(with: String(content) ?? "")
        } else if let colon = content.firstIndex(of: UInt8(ascii: ":")) {
            let value = Self.trimmed(content[content.index(after: colon)...])
            headers.add(String(content[..<colon]) ?? "", String(value) ?? "")
        }
        return .part
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}
