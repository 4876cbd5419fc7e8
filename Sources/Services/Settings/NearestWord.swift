/// Finds the word that somebody probably meant.
enum NearestWord {
    /// The nearest of the known words, if it is near: at most two letters off, or a third of a long word.
    static func find(_ word: String, among known: [String]) -> String? {
        let allowed = max(2, word.count / 3)
        let best = known.map { (distance($0, word), $0) }.min { $0.0 < $1.0 }
        return best.flatMap { $0.0 <= allowed ? $0.1 : nil }
    }

    /// Levenshtein's distance.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = min(row[j + 1] + 1, row[j] + 1, previous + (a == b ? 0 : 1))
                previous = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}
