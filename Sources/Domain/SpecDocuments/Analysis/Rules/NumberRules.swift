/// Numbers of different documents that speak of the same thing and differ.
extension AnalysisContext {
    /// A sentence with numbers in it.
    private struct Claim {
        var page: Int
        var line: Int
        var units: [String: [Quantity]]
        var subject: Set<String>
        /// Requirements it is about: its own id, or those it names.
        var keys: Set<String>
        var isDefinition: Bool
        var bound: Bound
    }

    private enum Bound { case none, upper, lower }

    private static let mostClaims = 2_000

    mutating func checkNumbers() {
        var claims: [Claim] = []
        for (index, page) in pages.enumerated() where page.kind != .checklist {
            for (number, text) in page.source.prose where text.contains(where: \.isNumber) {
                for sentence in Self.sentences(of: text) {
                    guard let claim = Self.claim(sentence, page: index, line: number, kind: page.kind) else { continue }
                    claims.append(claim)
                }
            }
        }
        claims = Array(claims.prefix(Self.mostClaims))
        var byUnit: [String: [Int]] = [:]
        for (index, claim) in claims.enumerated() {
            for unit in claim.units.keys { byUnit[unit, default: []].append(index) }
        }
        var told: Set<Int> = []
        for unit in byUnit.keys.sorted() {
            let places = byUnit[unit] ?? []
            for (rank, later) in places.enumerated() where !told.contains(later) {
                let earlier = places[..<rank].first { Self.contradict(claims[$0], claims[later], unit: unit) }
                guard let earlier, let one = claims[earlier].units[unit]?.first,
                    let two = claims[later].units[unit]?.first
                else { continue }
                told.insert(later)
                find(
                    .contradictingNumbers, in: pages[claims[later].page].name, line: claims[later].line,
                    "\"\(two.text)\" stands here, and \"\(one.text)\" in \(pages[claims[earlier].page].name), "
                        + "line \(claims[earlier].line).",
                    fix: "Decide which one holds and write it in both places.")
            }
        }
    }

    private static func contradict(_ one: Claim, _ other: Claim, unit: String) -> Bool {
        guard one.page != other.page, one.bound == other.bound, let ours = one.units[unit],
            let theirs = other.units[unit],
            Set(ours.map(\.value)).isDisjoint(with: theirs.map(\.value))
        else { return false }
        let common = one.subject.intersection(other.subject).count
        if !one.keys.isDisjoint(with: other.keys), one.isDefinition || other.isDefinition,
            ours.count == 1, theirs.count == 1, common >= 1
        {
            return true
        }
        let least = min(one.subject.count, other.subject.count)
        return common >= 2 && Double(common) >= 0.5 * Double(least)
    }

    private static func claim(_ sentence: String, page: Int, line: Int, kind: Page.Kind) -> Claim? {
        let quantities = Quantities.find(in: sentence)
        // What is given in a scenario is an example.
        guard !ScenarioSteps(sentence).order.contains("given"), !quantities.isEmpty else { return nil }
        var units: [String: [Quantity]] = [:]
        for quantity in quantities { units[quantity.unit, default: []].append(quantity) }
        let mentions = Mentions.find(in: Array(sentence.utf8)).filter { $0.prefix != "T" && $0.prefix != "US" }
        let ids = Set(mentions.map { "\($0.prefix)".lowercased() + "-" })
        var subject: Set<String> = []
        for word in sentence.words where word.count > 2 && !word.contains(where: \.isNumber) {
            guard !fillers.contains(word), !ids.contains(where: word.hasPrefix) else { continue }
            let stem = stem(word)
            if !units.keys.contains(stem) { subject.insert(stem) }
        }
        let first = sentence.drop { " -*+|#`[]xX".contains($0) }
        let isDefinition =
            kind == .spec
            && mentions.first.map { mention in
                first.lowercased().hasPrefix(mention.prefix.lowercased() + "-")
            } == true
        return Claim(
            page: page, line: line, units: units, subject: subject, keys: Set(mentions.map(\.key)),
            isDefinition: isDefinition, bound: bound(of: sentence))
    }

    private static func bound(of sentence: String) -> Bound {
        let plain = " " + sentence.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let uppers = [
            " within ", " under ", " below ", " at most ", " up to ", "less than ", "no more than ", "<", "≤", " max",
        ]
        let lowers = [" at least ", "more than ", " above ", " over ", ">", "≥", " min. ", " minimum "]
        if uppers.contains(where: plain.contains) { return .upper }
        return lowers.contains(where: plain.contains) ? .lower : .none
    }

    private static func sentences(of text: String) -> [String] {
        text.replacing(". ", with: "\n").replacing("; ", with: "\n").split(separator: "\n").map(String.init)
    }

    private static func stem(_ word: String) -> String {
        var word = word
        for ending in ["ing", "ed", "es", "s"] where word.count > ending.count + 3 && word.hasSuffix(ending) {
            word.removeLast(ending.count)
            break
        }
        return word
    }

    private static let fillers: Set<String> = [
        "the", "and", "for", "with", "from", "that", "this", "into", "must", "shall", "should", "will", "may", "can",
        "system", "least", "most", "than", "less", "more", "under", "within", "over", "below", "above", "maximum",
        "minimum", "max", "min", "about", "not", "are", "has", "have", "per", "when", "after", "before", "each", "all",
        "any", "only", "its", "their", "they", "them", "second", "seconds", "minutes", "minute", "hours", "days",
        "byte",
        "bytes", "percent", "phase", "limit", "performance", "goals", "goal", "constraints", "scale", "scope", "story",
    ]
}
