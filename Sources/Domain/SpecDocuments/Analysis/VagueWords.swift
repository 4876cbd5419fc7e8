/// Words that let everybody read something else into a requirement.
package enum VagueWords {
    /// What a word should be replaced by.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A measure: a number with a unit in the same statement answers for it.
        case measure
        /// A list of what is meant.
        case list
        /// A condition under which it holds.
        case condition
    }

    /// All that are known, in small letters; the list of `docs/specs/analysis.md`.
    package static let all: [String: Kind] = {
        var table: [String: Kind] = [:]
        for word in measures { table[word] = .measure }
        for word in lists { table[word] = .list }
        for word in conditions { table[word] = .condition }
        return table
    }()

    private static let measures = [
        "fast", "faster", "quick", "quickly", "rapid", "rapidly", "slow", "slowly", "responsive", "performant",
        "high performance", "low latency", "real-time", "timely", "soon", "immediately", "efficient", "efficiently",
        "scalable", "robust", "reliable", "reliably", "easy", "easily", "simple", "simply", "intuitive",
        "user-friendly", "user friendly", "friendly", "seamless", "seamlessly", "smooth", "smoothly", "modern",
        "flexible", "lightweight", "optimal", "optimized", "good", "better", "nice", "large", "small", "huge",
        "minimal", "significant", "significantly", "reasonable", "reasonably", "adequate", "adequately", "sufficient",
        "sufficiently", "acceptable", "state of the art", "state-of-the-art", "best practices", "high quality",
        "approximately", "roughly",
    ]
    private static let lists = [
        "etc", "and so on", "and so forth", "various", "several", "some", "many", "few", "a number of", "and more",
        "and/or", "relevant", "such as but not limited to", "including but not limited to", "other things", "anything",
        "everything",
    ]
    private static let conditions = [
        "appropriate", "appropriately", "proper", "properly", "graceful", "gracefully", "as needed", "as necessary",
        "if needed", "if necessary", "if possible", "where possible", "when possible", "as appropriate",
        "where applicable", "if applicable", "as required", "as soon as possible", "best effort", "usually", "normally",
        "often", "sometimes", "occasionally", "generally", "typically", "to the extent possible", "ideally",
    ]

    /// The vague words of a statement, in order of mention, without those that a measure in it answers for.
    package static func find(in text: String) -> [(word: String, kind: Kind)] {
        let plain = " " + text.withoutCode.withoutQuotes.vagueWords.joined(separator: " ") + " "
        let hasMeasure = !Quantities.find(in: text).isEmpty
        var found: [(place: Int, word: String, kind: Kind)] = []
        for (word, kind) in all where !(kind == .measure && hasMeasure) {
            guard let place = plain.firstRange(of: " \(word) ") else { continue }
            let isPart = found.contains { $0.word.contains(word) }
            guard !isPart else { continue }
            found.removeAll { word.contains($0.word) }
            found.append((plain.utf8.distance(from: plain.startIndex, to: place.lowerBound), word, kind))
        }
        return found.sorted { ($0.place, $0.word) < ($1.place, $1.word) }.map { ($0.word, $0.kind) }
    }
}

extension String {
    /// Words with the slashes of "and/or" kept.
    fileprivate var vagueWords: [String] {
        lowercased().split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "/" || $0 == "'") }.map(String.init)
    }

    /// Without what stands between double quotes: the words of others, and names of buttons.
    var withoutQuotes: String {
        guard contains("\"") || contains("“") else { return self }
        var result = ""
        var isOpen = false
        for character in self {
            if character == "\"" || character == "“" || character == "”" {
                isOpen = character == "\"" ? !isOpen : character == "“"
                result += " "
            } else if !isOpen {
                result.append(character)
            }
        }
        return result
    }
}
