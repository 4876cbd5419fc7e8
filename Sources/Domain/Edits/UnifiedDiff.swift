/// Differences in the format of `diff -u` with git's `a/` and `b/` prefixes.
package enum UnifiedDiff {
    /// Empty when nothing differs.
    ///
    /// Nil stands for a file that does not exist.
    package static func text(old: String?, new: String?, path: String, context: Int = 3) -> String {
        let diff = LineDiff(old: lines(old), new: lines(new))
        guard !diff.hunks.isEmpty || (old == nil) != (new == nil) else { return "" }
        var result = "--- \(old == nil ? "/dev/null" : "a/" + path)\n+++ \(new == nil ? "/dev/null" : "b/" + path)\n"
        for group in groups(diff, context: max(0, context)) { write(group, of: diff, to: &result) }
        return result
    }

    private struct Group {
        var hunks: ArraySlice<LineDiff.Hunk>
        var old: Range<Int>
        var new: Range<Int>
    }

    /// Lines with their LF, so that a missing one at the end is a difference.
    private static func lines(_ text: String?) -> [String] {
        var lines: [String] = []
        var rest = (text ?? "").utf8[...]
        while let end = rest.firstIndex(of: 10) {
            lines.append(String(Substring(rest[...end])))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { lines.append(String(Substring(rest))) }
        return lines
    }

    private static func groups(_ diff: LineDiff, context: Int) -> [Group] {
        var groups: [Group] = []
        var start = diff.hunks.startIndex
        while start < diff.hunks.endIndex {
            var end = start + 1
            while end < diff.hunks.endIndex,
                diff.hunks[end].old.lowerBound - diff.hunks[end - 1].old.upperBound <= 2 * context
            {
                end += 1
            }
            let (first, last) = (diff.hunks[start], diff.hunks[end - 1])
            let before = min(context, first.old.lowerBound)
            let after = min(context, diff.old.count - last.old.upperBound)
            groups.append(
                Group(
                    hunks: diff.hunks[start..<end],
                    old: (first.old.lowerBound - before)..<(last.old.upperBound + after),
                    new: (first.new.lowerBound - before)..<(last.new.upperBound + after)))
            start = end
        }
        return groups
    }

    private static func write(_ group: Group, of diff: LineDiff, to result: inout String) {
        result += "@@ -\(span(group.old)) +\(span(group.new)) @@\n"
        let put = { (mark: String, lines: ArraySlice<String>, result: inout String) in
            for line in lines {
                result += mark + line
                if line.utf8.last != 10 { result += "\n\\ No newline at end of file\n" }
            }
        }
        var next = group.old.lowerBound
        for hunk in group.hunks {
            put(" ", diff.old[next..<hunk.old.lowerBound], &result)
            put("-", diff.old[hunk.old], &result)
            put("+", diff.new[hunk.new], &result)
            next = hunk.old.upperBound
        }
        put(" ", diff.old[next..<group.old.upperBound], &result)
    }

    /// Start and length as the format has them: an empty range names the line before it.
    private static func span(_ range: Range<Int>) -> String {
        let start = range.isEmpty ? range.lowerBound : range.lowerBound + 1
        return range.count == 1 ? "\(start)" : "\(start),\(range.count)"
    }
}
