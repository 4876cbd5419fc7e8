/// A number with a unit, as a text says it.
struct Quantity: Sendable, Hashable {
    /// The unit all of its kind are brought to: `µs`, `B`, `%`, or the noun that is counted.
    var unit: String
    /// In that unit.
    var value: Double
    /// As written, for example `200 ms`.
    var text: String
}

/// Finds numbers with units.
enum Quantities {
    static func find(in text: String) -> [Quantity] {
        let tokens = tokens(of: text.withoutCode)
        var found: [Quantity] = []
        var index = 0
        while index < tokens.count {
            guard var (number, glued) = split(tokens[index]) else {
                index += 1
                continue
            }
            var written = tokens[index]
            var next = index + 1
            if glued.isEmpty, next < tokens.count {
                // "5-minute" was cut at its hyphen; "10 000" and "2 million" are one number.
                if let factor = ["thousand": 1e3, "million": 1e6, "billion": 1e9][tokens[next].lowercased()] {
                    number *= factor
                    written += " " + tokens[next]
                    next += 1
                }
                if next < tokens.count { (glued, written, next) = noun(tokens, from: next, written: written) }
            }
            if let (unit, factor) = unit(glued) {
                found.append(Quantity(unit: unit, value: number * factor, text: written))
            }
            index = max(next, index + 1)
        }
        return found
    }

    /// A known unit, or the first plural noun of the next words.
    private static func noun(_ tokens: [String], from start: Int, written: String) -> (String, String, Int) {
        if known[tokens[start].lowercased()] != nil || known[tokens[start]] != nil {
            return (tokens[start], written + " " + tokens[start], start + 1)
        }
        var words = written
        for index in start..<min(start + 3, tokens.count) {
            let word = tokens[index].lowercased()
            guard word.count > 2, word.allSatisfy(\.isLetter), !stops.contains(word) else { break }
            words += " " + tokens[index]
            if word.hasSuffix("s"), !word.hasSuffix("ss") { return (word, words, index + 1) }
        }
        return ("", written, start)
    }

    /// A number and the unit that hangs on it, as in `200ms` and `95%`.
    private static func split(_ token: String) -> (Double, String)? {
        guard let first = token.first, first.isASCII, first.isNumber else { return nil }
        let digits = token.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "," || $0 == "_") }
        let rest = String(token.dropFirst(digits.count))
        var plain = digits.filter { $0 != "," && $0 != "_" }
        while plain.last == "." { plain.removeLast() }
        guard let number = Double(plain), rest.isEmpty || known[rest.lowercased()] != nil else { return nil }
        return (number, rest)
    }

    private static func unit(_ word: String) -> (String, Double)? {
        guard !word.isEmpty else { return nil }
        if let found = known[word.lowercased()] { return found }
        return word.count > 3 ? (String(word.dropLast()).lowercased(), 1) : nil
    }

    private static func tokens(of text: String) -> [String] {
        var tokens: [String] = []
        for piece in text.split(whereSeparator: { $0.isWhitespace || "()[]{}|\"“”;:<>≤≥=~/*".contains($0) }) {
            let isNumber = piece.first.map { $0.isASCII && $0.isNumber } ?? false
            var parts = isNumber ? piece.split(separator: "-") : [piece]
            // A date, a version or a range of two numbers is no quantity of its own.
            if parts.count > 1, parts.allSatisfy({ $0.first?.isNumber == true }) {
                parts = parts.count == 2 ? [parts[1]] : []
            }
            for part in parts {
                var word = String(part)
                while let last = word.last, ",.!?".contains(last) { word.removeLast() }
                if !word.isEmpty { tokens.append(word) }
            }
        }
        return tokens
    }

    private static let known: [String: (String, Double)] = {
        var table: [String: (String, Double)] = [:]
        func add(_ unit: String, _ factor: Double, _ words: String) {
            for word in words.split(separator: " ") { table[String(word)] = (unit, factor) }
        }
        add("µs", 1, "µs us microsecond microseconds")
        add("µs", 1e3, "ms msec millisecond milliseconds")
        add("µs", 1e6, "s sec secs second seconds")
        add("µs", 6e7, "min mins minute minutes")
        add("µs", 3.6e9, "h hr hrs hour hours")
        add("µs", 8.64e10, "d day days")
        add("µs", 6.048e11, "week weeks")
        add("month", 1, "month months")
        add("month", 12, "year years")
        add("B", 1, "b byte bytes")
        add("B", 1e3, "kb kilobyte kilobytes")
        add("B", 1e6, "mb megabyte megabytes")
        add("B", 1e9, "gb gigabyte gigabytes")
        add("B", 1e12, "tb terabyte terabytes")
        add("B", 1024, "kib")
        add("B", 1_048_576, "mib")
        add("B", 1_073_741_824, "gib")
        add("%", 1, "% percent")
        add("fps", 1, "fps")
        add("px", 1, "px pixels")
        return table
    }()

    private static let stops: Set<String> = [
        "and", "the", "for", "with", "per", "from", "that", "must", "shall", "can", "may", "will", "are", "has", "was",
        "into", "when", "which", "than", "out", "this", "its", "then", "lines",
    ]
}
