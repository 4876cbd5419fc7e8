/// The search behind `LineDiff`: Myers' greedy algorithm, cut at lines that both sides have once where it takes too long.
struct HunkFinder {
    private let old: [Int]
    private let new: [Int]
    private(set) var hunks: [LineDiff.Hunk] = []

    /// Effort and memory grow with the square of this.
    private static let mostDifferences = 600

    init(old: [Int], new: [Int]) {
        self.old = old
        self.new = new
    }

    mutating func run() {
        compare(0..<old.count, 0..<new.count, mayCut: true)
    }

    private mutating func compare(_ oldRange: Range<Int>, _ newRange: Range<Int>, mayCut: Bool) {
        var (low, high) = (oldRange, newRange)
        while let first = low.first, let other = high.first, old[first] == new[other] {
            low = (first + 1)..<low.upperBound
            high = (other + 1)..<high.upperBound
        }
        while let last = low.last, let other = high.last, old[last] == new[other] {
            low = low.lowerBound..<last
            high = high.lowerBound..<other
        }
        guard !low.isEmpty, !high.isEmpty else { return add(low, high) }
        if let steps = shortestPath(low, high) {
            for step in steps { add(step.old, step.new) }
            return
        }
        let anchors = mayCut ? anchors(low, high) : []
        guard !anchors.isEmpty else { return add(low, high) }
        var (nextOld, nextNew) = (low.lowerBound, high.lowerBound)
        for anchor in anchors {
            compare(nextOld..<anchor.old, nextNew..<anchor.new, mayCut: false)
            (nextOld, nextNew) = (anchor.old + 1, anchor.new + 1)
        }
        compare(nextOld..<low.upperBound, nextNew..<high.upperBound, mayCut: false)
    }

    private mutating func add(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
        guard !oldRange.isEmpty || !newRange.isEmpty else { return }
        if let last = hunks.last, last.old.upperBound == oldRange.lowerBound, last.new.upperBound == newRange.lowerBound
        {
            hunks[hunks.count - 1] = LineDiff.Hunk(
                old: last.old.lowerBound..<oldRange.upperBound, new: last.new.lowerBound..<newRange.upperBound)
        } else {
            hunks.append(LineDiff.Hunk(old: oldRange, new: newRange))
        }
    }

    /// Nil when the two differ in more than `mostDifferences` lines.
    private func shortestPath(_ low: Range<Int>, _ high: Range<Int>) -> [LineDiff.Hunk]? {
        let (n, m) = (low.count, high.count)
        let most = min(n + m, Self.mostDifferences)
        // furthest[d][k + d] is how far into the old lines one gets on diagonal k with d differences.
        var furthest: [[Int]] = []
        for d in 0...most {
            var row = [Int](repeating: 0, count: 2 * d + 1)
            for k in stride(from: -d, through: d, by: 2) {
                var x = 0
                if d > 0 {
                    let previous = furthest[d - 1]
                    let left = k > -d ? previous[k - 1 + d - 1] + 1 : -1
                    let above = k < d ? previous[k + 1 + d - 1] : -1
                    x = max(left, above)
                }
                while x < n, x - k < m, x - k >= 0, old[low.lowerBound + x] == new[high.lowerBound + x - k] { x += 1 }
                row[k + d] = x
                if x >= n, x - k >= m {
                    furthest.append(row)
                    return path(furthest, differences: d, low, high)
                }
            }
            furthest.append(row)
        }
        return nil
    }

    private func path(
        _ furthest: [[Int]], differences: Int, _ low: Range<Int>, _ high: Range<Int>
    ) -> [LineDiff.Hunk] {
        var steps: [LineDiff.Hunk] = []
        var (x, y) = (low.count, high.count)
        for d in stride(from: differences, to: 0, by: -1) {
            let k = x - y
            let previous = furthest[d - 1]
            let left = k > -d ? previous[k - 1 + d - 1] : -1
            let above = k < d ? previous[k + 1 + d - 1] : -1
            let isRemoval = left + 1 > above
            let fromX = isRemoval ? left : above
            let fromY = isRemoval ? fromX - (k - 1) : fromX - (k + 1)
            let (oldStart, newStart) = (low.lowerBound + fromX, high.lowerBound + fromY)
            steps.append(
                LineDiff.Hunk(
                    old: oldStart..<(oldStart + (isRemoval ? 1 : 0)), new: newStart..<(newStart + (isRemoval ? 0 : 1))))
            (x, y) = (fromX, fromY)
        }
        return steps.reversed()
    }

    /// Lines that stand once on either side, in an order common to both.
    private func anchors(_ low: Range<Int>, _ high: Range<Int>) -> [(old: Int, new: Int)] {
        let inOld = Self.unique(old, low)
        let inNew = Self.unique(new, high)
        let pairs = inOld.compactMap { line, place in inNew[line].map { (old: place, new: $0) } }.sorted {
            $0.old < $1.old
        }
        // The longest run of pairs whose new places rise too.
        var tails: [Int] = []
        var before = [Int](repeating: -1, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            var (from, to) = (0, tails.count)
            while from < to {
                let middle = (from + to) / 2
                if pairs[tails[middle]].new < pair.new { from = middle + 1 } else { to = middle }
            }
            if from > 0 { before[index] = tails[from - 1] }
            if from == tails.count { tails.append(index) } else { tails[from] = index }
        }
        var chain: [(old: Int, new: Int)] = []
        var index = tails.last ?? -1
        while index >= 0 {
            chain.append(pairs[index])
            index = before[index]
        }
        return chain.reversed()
    }

    private static func unique(_ lines: [Int], _ range: Range<Int>) -> [Int: Int] {
        var places: [Int: Int] = [:]
        for place in range { places[lines[place]] = places[lines[place]] == nil ? place : -1 }
        return places.filter { $0.value >= 0 }
    }
}
