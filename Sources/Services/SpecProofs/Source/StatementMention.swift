package import SpecDocuments

/// A place at which source code names a requirement.
package struct StatementMention: Sendable, Hashable {
    package var key: StatementKey
    /// What stands before it and says whose it is: `003` of `003/FR-001`, or `003-json-flag`; nil where nothing does.
    package var feature: String?
    /// Of the id alone, in UTF-8 bytes.
    package var range: Range<Int>
}

/// Finds requirements by all the ways in which code can write them: `FR-003`, `FR_003`, `test_fr_003_lists`,
/// `testFR003Lists`, `FR-AUTH-001`, `003/FR-003`.
package enum StatementMentions {
    package static func find(in text: String) -> [StatementMention] { find(in: Array(text.utf8)) }

    package static func find(in bytes: [UInt8]) -> [StatementMention] {
        var found: [StatementMention] = []
        var index = 0
        while index < bytes.count {
            guard let mention = mention(in: bytes, at: index) else {
                index += 1
                continue
            }
            found.append(mention)
            index = mention.range.upperBound
        }
        return found
    }

    private static let prefixes = ["NFR", "FR", "SC"].map { Array($0.utf8) }

    private static func mention(in bytes: [UInt8], at start: Int) -> StatementMention? {
        guard "nfsNFS".utf8.contains(bytes[start]) else { return nil }
        let rest = bytes[start...]
        guard let prefix = prefixes.first(where: { rest.matches($0) }) else { return nil }
        let isCapital = rest.starts(with: prefix)
        if start > 0 {
            let isDash = start >= 3 && bytes[start - 3] == 0xE2
            let before = isDash ? 32 : bytes[start - 1]
            // `testFR003`: a small letter or a digit before capitals.
            if before.isLetter || before >= 128, !(isCapital && before >= 97) { return nil }
            if before.isDigit, !isCapital { return nil }
        }
        var index = start + prefix.count
        guard index < bytes.count else { return nil }
        let separator: UInt8? = bytes[index] == 45 || bytes[index] == 95 ? bytes[index] : nil
        if separator != nil { index += 1 }
        var area = ""
        if let separator, let found = self.area(in: bytes, at: index, separator) {
            area = "-" + found.name
            index = found.end
        }
        let digits = index
        while index < bytes.count, bytes[index].isDigit { index += 1 }
        guard (1...6).contains(index - digits), let number = Int(String(decoding: bytes[digits..<index], as: UTF8.self))
        else { return nil }
        // Without a mark between, as in SC2086, it takes more to be an id.
        if separator == nil, index - digits != 3 || !isCapital { return nil }
        var suffix = ""
        // Dashes and quotes are no letters, unlike other characters beyond ASCII.
        if index < bytes.count, bytes[index].isLetter || (bytes[index] >= 128 && bytes[index] != 0xE2) {
            let isLast = index + 1 == bytes.count || !(bytes[index + 1].isLetter || bytes[index + 1].isDigit)
            if separator != nil, bytes[index] >= 97, bytes[index] <= 122, isLast {
                suffix = String(decoding: bytes[index...index], as: UTF8.self)
                index += 1
            } else if separator == 45 || bytes[index] >= 97 {
                return nil
            }
        }
        let name = String(decoding: prefix, as: UTF8.self) + area
        return StatementMention(
            key: StatementKey(prefix: name, number: number, suffix: suffix), feature: feature(before: start, in: bytes),
            range: start..<index)
    }

    /// The area of `FR-AUTH-001`, in capitals or, in a name such as `fr_auth_001`, in small letters.
    private static func area(in bytes: [UInt8], at start: Int, _ separator: UInt8) -> (name: String, end: Int)? {
        var end = start
        while end < bytes.count, end - start <= 16, bytes[end].isDigit || bytes[end].isLetter {
            if separator == 45, bytes[end] >= 97 { return nil }
            end += 1
        }
        guard end - start >= 2, bytes[start].isLetter, end + 1 < bytes.count, bytes[end] == separator,
            bytes[end + 1].isDigit
        else { return nil }
        return (String(decoding: bytes[start..<end], as: UTF8.self).uppercased(), end + 1)
    }

    /// The last part of a path right before an id, or a number such as `003_` in a name.
    private static func feature(before start: Int, in bytes: [UInt8]) -> String? {
        guard start > 0 else { return nil }
        var end = start - 1
        let isPath = bytes[end] == UInt8(ascii: "/")
        guard isPath || bytes[end] == 95 else { return nil }
        var begin = end
        while begin > 0, isPath ? (bytes[begin - 1].isWord || bytes[begin - 1] == 45) : bytes[begin - 1].isDigit {
            begin -= 1
        }
        // `specs/003-x/spec.md/FR-001` and anchors are read by their folder.
        if isPath, begin == end { return nil }
        if !isPath, end - begin < 3 { return nil }
        end = max(end, begin)
        return String(decoding: bytes[begin..<end], as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Whether it begins so, whatever the size of its letters.
    fileprivate func matches(_ capitals: [UInt8]) -> Bool {
        count >= capitals.count && zip(self, capitals).allSatisfy { $0 & 0xDF == $1 }
    }
}
