/// Finds a block of whole lines in a text when the bytes do not match exactly.
struct LineMatcher {
    /// What all lines of the block must be given or freed of to stand where they match.
    enum Shift: Hashable {
        case none
        case add([UInt8])
        case remove([UInt8])
    }

    struct Match: Hashable {
        var firstLine: Int
        var shift: Shift
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
        find { $0.bare($1) }.compactMap { start in shift(at: start).map { Match(firstLine: start, shift: $0) } }
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

    private func shift(at start: Int) -> Shift? {
        var found: Shift?
        for line in 0..<old.count where !old.bare(line).isEmpty {
            let asked = old.indentation(line)
            let there = text.indentation(start + line)
            let shift: Shift
            if there.count >= asked.count, there.suffix(asked.count).elementsEqual(asked) {
                shift = .add(Array(there.dropLast(asked.count)))
            } else if asked.suffix(there.count).elementsEqual(there) {
                shift = .remove(Array(asked.dropLast(there.count)))
            } else {
                return nil
            }
            if let found, found != shift { return nil }
            found = shift
        }
        return found
    }

    private func shifted(_ new: [UInt8], by shift: Shift) -> [UInt8] {
        guard shift != .none else { return new }
        let lines = TextLines(new)
        var result: [UInt8] = []
        for (index, range) in lines.ranges.enumerated() {
            let line = new[range]
            switch shift {
            case .add(let prefix) where !lines.bare(index).isEmpty: result += prefix + line
            case .remove(let prefix): result += line.dropFirst(zip(prefix, line).prefix { $0 == $1 }.count)
            default: result += line
            }
            if index < lines.count - 1 || lines.endsWithLineBreak { result.append(10) }
        }
        return result
    }
}
