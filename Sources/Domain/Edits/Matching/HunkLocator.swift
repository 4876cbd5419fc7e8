/// Finds the one place in a file where a hunk belongs.
///
/// The ladder, of which the first rung with a match decides:
/// 1. The lines exactly as sent.
/// 2. Without regard to white space at the ends of lines.
/// 3. Without regard to indentation, provided that all lines are shifted alike; new lines are shifted likewise.
/// 4. With elided lines (`...`), the parts between them, each by the rungs above and below the part before.
/// 5. For diffs, without up to two context lines at either end.
///
/// What matches in several places is refused unless the format itself says which is meant: header lines above it, the end of
/// the file, or, on the first rung only, the nearest to a diff's line number. Similarity never decides; it is only shown.
struct HunkLocator {
    struct Part: Hashable {
        /// Index of the hunk's first line in this part, and behind its last one.
        var lines: Range<Int>
        var start: Int
        var count: Int
        var shift: BlockShift
        var isExact: Bool
    }

    enum Outcome {
        case found([Part])
        case ambiguous([Int])
        case notFound
    }

    let index: LineIndex
    private static let most = 21

    func locate(_ hunk: EditHunk) -> Outcome {
        let all = hunk.lines.indices
        guard hunk.lines.contains(where: { $0.mark != .add }) else { return locateAddition(hunk) }
        switch find(hunk, all, after: 0) {
        case .notFound: break
        case let outcome: return outcome
        }
        switch locateElided(hunk) {
        case .notFound: break
        case let outcome: return outcome
        }
        return hunk.allowsFuzz ? locateFuzzily(hunk) : .notFound
    }

    // MARK: - Rungs 1 to 3

    private func find(_ hunk: EditHunk, _ lines: Range<Int>, after: Int, mayHint: Bool = true) -> Outcome {
        let old = hunk.lines[lines].filter { $0.mark != .add }.map(\.text)
        let needle = TextLines(PatchText.joined(old))
        for view in [LineIndex.View.exact, .trimmed, .bare] {
            let near = view == .exact && mayHint && hunk.headers.isEmpty ? hunk.hint.map { $0 - 1 } : nil
            var starts = index.places(of: needle, view, limit: after == 0 ? Self.most : .max, near: near)
                .filter { $0 >= after }
            if view == .bare {
                starts = starts.filter { BlockShift.between(needle, index.text, at: $0) != nil }
            }
            guard !starts.isEmpty else { continue }
            starts = narrow(starts, count: old.count, hunk, near)
            guard starts.count == 1 else { return .ambiguous(starts.sorted().map { $0 + 1 }) }
            let shift =
                view == .bare ? BlockShift.between(needle, index.text, at: starts[0]) ?? .none : BlockShift.none
            return .found([
                Part(lines: lines, start: starts[0], count: old.count, shift: shift, isExact: view == .exact)
            ])
        }
        return .notFound
    }

    private func narrow(_ starts: [Int], count: Int, _ hunk: EditHunk, _ near: Int?) -> [Int] {
        guard starts.count > 1 else { return starts }
        if hunk.isAtEnd || hunk.oldIsUnended {
            let atEnd = starts.filter { $0 + count == index.text.count }
            if !atEnd.isEmpty { return atEnd }
            if hunk.isAtEnd {  // The list may have been cut before the end.
                let last = index.text.count - count
                let needle = TextLines(PatchText.joined(hunk.oldLines))
                if index.places(of: needle, .exact, limit: 1, near: last) == [last] { return [last] }
            }
        }
        if !hunk.headers.isEmpty {
            let below = Set(headerPlaces(hunk.headers).compactMap { place in starts.sorted().first { $0 >= place } })
            if !below.isEmpty { return Array(below) }
        }
        if let near {
            let first = abs(starts[0] - near)
            let nearest = starts.filter { abs($0 - near) == first }
            if nearest.count == 1 { return nearest }
        }
        return starts
    }

    /// The lines where the last header stands below those before it.
    private func headerPlaces(_ headers: [String]) -> [Int] {
        var places: [Int]?
        for header in headers {
            let needle = TextLines(Array(header.utf8))
            var found = index.places(of: needle, .bare, limit: 50)
            if found.isEmpty {
                let bytes = Array(PatchText.trim(header.utf8).utf8)
                guard !bytes.isEmpty else { continue }
                found = index.places(beginningWith: bytes, limit: 50)
            }
            places = places.map { above in above.compactMap { place in found.first { $0 > place } } } ?? found
        }
        return Array(Set(places ?? [])).sorted()
    }

    // MARK: - Lines that are only added

    private func locateAddition(_ hunk: EditHunk) -> Outcome {
        let part = { (start: Int) in
            Outcome.found([Part(lines: hunk.lines.indices, start: start, count: 0, shift: .none, isExact: false)])
        }
        if index.text.count == 0 {
            return .found([Part(lines: hunk.lines.indices, start: 0, count: 0, shift: .none, isExact: true)])
        }
        if hunk.isAtEnd { return part(index.text.count) }
        let below = headerPlaces(hunk.headers)
        if below.count > 1 { return .ambiguous(below.map { $0 + 1 }) }
        if let place = below.first { return part(place + 1) }
        switch hunk.hint {
        case 1: return part(0)
        case index.text.count + 1: return part(index.text.count)
        default: return .notFound
        }
    }

    // MARK: - Rungs 4 and 5

    private func locateElided(_ hunk: EditHunk) -> Outcome {
        var parts: [Part] = []
        var below = 0
        var start = 0
        var elided = 0
        for line in 0...hunk.lines.count {
            let isEnd = line == hunk.lines.count
            if !isEnd {
                guard hunk.lines[line].mark == .keep, Elision.isElided(hunk.lines[line].text) else { continue }
                elided += 1
            }
            let range = start..<line
            start = line + 1
            guard range.contains(where: { hunk.lines[$0].mark != .add }) else {
                if range.isEmpty { continue }
                return .notFound
            }
            guard elided > 0 else { return .notFound }
            switch find(hunk, range, after: below, mayHint: false) {
            case .found(let found):
                parts += found
                below = found.map { $0.start + $0.count }.max() ?? below
            case let outcome: return outcome
            }
        }
        return parts.isEmpty ? .notFound : .found(parts)
    }

    private func locateFuzzily(_ hunk: EditHunk) -> Outcome {
        let leading = hunk.lines.prefix { $0.mark == .keep }.count
        let trailing = hunk.lines.reversed().prefix { $0.mark == .keep }.count
        guard leading < hunk.lines.count else { return .notFound }
        for dropped in 1...4 {
            for above in 0...dropped where above <= min(2, leading) && dropped - above <= min(2, trailing) {
                let range = above..<(hunk.lines.count - (dropped - above))
                let old = hunk.lines[range].filter { $0.mark != .add }
                guard old.contains(where: { !$0.text.allSatisfy(TextLines.isSpace) }) else { continue }
                switch find(hunk, range, after: 0, mayHint: false) {
                case .notFound: continue
                case let outcome: return outcome
                }
            }
        }
        return .notFound
    }
}
