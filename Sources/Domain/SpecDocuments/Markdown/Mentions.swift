/// One place at which a document speaks of an id.
struct Mention: Sendable, Hashable {
    /// In capitals: `T`, `FR`, `NFR`, `SC`, `US` or `CHK`, with the area where there is one, as in `FR-AUTH`.
    var prefix: String
    var number: Int
    /// A small letter for ids put in between, as in `T003a`; otherwise empty.
    var suffix: String
    /// In UTF-8 bytes.
    var range: Range<Int>

    /// The same for all ways to write an id: `T1` and `T001`, `fr-3` and `FR-003`.
    var key: String { "\(prefix)-\(number)\(suffix)" }

    static func key(of id: String) -> String? {
        let found = Mentions.find(in: Array(id.utf8))
        guard let mention = found.first, mention.range == 0..<id.utf8.count else { return nil }
        return mention.key
    }

    /// What stands before the number of an id, such as `FR` or `FR-AUTH`.
    static func prefix(of id: String) -> String? { Mentions.find(in: Array(id.utf8)).first?.prefix }
}

/// Finds ids wherever they stand: in prose, links, tables, code.
enum Mentions {
    private static let prefixes: Set<String> = ["FR", "NFR", "SC", "US", "CHK"]

    static func find(in bytes: [UInt8]) -> [Mention] {
        var found: [Mention] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index].isLetter, index == 0 || !isWord(before: index, in: bytes) else {
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, bytes[end].isLetter { end += 1 }
            if let mention = mention(in: bytes, from: index, letters: end, after: found.last) {
                found.append(mention)
                index = mention.range.upperBound
            } else {
                index = end
            }
        }
        return found
    }

    private static func mention(in bytes: [UInt8], from start: Int, letters end: Int, after last: Mention?) -> Mention?
    {
        guard end - start <= 3 else { return nil }
        let written = String(decoding: bytes[start..<end], as: UTF8.self)
        let prefix = written.uppercased()
        let isAnchor = start > 0 && bytes[start - 1] == UInt8(ascii: "#")
        let hasHyphen = end < bytes.count && bytes[end] == UInt8(ascii: "-")
        switch prefix {
        // A small t is a task only as the target of a link.
        case "T": guard written == "T" || isAnchor, !hasHyphen else { return nil }
        case "US", "CHK": guard written == prefix || isAnchor, !hasHyphen else { return nil }
        default: guard prefixes.contains(prefix), hasHyphen else { return nil }
        }
        if start > 0, bytes[start - 1] == UInt8(ascii: "-") || bytes[start - 1] == UInt8(ascii: "/") {
            // The end of a range, not part of a longer name.
            guard bytes[start - 1] != UInt8(ascii: "/"), last?.range.upperBound == start - 1 else { return nil }
        }
        var digits = hasHyphen ? end + 1 : end
        var name = prefix
        if hasHyphen, let (area, end) = area(in: bytes, at: digits, anySize: isAnchor) {
            name += "-" + area
            digits = end
        }
        var stop = digits
        while stop < bytes.count, bytes[stop].isDigit { stop += 1 }
        guard (1...6).contains(stop - digits), let number = Int(String(decoding: bytes[digits..<stop], as: UTF8.self))
        else { return nil }
        var suffix = ""
        if stop < bytes.count, (97...122).contains(bytes[stop]), stop + 1 == bytes.count || !bytes[stop + 1].isWordByte
        {
            suffix = String(decoding: bytes[stop...stop], as: UTF8.self)
            stop += 1
        }
        if stop < bytes.count {
            // Dashes and quotes are no part of a word, unlike other characters beyond ASCII.
            guard !bytes[stop].isWordByte || bytes[stop] == 0xE2 else { return nil }
            // "T001.json" is a file.
            let next = stop + 1 < bytes.count ? bytes[stop + 1] : 32
            if bytes[stop] == UInt8(ascii: "."), next.isLetter { return nil }
            if bytes[stop] == UInt8(ascii: "-"), next.isDigit { return nil }
        }
        return Mention(prefix: name, number: number, suffix: suffix, range: start..<stop)
    }

    /// The area of an id such as `FR-AUTH-001` in capitals, and where its number begins; nil where a number stands there.
    static func area(in bytes: [UInt8], at start: Int, anySize: Bool = false) -> (area: String, end: Int)? {
        var end = start
        while end < bytes.count, end - start <= 16, bytes[end].isDigit || bytes[end].isLetter {
            guard anySize || bytes[end] < 97 else { return nil }
            end += 1
        }
        guard end - start >= 2, bytes[start].isLetter, end + 1 < bytes.count, bytes[end] == UInt8(ascii: "-"),
            bytes[end + 1].isDigit
        else { return nil }
        return (String(decoding: bytes[start..<end], as: UTF8.self).uppercased(), end + 1)
    }

    private static func isWord(before index: Int, in bytes: [UInt8]) -> Bool {
        guard bytes[index - 1] >= 128 else { return bytes[index - 1].isWordByte }
        return index < 3 || bytes[index - 3] != 0xE2
    }

    /// The words between two ids that make a range of them.
    private static let joints: Set<String> = [
        "-", "–", "—", " - ", " – ", " — ", "..", "...", "…", " to ", " through ", "` to `", "`–`", "`-`", "**–**",
    ]

    /// Whether the two mentions, one right behind the other, are the ends of a range.
    static func isRange(_ first: Mention, _ second: Mention, in bytes: [UInt8]) -> Bool {
        guard first.prefix == second.prefix, first.number < second.number, second.number - first.number <= 200,
            first.suffix.isEmpty, second.suffix.isEmpty,
            second.range.lowerBound - first.range.upperBound <= 12
        else { return false }
        return joints.contains(
            String(decoding: bytes[first.range.upperBound..<second.range.lowerBound], as: UTF8.self))
    }

    /// The keys of all ids a text speaks of, those inside of ranges included.
    static func keys(in text: String) -> Set<String> {
        let bytes = Array(text.utf8)
        let found = find(in: bytes)
        var keys = Set(found.map(\.key))
        for (first, second) in zip(found, found.dropFirst()) where isRange(first, second, in: bytes) {
            for number in first.number...second.number { keys.insert("\(first.prefix)-\(number)") }
        }
        return keys
    }
}
