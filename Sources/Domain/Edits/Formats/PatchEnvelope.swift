/// Prints changes as `*** Begin Patch` … `*** End Patch`.
package enum PatchEnvelope {
    /// A patch for one file, with so much context that each place is found again; nil stands for no file.
    package static func text(old: String?, new: String?, path: String, context: Int = 3) -> String {
        var result = "*** Begin Patch\n"
        switch (old, new) {
        case (nil, let new?):
            result += "*** Add File: \(path)\n"
            result += lines(new).map { "+\($0)\n" }.joined()
            if !new.isEmpty, new.utf8.last != 10 { result += unended }
        case (_?, nil): result += "*** Delete File: \(path)\n"
        case (let old?, let new?): result += "*** Update File: \(path)\n" + update(old, new, context)
        case (nil, nil): break
        }
        return result + "*** End Patch\n"
    }

    private static let unended = "\\ No newline at end of file\n"

    private static func lines(_ text: String) -> [String] { bytes(text).map { String(decoding: $0, as: UTF8.self) } }

    private static func bytes(_ text: String) -> [[UInt8]] {
        let lines = TextLines(Array(text.utf8))
        return lines.ranges.map { Array(lines.bytes[$0]) }
    }

    private static func update(_ old: String, _ new: String, _ context: Int) -> String {
        let text = TextLines(Array(old.utf8))
        let index = LineIndex(text)
        let oldEnds = old.isEmpty || old.utf8.last == 10
        let newEnds = new.isEmpty || new.utf8.last == 10
        // A last line that only gains or loses its break is a change too.
        let mark = { (lines: [String], ends: Bool) in ends ? lines : lines.dropLast() + [(lines.last ?? "") + "\u{1}"] }
        let diff = LineDiff(old: mark(lines(old), oldEnds), new: mark(lines(new), newEnds))
        var groups: [(old: Range<Int>, new: Range<Int>)] = []
        for hunk in diff.hunks {
            var (above, below) = (min(context, hunk.old.lowerBound), min(context, text.count - hunk.old.upperBound))
            while true {
                let range = (hunk.old.lowerBound - above)..<(hunk.old.upperBound + below)
                let needle = TextLines(PatchText.joined(range.map { Array(text.bytes[text.ranges[$0]]) }))
                if index.places(of: needle, .exact, limit: 2).count < 2 || range.count == text.count { break }
                above = min(above * 2 + 1, hunk.old.lowerBound)
                below = min(below * 2 + 1, text.count - hunk.old.upperBound)
            }
            let added = (hunk.new.lowerBound - above)..<(hunk.new.upperBound + below)
            let removed = (hunk.old.lowerBound - above)..<(hunk.old.upperBound + below)
            if let last = groups.last, last.old.upperBound >= removed.lowerBound {
                groups[groups.count - 1] = (
                    min(last.old.lowerBound, removed.lowerBound)..<removed.upperBound,
                    min(last.new.lowerBound, added.lowerBound)..<added.upperBound
                )
            } else {
                groups.append((removed, added))
            }
        }
        return groups.map { group in
            var out = "@@\n"
            let put = { (sign: String, lines: ArraySlice<String>) in
                for line in lines {
                    out += sign + (line.utf8.last == 1 ? line.dropLast() + "\n" + unended : line + "\n")
                }
            }
            var next = group.old.lowerBound
            for hunk in diff.hunks
            where hunk.old.lowerBound >= group.old.lowerBound && hunk.old.upperBound <= group.old.upperBound {
                put(" ", diff.old[next..<hunk.old.lowerBound])
                put("-", diff.old[hunk.old])
                put("+", diff.new[hunk.new])
                next = hunk.old.upperBound
            }
            put(" ", diff.old[next..<group.old.upperBound])
            return out
        }.joined()
    }
}
