/// Changes to a text by byte ranges, made all at once.
///
/// What no range covers is kept byte for byte. Ranges must not overlap and must lie on character boundaries.
struct TextEdits {
    private var edits: [(range: Range<Int>, replacement: String)] = []

    mutating func replace(_ range: Range<Int>, with replacement: String) {
        edits.append((range, replacement))
    }

    mutating func insert(_ text: String, at offset: Int) {
        edits.append((offset..<offset, text))
    }

    func applied(to text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 256)
        var position = 0
        // Insertions at one place stay in the order in which they were asked for.
        let sorted = edits.enumerated().sorted {
            ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
        }
        for (_, edit) in sorted {
            result += bytes[position..<edit.range.lowerBound]
            result += edit.replacement.utf8
            position = edit.range.upperBound
        }
        result += bytes[position...]
        return String(decoding: result, as: UTF8.self)
    }
}

extension MarkdownSource {
    /// The line ending that the document uses: that of its first line, LF where it has none.
    static func lineEnding(of text: String) -> String {
        guard let end = text.utf8.firstIndex(of: 10), end > text.utf8.startIndex else { return "\n" }
        return text.utf8[text.utf8.index(before: end)] == 13 ? "\r\n" : "\n"
    }

    /// Puts lines behind one, or before all others for 0, in the document's own line endings.
    ///
    /// A last line that is not ended gets its end, and what is put there then has none either.
    func inserting(_ new: [String], afterLine number: Int, into text: String) -> String {
        var edits = TextEdits()
        let ending = Self.lineEnding(of: text)
        let joined = new.joined(separator: ending)
        if number < lines.count {
            let offset = number == 0 ? (lines.first?.offset ?? 0) : lines[number].offset
            edits.insert(joined + ending, at: offset)
        } else if text.utf8.last == 10 || lines.isEmpty {
            edits.insert(joined + ending, at: text.utf8.count)
        } else {
            edits.insert(ending + joined, at: text.utf8.count)
        }
        return edits.applied(to: text)
    }

    /// The last line that says something from `first` to `last`, counted from 1; `first - 1` when none does.
    func lastFilledLine(from first: Int, to last: Int) -> Int {
        var line = min(last, lines.count)
        while line >= first, lines[line - 1].content.trimmed.isEmpty { line -= 1 }
        return line
    }
}
