/// Recognises well-known kinds of keys in a text by their look.
struct KeyShapes {
    private let text: UnsafeBufferPointer<UInt8>

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// A quick look at whether any shape begins with that byte.
    static func canBegin(with byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "s"), UInt8(ascii: "g"), UInt8(ascii: "A"), UInt8(ascii: "a"), UInt8(ascii: "x"),
            UInt8(ascii: "X"), UInt8(ascii: "B"), UInt8(ascii: "b"), UInt8(ascii: "-"), UInt8(ascii: ":"),
            UInt8(ascii: "P"), UInt8(ascii: "p"), UInt8(ascii: "v"):
            true
        default: false
        }
    }

    /// The range to hide of a key whose shape begins there; a header's name stays readable.
    func match(at place: Int) -> Range<Int>? {
        if text[place] == UInt8(ascii: "-") { return privateKey(at: place) }
        if text[place] == UInt8(ascii: ":") { return urlPassword(at: place) }
        guard place == 0 || !Self.isAlphanumeric(text[place - 1]) else { return nil }
        return token(at: place) ?? header(at: place)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    // MARK: Tokens with a prefix

    private enum Alphabet {
        case alphanumeric
        case wordAndHyphen
        case upperAndDigits
    }

    private static let tokens: [(prefix: [UInt8], alphabet: Alphabet, shortest: Int)] = [
        (Array("sk-".utf8), .wordAndHyphen, 16),
        (Array("sk_live_".utf8), .alphanumeric, 16),
        (Array("ghp_".utf8), .alphanumeric, 16),
        (Array("gho_".utf8), .alphanumeric, 16),
        (Array("ghu_".utf8), .alphanumeric, 16),
        (Array("ghs_".utf8), .alphanumeric, 16),
        (Array("ghr_".utf8), .alphanumeric, 16),
        (Array("github_pat_".utf8), .wordAndHyphen, 16),
        (Array("glpat-".utf8), .wordAndHyphen, 16),
        (Array("AKIA".utf8), .upperAndDigits, 16),
        (Array("ASIA".utf8), .upperAndDigits, 16),
        (Array("AIza".utf8), .wordAndHyphen, 35),
        (Array("xoxa-".utf8), .wordAndHyphen, 10),
        (Array("xoxb-".utf8), .wordAndHyphen, 10),
        (Array("xoxp-".utf8), .wordAndHyphen, 10),
        (Array("xoxr-".utf8), .wordAndHyphen, 10),
        (Array("xoxs-".utf8), .wordAndHyphen, 10),
        (Array("xapp-".utf8), .wordAndHyphen, 10),
        // The gateway's own keys.
        (Array("vj-".utf8), .wordAndHyphen, 40),
    ]

    private func token(at place: Int) -> Range<Int>? {
        for (prefix, alphabet, shortest) in Self.tokens where matches(prefix, at: place) {
            let start = place + prefix.count
            let end = end(from: start) { byte in
                switch alphabet {
                case .alphanumeric: Self.isAlphanumeric(byte)
                case .wordAndHyphen:
                    Self.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                case .upperAndDigits: Self.isAlphanumeric(byte) && !(0x61...0x7A).contains(byte)
                }
            }
            if end - start >= shortest { return place..<end }
        }
        return nil
    }

    // MARK: Headers

    private static let headers = ["authorization", "proxy-authorization", "x-api-key", "api-key", "private-token"]
        .map { Array($0.utf8) }
    private static let schemes = ["bearer", "basic", "token"].map { Array($0.utf8) }

    private func header(at place: Int) -> Range<Int>? {
        if matchesLowercased(Self.schemes[0], at: place) {
            return credentials(from: place + Self.schemes[0].count, after: " ", shortest: 12)
        }
        guard let name = Self.headers.first(where: { matchesLowercased($0, at: place) }) else { return nil }
        var next = end(from: place + name.count) { " :=\"'\\".utf8.contains($0) }
        guard next > place + name.count else { return nil }
        for scheme in Self.schemes where matchesLowercased(scheme, at: next) {
            let end = end(from: next + scheme.count) { $0 == UInt8(ascii: " ") }
            if end > next + scheme.count { next = end }
        }
        return credentials(from: next, after: nil, shortest: 6)
    }

    private func credentials(from place: Int, after separator: Unicode.Scalar?, shortest: Int) -> Range<Int>? {
        var start = place
        if let separator {
            start = end(from: place) { $0 == UInt8(ascii: separator) }
            guard start > place else { return nil }
        }
        let end = end(from: start) { Self.isAlphanumeric($0) || "-._~+/=:".utf8.contains($0) }
        return end - start >= shortest ? start..<end : nil
    }

    // MARK: Private keys and URLs

    private static let pemBegin = Array("-----BEGIN ".utf8)
    private static let pemEnd = Array("-----END ".utf8)
    private static let pemKey = Array("PRIVATE KEY".utf8)
    private static let dashes = Array("-----".utf8)

    /// The whole block, or what there is of it where it has no end.
    private func privateKey(at place: Int) -> Range<Int>? {
        guard matches(Self.pemBegin, at: place) else { return nil }
        var next = place + Self.pemBegin.count
        let limit = min(text.count, next + 64)
        while next < limit, !matches(Self.pemKey, at: next), text[next] != UInt8(ascii: "-") { next += 1 }
        guard next < limit, matches(Self.pemKey, at: next) else { return nil }
        next = end(from: next) { $0 != UInt8(ascii: "-") && $0 != 0x0A }
        guard matches(Self.dashes, at: next) else { return nil }
        // The key's text, its headers and the escapes of a string literal; five dashes end it.
        next = end(from: next) { $0 == UInt8(ascii: "-") }
        while next < text.count, !matches(Self.dashes, at: next) {
            guard Self.isAlphanumeric(text[next]) || "+/=,:.-\\\t\r\n".utf8.contains(text[next]) || isGap(at: next)
            else { break }
            next += 1
        }
        if matches(Self.pemEnd, at: next) {
            next = end(from: next + Self.pemEnd.count) { $0 != UInt8(ascii: "-") && $0 != 0x0A }
            next = end(from: next) { $0 == UInt8(ascii: "-") }
        }
        return place..<next
    }

    /// A space where a block can have one: in an indentation and within its headers, unlike in prose.
    private func isGap(at place: Int) -> Bool {
        text[place] == UInt8(ascii: " ") && " \t\r\n:,".utf8.contains(text[place - 1])
    }

    /// The password of `://user:password@host`.
    private func urlPassword(at place: Int) -> Range<Int>? {
        guard place + 3 < text.count, text[place + 1] == UInt8(ascii: "/"), text[place + 2] == UInt8(ascii: "/") else {
            return nil
        }
        var start: Int?
        for next in place + 3..<min(text.count, place + 300) {
            switch text[next] {
            case UInt8(ascii: ":"): start = start ?? next + 1
            case UInt8(ascii: "@"): return start.flatMap { $0 < next ? $0..<next : nil }
            case UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "?"), UInt8(ascii: "#"),
                0...0x20:
                return nil
            default: break
            }
        }
        return nil
    }

    // MARK: Bytes

    private func matches(_ bytes: [UInt8], at place: Int) -> Bool {
        guard place + bytes.count <= text.count else { return false }
        return bytes.indices.allSatisfy { text[place + $0] == bytes[$0] }
    }

    private func matchesLowercased(_ bytes: [UInt8], at place: Int) -> Bool {
        guard place + bytes.count <= text.count else { return false }
        return bytes.indices.allSatisfy {
            let byte = text[place + $0]
            return ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) == bytes[$0]
        }
    }

    /// The first place from there on whose byte is not of that kind.
    private func end(from place: Int, while isKind: (UInt8) -> Bool) -> Int {
        var place = place
        while place < text.count, isKind(text[place]) { place += 1 }
        return place
    }
}
