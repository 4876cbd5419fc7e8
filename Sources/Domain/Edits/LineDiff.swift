/// The differences between two lists of lines, as few as can be found with bounded effort (Myers).
package struct LineDiff: Sendable, Hashable {
    /// Lines of the old text that are replaced by lines of the new one; either range may be empty.
    package struct Hunk: Sendable, Hashable {
        package var old: Range<Int>
        package var new: Range<Int>
    }

    package let old: [String]
    package let new: [String]
    /// In order, never touching one another.
    package let hunks: [Hunk]

    package init(old: [String], new: [String]) {
        self.old = old
        self.new = new
        // Numbers compare faster than texts, and bytes count: canonically equal texts are different lines.
        var numbers: [[UInt8]: Int] = [:]
        let number = { (line: String) -> Int in
            let key = Array(line.utf8)
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            return number
        }
        var finder = HunkFinder(old: old.map(number), new: new.map(number))
        finder.run()
        hunks = finder.hunks
    }

    /// Lines removed and lines added.
    package var counts: (removed: Int, added: Int) {
        (hunks.reduce(0) { $0 + $1.old.count }, hunks.reduce(0) { $0 + $1.new.count })
    }

    /// All lines, marked by a space, `-` or `+`; for short texts inside messages.
    package func text(limit: Int) -> String {
        var lines: [String] = []
        var next = 0
        for hunk in hunks {
            lines += old[next..<hunk.old.lowerBound].map { "  " + $0 }
            lines += old[hunk.old].map { "- " + $0 } + new[hunk.new].map { "+ " + $0 }
            next = hunk.old.upperBound
        }
        lines += old[next...].map { "  " + $0 }
        let cut = lines.prefix(limit).map { $0.count > 200 ? $0.prefix(200) + "…" : $0[...] }
        let rest = lines.count > limit ? "\n… \(lines.count - limit) more lines" : ""
        return cut.joined(separator: "\n") + rest
    }
}
