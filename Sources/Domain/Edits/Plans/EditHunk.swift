/// Lines that stand together in a file, and what becomes of each.
package struct EditHunk: Sendable, Hashable {
    package enum Mark: Sendable, Hashable { case keep, remove, add }

    package struct Line: Sendable, Hashable {
        package var mark: Mark
        /// Without its line feed.
        package var text: [UInt8]

        package init(_ mark: Mark, _ text: [UInt8]) {
            self.mark = mark
            self.text = text
        }
    }

    package var lines: [Line]
    /// Lines that stand somewhere above, each below the one before; used only to choose among several places.
    package var headers: [String] = []
    /// The line of the old file where it begins, counted from 1; nothing more than a hint.
    package var hint: Int?
    /// Whether it is said to stand at the end of the file.
    package var isAtEnd = false
    /// Whether the last old line is said to have no line break.
    package var oldIsUnended = false
    /// Whether the last new line is said to have no line break.
    package var newIsUnended = false
    /// Whether outer context lines that do not fit may be passed over.
    package var allowsFuzz = true
    /// Where it begins in the input, counted from 1.
    package var line: Int

    package init(_ lines: [Line], line: Int) {
        self.lines = lines
        self.line = line
    }

    /// What is to be found in the file.
    var oldLines: [[UInt8]] { lines.filter { $0.mark != .add }.map(\.text) }
    /// What stands there afterwards.
    var newLines: [[UInt8]] { lines.filter { $0.mark != .remove }.map(\.text) }
    var changesAnything: Bool { lines.contains { $0.mark != .keep } || oldIsUnended != newIsUnended }

    /// The hunk that turns old lines into new ones, with what both share kept; elided lines stay where they are.
    static func replacing(_ old: [[UInt8]], by new: [[UInt8]], line: Int) -> EditHunk {
        let oldParts = Elision.split(old)
        let newParts = Elision.split(new)
        var lines: [Line] = []
        if oldParts.count == newParts.count, oldParts.count > 1 {
            for (index, part) in oldParts.enumerated() {
                if index > 0 { lines.append(Line(.keep, Elision.mark)) }
                lines += difference(part, newParts[index])
            }
        } else {
            lines = difference(old, new)
        }
        var hunk = EditHunk(lines, line: line)
        hunk.allowsFuzz = false
        return hunk
    }

    private static func difference(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Line] {
        let text = { (line: [UInt8]) in String(decoding: line, as: UTF8.self) }
        let diff = LineDiff(old: old.map(text), new: new.map(text))
        var lines: [Line] = []
        var next = 0
        for hunk in diff.hunks {
            lines += old[next..<hunk.old.lowerBound].map { Line(.keep, $0) }
            lines += old[hunk.old].map { Line(.remove, $0) } + new[hunk.new].map { Line(.add, $0) }
            next = hunk.old.upperBound
        }
        return lines + old[next...].map { Line(.keep, $0) }
    }
}

/// Lines such as `...` or `// …` that stand for lines left out.
enum Elision {
    static let mark: [UInt8] = Array("...".utf8)

    static func isElided(_ line: some Collection<UInt8>) -> Bool {
        guard line.count < 80 else { return false }
        var bare = line.drop { TextLines.isSpace($0) }[...]
        for comment in ["//", "#", "--", ";"] where bare.starts(with: comment.utf8) {
            bare = bare.dropFirst(comment.utf8.count)
            break
        }
        var core = Array(bare.drop { TextLines.isSpace($0) })
        while let last = core.last, TextLines.isSpace(last) { core.removeLast() }
        return core == mark || core == Array("…".utf8)
    }

    /// The parts between elided lines; one part where there are none.
    static func split(_ lines: [[UInt8]]) -> [[[UInt8]]] {
        var parts: [[[UInt8]]] = [[]]
        for line in lines {
            if isElided(line) { parts.append([]) } else { parts[parts.count - 1].append(line) }
        }
        return parts
    }
}
