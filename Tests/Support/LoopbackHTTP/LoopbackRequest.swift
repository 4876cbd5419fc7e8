/// A request as the loopback server received it.
package struct LoopbackRequest: Sendable, Hashable {
    package let method: String
    /// The target up to the question mark, as sent (still percent-encoded).
    package let path: String
    /// The target behind the question mark, as sent; empty if there is none.
    package let query: String
    package let headers: LoopbackHeaders
    package let body: [UInt8]
    /// Which connection of the server brought it, counted from 0.
    package let connection: Int

    /// The body as UTF-8.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Header fields in the order they came, looked up without regard to case.
package struct LoopbackHeaders: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    package let fields: [Field]

    /// The first value of a field.
    package subscript(name: String) -> String? { all(name).first }

    /// All values of a field.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

extension LoopbackRequest {
    /// Parses a head without its empty line; nil if it is none.
    init?(head: [UInt8], body: [UInt8], connection: Int) {
        guard let (first, headers) = Self.parse(head: head) else { return nil }
        let target = first[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = String(first[0])
        path = String(target[0])
        query = target.count > 1 ? String(target[1]) : ""
        self.headers = headers
        self.body = body
        self.connection = connection
    }

    /// The words of the request line, which are three, and the header fields.
    static func parse(head: [UInt8]) -> ([Substring], LoopbackHeaders)? {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let first = lines[0].split(separator: " ")
        guard first.count == 3 else { return nil }
        let fields = lines.dropFirst().compactMap { line -> LoopbackHeaders.Field? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return LoopbackHeaders.Field(name: String(line[..<colon]), value: String(value))
        }
        return (first, LoopbackHeaders(fields: fields))
    }
}
