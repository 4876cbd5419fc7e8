/// Finds the word that somebody probably meant.
enum EditDistance {
    /// The nearest candidate that is near enough to be worth naming; the first one among equals.
    static func suggestion(for word: String, among candidates: [String]) -> String? {
        let letters = word.drop { $0 == "-" }.count
        let limit = letters <= 2 ? 1 : letters <= 6 ? 2 : 3
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = between(word.lowercased(), candidate.lowercased())
            if distance <= limit, distance < candidate.drop(while: { $0 == "-" }).count,
                best.map({ distance < $0.distance }) ?? true
            {
                best = (candidate, distance)
            }
        }
        return best?.candidate
    }

    /// The Damerau-Levenshtein distance (adjacent transpositions count one, no substring is edited twice).
    static func between(_ left: String, _ right: String) -> Int {
        let a = Array(left)
        let b = Array(right)
        var beforePrevious: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                let cost = a[i] == b[j] ? 0 : 1
                var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[b.count]
    }
}
