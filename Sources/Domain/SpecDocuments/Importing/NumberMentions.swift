/// Finds numbers such as `1.2` behind a word such as "Requirements:", in which other tools speak of their own ids.
enum NumberMentions {
    struct Found: Hashable {
        var range: Range<Int>
        var number: String
    }

    /// - Parameter words: in small letters; each may stand in the plural.
    static func find(in bytes: [UInt8], behind words: [String]) -> [Found] {
        let words = words.map { Array($0.utf8) }
        let lower = bytes.map { (65...90).contains($0) ? $0 + 32 : $0 }
        var found: [Found] = []
        var index = 0
        while index < lower.count {
            guard lower[index].isLetter, index == 0 || !lower[index - 1].isLetter,
                let word = words.first(where: { lower[index...].starts(with: $0) })
            else {
                index += 1
                continue
            }
            index += word.count
            if index < lower.count, lower[index] == UInt8(ascii: "s") { index += 1 }
            let start = index
            while index < lower.count, " :*_".utf8.contains(lower[index]) { index += 1 }
            guard index > start else { continue }
            list(lower, &index, &found)
        }
        return found
    }

    private static func list(_ bytes: [UInt8], _ index: inout Int, _ found: inout [Found]) {
        while index < bytes.count {
            let start = index
            while index < bytes.count, bytes[index].isDigit { index += 1 }
            guard index > start else { return }
            while index + 1 < bytes.count, bytes[index] == UInt8(ascii: "."), bytes[index + 1].isDigit {
                index += 1
                while index < bytes.count, bytes[index].isDigit { index += 1 }
            }
            // "2 seconds" behind the word would be a number of its own; "3rd" is none.
            guard index == bytes.count || !(bytes[index].isLetter || bytes[index] >= 128), index - start <= 12 else {
                return
            }
            found.append(
                Found(range: start..<index, number: String(decoding: bytes[start..<index], as: UTF8.self)))
            var next = index
            while let joint = joints.first(where: { bytes[next...].starts(with: $0) }) { next += joint.count }
            guard next > index, next < bytes.count, bytes[next].isDigit else { return }
            index = next
        }
    }

    private static let joints = [", ", ",", " ", "and ", "& ", "– ", "-", "–", "to "].map { Array($0.utf8) }
}

extension ImportedIDs {
    /// Puts new names for old numbers in a text's lines; what is not known stays.
    func renaming(_ kind: Kind, behind words: [String], in text: String, only lines: Range<Int>? = nil) -> String {
        let source = MarkdownSource(text)
        var edits = TextEdits()
        for line in source.lines where line.region == .body || line.region == .heading {
            if let lines, !lines.contains(line.number) { continue }
            for mention in NumberMentions.find(in: Array(line.content.utf8), behind: words) {
                let names = names(of: mention.number, kind)
                guard !names.isEmpty else { continue }
                let start = line.offset + mention.range.lowerBound
                edits.replace(start..<(line.offset + mention.range.upperBound), with: names.joined(separator: ", "))
            }
        }
        return edits.applied(to: text)
    }
}
