/// Applies hunks to one file's bytes, keeping line endings, byte order mark and final line break.
struct HunkApplier {
    private let path: String
    private let text: TextLines
    let index: LineIndex
    private let mark: [UInt8]
    private let showsNearest: () -> Bool

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// - Parameter showsNearest: asked before the costly search for what to show with a failure.
    ///   - known: the index of an earlier application, used again where the text is still the same; what it has cost counts on.
    init(
        _ bytes: [UInt8], path: String, hunks: [EditHunk], known: LineIndex? = nil,
        showsNearest: @escaping () -> Bool
    ) {
        let speaksOfMark = hunks.contains { $0.lines.contains { $0.text.starts(with: Self.byteOrderMark) } }
        let hides = bytes.starts(with: Self.byteOrderMark) && !speaksOfMark
        mark = hides ? Self.byteOrderMark : []
        let body = hides ? Array(bytes.dropFirst(3)) : bytes
        index = known?.text.bytes == body ? known ?? LineIndex(TextLines(body)) : LineIndex(TextLines(body))
        text = index.text
        self.path = path
        self.showsNearest = showsNearest
    }

    private struct Splice {
        var range: Range<Int>
        var lines: [[UInt8]]
        var isVerbatim: Bool
    }

    struct Result {
        var bytes: [UInt8]
        var failures: [EditFailure]
    }

    func apply(_ hunks: [EditHunk]) -> Result {
        var splices: [Splice] = []
        var failures: [EditFailure] = []
        var late: [EditHunk] = []
        var ending: EditHunk?
        var taken: [Splice] = []
        for hunk in hunks {
            if index.isExhausted {
                failures.append(notFound(hunk))
                continue
            }
            switch HunkLocator(index: index).locate(hunk) {
            case .found(let parts):
                splices = parts.flatMap { self.splices(hunk, $0) }
                let overlaps = splices.contains { new in Self.collides(new, taken) }
                if overlaps {
                    late.append(hunk)
                    failures.append(failure(hunk, .overlap, "it changes lines that another part changes too"))
                    continue
                }
                for splice in splices { taken.insert(splice, at: Self.position(of: splice, in: taken)) }
                if hunk.oldIsUnended || hunk.newIsUnended,
                    parts.contains(where: {
                        $0.start + $0.count == text.count && $0.lines.upperBound == hunk.lines.count
                    })
                {
                    ending = hunk
                }
            case .ambiguous(let lines): failures.append(ambiguous(hunk, lines))
            case .notFound:
                late.append(hunk)
                failures.append(notFound(hunk))
            }
        }
        // What was not changed need not be put together again, and is known again as the same.
        let after = taken.isEmpty && !failures.isEmpty ? text.bytes : result(taken, ending)
        let bytes = mark.isEmpty ? after : mark + after
        // What is not in the file may be in what the other parts make of it.
        guard !late.isEmpty, late.count == failures.count, late.count < hunks.count else {
            return Result(bytes: bytes, failures: failures)
        }
        let second = HunkApplier(bytes, path: path, hunks: late, showsNearest: { false }).apply(late)
        return second.failures.isEmpty ? second : Result(bytes: bytes, failures: failures)
    }

    // MARK: - Splices

    private func splices(_ hunk: EditHunk, _ part: HunkLocator.Part) -> [Splice] {
        let region = part.start..<(part.start + part.count)
        let hasBreak = region.contains { $0 < text.count - 1 } || (text.endsWithLineBreak && !region.isEmpty)
        let isVerbatim = part.isExact && (hasBreak || text.count == 0 || hunk.lines.contains { $0.text.last == 13 })
        var result: [Splice] = []
        var line = part.start
        var isOpen = false
        for item in hunk.lines[part.lines] {
            if item.mark == .keep {
                line += 1
                isOpen = false
                continue
            }
            if !isOpen { result.append(Splice(range: line..<line, lines: [], isVerbatim: isVerbatim)) }
            isOpen = true
            let last = result.count - 1
            if item.mark == .remove {
                line += 1
                result[last].range = result[last].range.lowerBound..<line
            } else {
                result[last].lines.append(part.shift.apply(item.text))
            }
        }
        return result
    }

    /// Where it goes among splices in order; behind those that begin at the same line.
    private static func position(of splice: Splice, in taken: [Splice]) -> Int {
        var (low, high) = (0, taken.count)
        while low < high {
            let middle = (low + high) / 2
            if taken[middle].range.lowerBound <= splice.range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func collides(_ new: Splice, _ taken: [Splice]) -> Bool {
        let place = position(of: new, in: taken)
        if place > 0 {
            let before = taken[place - 1].range
            if before.upperBound > new.range.lowerBound { return true }
            if before == new.range, !before.isEmpty { return true }
        }
        return place < taken.count && taken[place].range.lowerBound < new.range.upperBound
    }

    // MARK: - The new text

    private func result(_ splices: [Splice], _ ending: EditHunk?) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.bytes.count + 1024)
        let usual: [UInt8] = LineEnding(of: text.bytes[...]) == .crlf ? [13, 10] : [10]
        var next = 0
        let copy = { (lines: Range<Int>, output: inout [UInt8]) in
            guard let first = lines.first, let last = lines.last else { return }
            if !output.isEmpty, output.last != 10 { output += usual }
            output +=
                text.bytes[text.ranges[first].lowerBound..<min(text.ranges[last].upperBound + 1, text.bytes.count)]
        }
        for splice in splices {
            copy(next..<max(next, splice.range.lowerBound), &output)
            next = max(next, splice.range.upperBound)
            let end = splice.isVerbatim ? [10] : lineEnd(around: splice.range) ?? usual
            for line in splice.lines {
                if !output.isEmpty, output.last != 10 { output += usual }
                output += !splice.isVerbatim && line.last == 13 ? line.dropLast() : line[...]
                output += end
            }
        }
        copy(next..<text.count, &output)
        let wantsBreak = ending.map { !$0.newIsUnended } ?? (text.endsWithLineBreak || text.count == 0)
        if wantsBreak, !output.isEmpty, output.last != 10 { output += usual }
        if !wantsBreak, output.last == 10 {
            output.removeLast()
            // A carriage return that a diff spells out belongs to the line.
            if output.last == 13, ending == nil { output.removeLast() }
        }
        return output
    }

    /// What ends the first line that goes, else the one before, else the one after.
    private func lineEnd(around range: Range<Int>) -> [UInt8]? {
        for line in [range.lowerBound, range.lowerBound - 1] where line >= 0 && line < text.count {
            let end = text.ranges[line].upperBound
            guard end < text.bytes.count else { continue }
            return end > text.ranges[line].lowerBound && text.bytes[end - 1] == 13 ? [13, 10] : [10]
        }
        return nil
    }

    // MARK: - Failures

    private static let advice = "Send these lines exactly as the file has them; read the file again if in doubt."

    private func failure(_ hunk: EditHunk, _ code: EditError.Code, _ reason: String) -> EditFailure {
        EditFailure(code, path: path, line: hunk.line, reason, "Send both changes as one.")
    }

    private func ambiguous(_ hunk: EditHunk, _ lines: [Int]) -> EditFailure {
        let shown = lines.prefix(20).map(String.init).joined(separator: ", ") + (lines.count > 20 ? " and more" : "")
        let count = lines.count > 20 ? "more than 20" : "\(lines.count)"
        return EditFailure(
            .ambiguous, path: path, line: hunk.line, lines: Array(lines.prefix(20)),
            "its old lines stand in \(count) places, at lines \(shown)",
            "Send more of the surrounding lines so that they stand in one place.")
    }

    private func notFound(_ hunk: EditHunk) -> EditFailure {
        if index.isExhausted {
            return EditFailure(
                .tooCostly, path: path, line: hunk.line, "the file's lines are too much alike to find its place",
                "Send fewer parts at once, each with lines that the file has only once.")
        }
        let old = TextLines(PatchText.joined(hunk.oldLines))
        guard old.count > 0 else {
            return EditFailure(
                .notFound, path: path, line: hunk.line, "it only adds lines and does not say where",
                "Send a neighbouring line with it, unchanged.")
        }
        let new = TextLines(PatchText.joined(hunk.newLines))
        if new.hasText, hunk.changesAnything, let start = index.places(of: new, .exact, limit: 1).first {
            return EditFailure(
                .notFound, path: path, line: hunk.line, lines: [start + 1],
                "its old lines are not in the file, but its new ones are, at line \(start + 1)",
                "It may have been applied already; read the file again.")
        }
        guard showsNearest() else {
            return EditFailure(
                .notFound, path: path, line: hunk.line, "its old lines are not in the file", Self.advice)
        }
        guard let region = NearestRegion.find(old, in: text) else {
            return EditFailure(
                .notFound, path: path, line: hunk.line, "its old lines are not in the file, nor anything like them",
                "Check the path. " + Self.advice)
        }
        let place =
            region.count == 1
            ? "line \(region.lowerBound + 1)" : "lines \(region.lowerBound + 1) to \(region.upperBound)"
        let there = region.prefix(400).map { text.string($0) }
        let diff = LineDiff(old: Array(old.strings.prefix(400)), new: there).text(limit: 40)
        return EditFailure(
            .notFound, path: path, line: hunk.line, lines: Array(region.map { $0 + 1 }.prefix(200)),
            "its old lines are not in the file; the nearest are \(place)",
            "\(Self.advice)\nDifferences, - as sent, + as in the file:\n\(diff)")
    }
}
