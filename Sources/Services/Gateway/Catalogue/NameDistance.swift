/// Finds the name that somebody probably meant.
package enum NameDistance {
    /// The nearest of the known names, if it is near: at most two letters off, or a third of a long name.
    package static func nearest(to name: String, among known: [String]) -> String? {
        let typed = Array(name.prefix(128).lowercased())
        let allowed = max(2, typed.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in known where abs(candidate.count - typed.count) <= allowed {
            let distance = distance(typed, Array(candidate.lowercased()))
            if distance <= allowed, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.name
    }

    /// Levenshtein's distance.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
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
