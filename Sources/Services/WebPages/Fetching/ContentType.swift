/// What a `Content-Type` says.
struct ContentType: Sendable, Hashable {
    /// In lower case, without parameters; empty where nothing is said.
    let name: String
    let charset: String?

    init(_ header: String) {
        let parts = header.split(separator: ";").map { part -> String in
            part.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        name = (parts.first ?? "").lowercased()
        charset =
            parts.dropFirst().lazy.compactMap { part -> String? in
                let pair = part.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, pair[0].lowercased() == "charset" else { return nil }
                return pair[1].filter { $0 != "\"" && $0 != "'" }.lowercased()
            }.first
    }

    /// The bytes as text; nil for what is none.
    func decode(_ bytes: [UInt8]) -> String? {
        if bytes.contains(0) { return nil }
        if let charset, ["iso-8859-1", "latin1", "windows-1252", "us-ascii"].contains(charset),
            String(validating: bytes, as: UTF8.self) == nil
        {
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
