/// How a requirement could be said so that one can test it: what `clarify` offers.
package struct EarsProposal: Sendable, Hashable {
    /// Why the requirement cannot be tested as it stands, one sentence each.
    package let reasons: [String]
    /// The requirement in a pattern of EARS, with `[…]` where only its author knows what belongs there.
    package let text: String
    /// What to ask the author, one question for each `[…]`.
    package let questions: [String]

    /// Nil where the requirement can stay as it is.
    package init?(for requirement: String) {
        let plain = requirement.replacing("**", with: "").onOneLine
        let vague = VagueWords.find(in: plain)
        let faults = EarsStatement.faults(in: plain)
        let statement = EarsStatement(plain)
        let hasObligation = Obligations.count(in: plain) > 0
        guard !vague.isEmpty || !faults.isEmpty || !hasObligation else { return nil }
        var reasons = vague.map { "\"\($0.word)\" can be read in many ways." } + faults.map(\.message)
        if !hasObligation, faults.isEmpty { reasons.append("It obliges nobody: there is no SHALL or MUST in it.") }
        var questions: [String] = []
        var response = statement?.response ?? Self.response(of: plain)
        for (word, kind) in vague {
            let (stand, question): (String, String)
            switch kind {
            case .measure:
                (stand, question) = (
                    "[number and unit]", "Which number, in which unit and under which load, is meant by \"\(word)\"?"
                )
            case .list: (stand, question) = ("[each one by name]", "Which ones exactly are meant by \"\(word)\"?")
            case .condition:
                (stand, question) = ("[condition]", "What exactly decides where the text says \"\(word)\"?")
            }
            response = Self.replace(word, in: response, with: stand)
            questions.append(question)
        }
        let reading = EarsStatement.reading(of: plain)
        let subject = reading.map(\.subject).flatMap { $0.isEmpty ? nil : $0 } ?? "the system"
        var heads = reading?.conditions.filter { !$0.text.isEmpty }.map { "\($0.keyword) \($0.text)" } ?? []
        if heads.isEmpty, EarsStatement.beginsWithCondition(plain) {
            heads = ["WHEN [event]"]
            questions.append("What has to happen, and who has to respond how?")
        } else if heads.isEmpty, vague.contains(where: { $0.kind != .list }) {
            heads = ["WHEN [event]"]
            questions.append("What happens right before it, that one could do in a test?")
        }
        let then = heads.contains { $0.hasPrefix("IF ") } ? "THEN " : ""
        let main = "\(then)\(subject.uppercased()) SHALL \(response)"
        self.reasons = reasons
        self.questions = questions
        text = (heads + [main]).joined(separator: ", ")
    }

    private static func response(of text: String) -> String {
        let words = text.split(separator: " ")
        guard let modal = words.firstIndex(where: { Obligations.isModal(String($0)) }) else {
            return text.isEmpty ? "[response]" : text
        }
        return words[(modal + 1)...].joined(separator: " ")
    }

    private static func replace(_ word: String, in text: String, with stand: String) -> String {
        let lower = text.lowercased()
        // Some scripts change their length in small letters; there the text is left alone.
        guard lower.count == text.count, let range = lower.firstRange(of: word) else { return text + " " + stand }
        let start = lower.distance(from: lower.startIndex, to: range.lowerBound)
        let end = lower.distance(from: lower.startIndex, to: range.upperBound)
        let characters = Array(text)
        return String(characters[..<start]) + stand + String(characters[end...])
    }
}

/// Words that oblige.
enum Obligations {
    private static let modals: Set<String> = ["must", "shall", "should", "will", "may", "can", "cannot", "required"]

    static func isModal(_ word: String) -> Bool {
        modals.contains(word.lowercased().filter(\.isLetter))
    }

    /// How many words oblige somebody at all.
    static func count(in text: String) -> Int { text.withoutCode.words.count { modals.contains($0) } }

    /// How many words oblige strictly.
    static func strictCount(in text: String) -> Int {
        text.withoutCode.withoutQuotes.words.count { $0 == "must" || $0 == "shall" }
    }
}
