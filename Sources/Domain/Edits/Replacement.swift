/// One edit of one text: finds the place and puts the new text there.
struct Replacement {
    private let edit: SearchReplace
    private let position: EditPosition
    private let mark: [UInt8]
    private let body: [UInt8]
    private let old: [UInt8]
    private let new: [UInt8]

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(_ edit: SearchReplace, in bytes: [UInt8], position: EditPosition) {
        self.edit = edit
        self.position = position
        let hasMark = bytes.starts(with: Self.byteOrderMark)
        mark = hasMark ? Self.byteOrderMark : []
        body = hasMark ? Array(bytes.dropFirst(3)) : bytes
        let strip = { (text: String) -> [UInt8] in
            let bytes = Array(text.utf8)
            return hasMark && bytes.starts(with: Self.byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        }
        old = strip(edit.old)
        new = strip(edit.new)
    }

    func apply() throws(EditError) -> [UInt8] {
        for candidate in candidates where !candidate.isEmpty {
            let starts = ByteSearch.all(candidate, in: body).filter { !splitsLineEnding($0) }
            guard !starts.isEmpty else { continue }
            let chosen = try choose(starts.map { $0..<($0 + candidate.count) }) { lineNumber(at: $0.lowerBound) }
            return splice(chosen.map { ($0, adapted(new, at: $0)) })
        }
        let lines = TextLines(body)
        let matcher = LineMatcher(old: old, in: lines)
        for matches in [matcher.ignoringTrailingSpace(), matcher.ignoringShift()] where !matches.isEmpty {
            let chosen = try choose(matches) { $0.firstLine + 1 }
            return splice(
                chosen.map { match in
                    let range = matcher.byteRange(of: match)
                    return (range, adapted(matcher.replacement(new, for: match), at: range))
                })
        }
        if let result = elided() { return result }
        throw notFound(lines)
    }

    /// The result where both texts leave out what stays; nil where they do not, or it cannot be told.
    private func elided() -> [UInt8]? {
        let (old, new) = (TextLines(old), TextLines(new))
        let lines = { (text: TextLines) in text.ranges.map { Array(text.bytes[$0]) } }
        let parts = (Elision.split(lines(old)).count, Elision.split(lines(new)).count)
        guard edit.occurrences == .one, parts.0 > 1, parts.0 == parts.1 else { return nil }
        let hunk = EditHunk.replacing(lines(old), by: lines(new), line: 1)
        let result = HunkApplier(body, path: "", hunks: [hunk], showsNearest: { false }).apply([hunk])
        return result.failures.isEmpty ? mark + result.bytes : nil
    }

    /// The old text as given, and with the line endings that the file has.
    private var candidates: [[UInt8]] {
        let hasCRLF = !ByteSearch.first([13, 10], in: body).isEmpty
        if hasCRLF, old.contains(10), !old.contains(13) { return [LineEnding.crlf.convert(old), old] }
        if !hasCRLF, old.contains(13) { return [old, LineEnding.lf.convert(old)] }
        return [old]
    }

    private func splitsLineEnding(_ start: Int) -> Bool {
        start > 0 && body[start] == 10 && body[start - 1] == 13
    }

    private func choose<Match>(_ matches: [Match], line: (Match) -> Int) throws(EditError) -> [Match] {
        switch edit.occurrences {
        case .all: return matches
        case .one:
            guard matches.count > 1 else { return matches }
            let lines = matches.prefix(20).map(line)
            let list = lines.map(String.init).joined(separator: ", ") + (matches.count > 20 ? " and more" : "")
            throw position.error(
                .ambiguous, lines: lines, "its old text stands in \(matches.count) places, at lines \(list)",
                "Send more of the surrounding lines so that it stands in one place, or ask for all occurrences.")
        }
    }

    private func lineNumber(at offset: Int) -> Int {
        body[..<offset].count { $0 == 10 } + 1
    }

    private func splice(_ parts: [(range: Range<Int>, text: [UInt8])]) -> [UInt8] {
        var result = mark
        result.reserveCapacity(body.count + new.count * parts.count)
        var end = 0
        // Overlapping matches only come with `.all`; the first one wins, as in any replacement from left to right.
        for part in parts where part.range.lowerBound >= end {
            result += body[end..<part.range.lowerBound]
            result += part.text
            end = part.range.upperBound
        }
        result += body[end...]
        return result
    }

    /// The text with the line ending used at a place; an edit that spells out the file's carriage returns is left alone.
    private func adapted(_ text: [UInt8], at range: Range<Int>) -> [UInt8] {
        let hasLineBreak = text.contains(10)
        guard hasLineBreak, let ending = LineEnding(of: body[range]) ?? LineEnding(of: body[...]) else { return text }
        if old.contains(13), body[range].elementsEqual(old) { return text }
        return ending.convert(text)
    }

    private func notFound(_ lines: TextLines) -> EditError {
        let advice =
            "Send the old text exactly as the file has it, without line numbers; read the file again if in doubt."
        let newLines = TextLines(new)
        if newLines.hasText, let start = ByteSearch.first(new, in: body).first {
            return position.error(
                .notFound, lines: [lineNumber(at: start)],
                "its old text is not in the file, but its new text is, at line \(lineNumber(at: start))",
                "It may have been applied already; read the file again.")
        }
        guard let region = NearestRegion.find(TextLines(old), in: lines) else {
            return position.error(
                .notFound, "its old text is not in the file, nor anything like it", "Check the path. " + advice)
        }
        let first = region.lowerBound + 1
        let last = region.upperBound
        let place = first == last ? "line \(first)" : "lines \(first) to \(last)"
        let asked = TextLines(old).strings
        let there = region.map { lines.string($0) }
        let diff = LineDiff(old: asked, new: there).text(limit: 40)
        return position.error(
            .notFound, lines: Array(region.map { $0 + 1 }.prefix(200)),
            "its old text is not in the file; the nearest text is in \(place)",
            "\(advice)\nDifferences, - as sent, + as in the file:\n\(diff)")
    }
}
