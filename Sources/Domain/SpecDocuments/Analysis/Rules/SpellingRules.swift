/// Terms that are spelled in more than one way.
extension AnalysisContext {
    private struct Use {
        var written: String
        var page: Int
        var line: Int
        var count = 1
    }

    mutating func checkSpellings() {
        // By the letters of a term: its spellings in the order of their first use.
        var uses: [String: [Use]] = [:]
        for (index, page) in pages.enumerated() where page.kind != .checklist && page.kind != .constitution {
            for (number, text) in page.source.prose {
                let words = Self.withoutNames(text.withoutQuotes).words.filter { !$0.contains("_") }
                for (place, word) in words.enumerated() {
                    note(word, page: index, line: number, in: &uses)
                    guard place + 1 < words.count, Self.mayBeOneWord(word, words[place + 1]) else { continue }
                    note(word + " " + words[place + 1], page: index, line: number, in: &uses)
                }
            }
        }
        for key in uses.keys.sorted() {
            guard let spellings = uses[key], spellings.count > 1 else { continue }
            // Two words beside a hyphenated form are grammar: "in real time", "real-time updates".
            guard
                spellings.contains(where: { !$0.written.contains(" ") && !$0.written.contains("-") })
                    || spellings.allSatisfy({ !$0.written.contains(" ") })
            else { continue }
            guard
                let usual = spellings.max(by: { ($0.count, -$0.page, -$0.line) < ($1.count, -$1.page, -$1.line) })
            else { continue }
            for other in spellings where other.written != usual.written {
                find(
                    .spelling, in: pages[other.page].name, line: other.line,
                    "\"\(other.written)\" is spelled \"\(usual.written)\" in \(pages[usual.page].name), line \(usual.line).",
                    fix: "Use one spelling everywhere.")
            }
        }
    }

    private func note(_ word: String, page: Int, line: Int, in uses: inout [String: [Use]]) {
        guard word.count >= 5, word.allSatisfy({ $0.isASCII && !$0.isNumber }) else { return }
        let plain = Self.american[word] ?? word
        var key = plain.filter { $0 != "-" && $0 != " " }
        // A plural is the same term.
        if key.hasSuffix("s"), !key.hasSuffix("ss"), key.count > 5 { key.removeLast() }
        var written = word
        if written.hasSuffix("s"), !written.hasSuffix("ss"), written.count > 5 { written.removeLast() }
        if let place = uses[key]?.firstIndex(where: { $0.written == written }) {
            uses[key]?[place].count += 1
        } else {
            uses[key, default: []].append(Use(written: written, page: page, line: line))
        }
    }

    /// Names of types and functions, such as `TodoList`, have a spelling of their own.
    private static func withoutNames(_ text: String) -> String {
        guard text.contains(where: \.isUppercase) else { return text }
        return text.split(separator: " ").map { word in
            let letters = word.drop { !$0.isLetter }
            return letters.dropFirst().contains(where: \.isUppercase) ? "_" : String(word)
        }.joined(separator: " ")
    }

    private static func mayBeOneWord(_ first: String, _ second: String) -> Bool {
        first.count >= 3 && second.count >= 3 && !firsts.contains(first) && !particles.contains(second)
            && first.allSatisfy(\.isLetter) && second.allSatisfy(\.isLetter)
    }

    /// Words that also stand apart from what follows: "may be" is not "maybe".
    private static let firsts: Set<String> = [
        "may", "any", "every", "some", "can", "all", "with", "there", "what", "when", "where", "who", "how", "never",
        "none", "out", "over", "under", "through", "the", "not", "non", "further", "mean", "for", "what", "long",
    ]
    /// "log in" is what one does, "login" what one has.
    private static let particles: Set<String> = [
        "out", "off", "down", "back", "over", "through", "away", "into", "onto", "ins", "ups",
    ]

    /// British spellings and the American ones of the same words.
    private static let american: [String: String] = {
        var table: [String: String] = [:]
        let pairs = [
            "colour color", "behaviour behavior", "favourite favorite", "honour honor", "centre center",
            "cancelled canceled", "cancelling canceling", "labelled labeled", "licence license", "catalogue catalog",
            "dialogue dialog", "organisation organization", "organise organize", "authorise authorize",
            "authorised authorized", "authorisation authorization", "customise customize", "initialise initialize",
            "normalise normalize", "optimise optimize", "recognise recognize", "serialise serialize",
            "summarise summarize", "synchronise synchronize", "visualise visualize", "analyse analyze", "grey gray",
            "modelling modeling", "travelling traveling", "artefact artifact", "programme program",
        ]
        for pair in pairs {
            let words = pair.split(separator: " ").map(String.init)
            guard let first = words.first, let second = words.last else { continue }
            table[first] = second
            table[first + "s"] = second + "s"
        }
        return table
    }()
}
