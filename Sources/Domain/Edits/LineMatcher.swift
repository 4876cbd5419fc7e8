/// Finds a block of whole lines in a text when the bytes do not match exactly.
struct LineMatcher {
    struct Match: Hashable {
        var firstLine: Int
        var shift: BlockShift
    }

    private let old: TextLines
    private let text: TextLines

    init(old: [UInt8], in text: TextLines) {
        self.old = TextLines(old)
        self.text = text
    }

    func ignoringTrailingSpace() -> [Match] {
        find { $0.trimmed($1) }.map { Match(firstLine: $0, shift: .none) }
    }

    func ignoringShift() -> [Match] {
        find { $0.bare($1) }.compactMap { start in
            BlockShift.between(old, text, at: start).map { Match(firstLine: start, shift: $0) }
        }
    }

    /// The bytes that the block stands for; with the last line's break if the block ends in one.
    func byteRange(of match: Match) -> Range<Int> {
        let last = text.ranges[match.firstLine + old.count - 1]
        let end = old.endsWithLineBreak ? min(last.upperBound + 1, text.bytes.count) : endWithoutReturn(last)
        return text.ranges[match.firstLine].lowerBound..<end
    }

    /// The new text as it must stand at the match.
    func replacement(_ new: [UInt8], for match: Match) -> [UInt8] {
        var result = shifted(new, by: match.shift)
        let isLast = match.firstLine + old.count == text.count
        if isLast, old.endsWithLineBreak, !text.endsWithLineBreak, result.last == 10 {
            result.removeLast()
            if result.last == 13 { result.removeLast() }
        }
        return result
    }

    private func endWithoutReturn(_ line: Range<Int>) -> Int {
        !line.isEmpty && text.bytes[line.upperBound - 1] == 13 ? line.upperBound - 1 : line.upperBound
    }

    private func find(_ view: (TextLines, Int) -> ArraySlice<UInt8>) -> [Int] {
        guard old.hasText, old.count <= text.count else { return [] }
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        let needle = (0..<old.count).map { line in
            let key = view(old, line)
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            return number
        }
        // Lines that the block does not have need no number of their own.
        let hay = (0..<text.count).map { numbers[view(text, $0)] ?? -1 }
        return ByteSearch.all(needle, in: hay)
    }

    private func shifted(_ new: [UInt8], by shift: BlockShift) -> [UInt8] {
        guard shift != .none else { return new }
        let lines = TextLines(new)
        let shifted = lines.ranges.map { shift.apply(Array(new[$0])) }
        return PatchText.joined(shifted, endsWithBreak: lines.endsWithLineBreak)
    }
}
