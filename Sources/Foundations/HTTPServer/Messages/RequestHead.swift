/// The first part of a request: what is asked for, and the header fields.
package struct RequestHead: Sendable {
    /// How the length of the body is told.
    enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    package let method: Method
    /// Path and query as they were sent, in origin form: it begins with `/`.
    package let target: String
    package let headers: HeaderFields
    /// 0 or 1.
    let minorVersion: Int
    let framing: Framing
    /// What the client wishes for.
    let keepsAlive: Bool
    let expectsContinue: Bool
}

extension RequestHead {
    /// The part of the target before `?`, percent-encoded as sent.
    package var path: Substring {
        target.utf8.firstIndex(of: UInt8(ascii: "?")).map { target[..<$0] } ?? target[...]
    }

    /// The part of the target behind `?`, percent-encoded as sent; nil without one.
    package var query: Substring? {
        target.utf8.firstIndex(of: UInt8(ascii: "?")).map { target[target.utf8.index(after: $0)...] }
    }

    /// Names and values of the query in their order, decoded; `+` is a space.
    ///
    /// - Throws: ``Refusal`` with 400 where a percent sign is not followed by two digits, or the bytes are not UTF-8.
    package func queryItems() throws(Refusal) -> [(name: String, value: String)] {
        guard let query else { return [] }
        var items: [(name: String, value: String)] = []
        for part in query.utf8.split(separator: UInt8(ascii: "&")) {
            let pieces = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decoded(Substring(pieces[0]), plusIsSpace: true)
            let value = pieces.count > 1 ? PercentEncoding.decoded(Substring(pieces[1]), plusIsSpace: true) : ""
            guard let name, let value else {
                throw .badRequest("The query holds '\(Substring(part))', which is not percent-encoded UTF-8.")
            }
            items.append((name, value))
        }
        return items
    }

    /// The first value of a name in the query; see ``queryItems()``.
    package func queryValue(_ name: String) throws(Refusal) -> String? {
        try queryItems().first { $0.name == name }?.value
    }
}
