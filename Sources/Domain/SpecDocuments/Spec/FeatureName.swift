/// The short name of a feature and the folder it lives in, made from the words of a request.
package struct FeatureName: Sendable, Hashable {
    /// One to five words of `a–z` and `0–9`, joined by hyphens; never empty, at most 60 characters.
    package let slug: String

    package init(request: String) {
        let words = Self.words(of: request)
        let telling = words.filter { !Self.stopWords.contains($0) }
        var slug = ""
        for word in (telling.isEmpty ? words : telling).prefix(5) {
            let next = slug.isEmpty ? String(word.prefix(Self.longest)) : slug + "-" + word
            guard next.count <= Self.longest else { break }
            slug = next
        }
        self.slug = slug.isEmpty ? "feature" : slug
    }

    /// The folder of this feature with a given number, for example `007-json-flag`.
    package func folder(number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits + "-" + slug
    }

    /// The number after the highest one in use.
    ///
    /// Names that begin with a date, or with no number, do not count.
    package static func nextNumber(after folders: some Sequence<String>) -> Int {
        let used = folders.compactMap { name -> Int? in
            let digits = name.prefix { $0.isASCII && $0.isNumber }
            guard (1...6).contains(digits.count), name.dropFirst(digits.count).first == "-" else { return nil }
            return Int(digits)
        }
        return (used.max() ?? 0) + 1
    }

    private static let longest = 60

    private static func words(of request: String) -> [String] {
        var words = [""]
        for scalar in request.unicodeScalars {
            let small = scalar.properties.lowercaseMapping
            if let byte = small.utf8.first, small.utf8.count == 1, byte.isLetter || byte.isDigit {
                words[words.count - 1] += small
            } else if let plain = small.unicodeScalars.first.flatMap({ plainLetters[$0] }) {
                words[words.count - 1] += plain
            } else if scalar != "'" && scalar != "’" && !scalar.properties.isDiacritic {
                words.append("")
            }
        }
        return words.filter { !$0.isEmpty }
    }

    private static let plainLetters: [Unicode.Scalar: String] = {
        let groups = [
            "a": "àáâãåāăą", "ae": "äæ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ",
            "i": "ìíîïĩīĭįı",
            "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŋ", "o": "òóôõōŏő", "oe": "öøœ", "r": "ŕŗř", "s": "śŝşšș",
            "ss": "ß",
            "t": "ţťŧț", "th": "þ", "u": "ùúûũūŭůűų", "ue": "ü", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
        ]
        var table: [Unicode.Scalar: String] = [:]
        for (plain, letters) in groups { for letter in letters.unicodeScalars { table[letter] = plain } }
        return table
    }()

    private static let stopWords: Set<String> = [
        "a", "about", "add", "adds", "adding", "also", "all", "an", "and", "any", "are", "as", "at", "be", "been",
        "but", "by",
        "can", "cannot", "could", "create", "do", "does", "each", "enable", "every", "for", "from", "get", "give",
        "had", "has",
        "have", "i", "id", "if", "im", "implement", "in", "into", "is", "it", "its", "just", "let", "like", "make",
        "may", "me",
        "might", "must", "my", "need", "needs", "new", "of", "on", "or", "our", "please", "provide", "set", "shall",
        "should",
        "so", "some", "such", "support", "than", "that", "the", "their", "them", "then", "there", "these", "they",
        "this", "those",
        "to", "us", "use", "want", "wants", "was", "we", "were", "when", "where", "which", "will", "with", "would",
        "you", "your",
    ]
}
