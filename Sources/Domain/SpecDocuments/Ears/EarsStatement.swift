/// A requirement in one of the patterns of EARS, the Easy Approach to Requirements Syntax.
package struct EarsStatement: Sendable, Hashable {
    package enum Pattern: String, Sendable, Hashable, CaseIterable {
        /// `THE SYSTEM SHALL …`
        case ubiquitous
        /// `WHEN …, THE SYSTEM SHALL …`
        case event
        /// `WHILE …, THE SYSTEM SHALL …`
        case state
        /// `IF …, THEN THE SYSTEM SHALL …`
        case unwanted
        /// `WHERE …, THE SYSTEM SHALL …`
        case optional
        /// Several conditions before one response.
        case complex
    }

    package struct Condition: Sendable, Hashable {
        /// `WHEN`, `WHILE`, `IF` or `WHERE`.
        package var keyword: String
        package var text: String
    }

    package struct Fault: Sendable, Hashable {
        package var message: String
        package var fix: String
    }

    package let conditions: [Condition]
    /// Who is obliged, for example `the system`.
    package let subject: String
    package let response: String

    package var pattern: Pattern {
        guard conditions.count < 2 else { return .complex }
        switch conditions.first?.keyword {
        case "WHEN": return .event
        case "WHILE": return .state
        case "IF": return .unwanted
        case "WHERE": return .optional
        default: return .ubiquitous
        }
    }

    /// Reads a statement; nil where it is in none of the patterns.
    package init?(_ text: String) {
        guard let parts = Parts(text), Self.faults(of: parts).isEmpty, !parts.subject.isEmpty else { return nil }
        conditions = parts.conditions
        subject = parts.subject
        response = parts.response
    }

    /// What is wrong with a statement that begins as the patterns with a condition do; empty for all others.
    package static func faults(in text: String) -> [Fault] {
        guard beginsWithCondition(text) else { return [] }
        guard let parts = Parts(text) else {
            return [
                Fault(
                    message: "A condition is followed by no obligation.",
                    fix: "Go on with `THE SYSTEM SHALL …` behind the condition.")
            ]
        }
        return faults(of: parts)
    }

    package static func beginsWithCondition(_ text: String) -> Bool {
        let first = text.replacing("**", with: "").words.first?.uppercased() ?? ""
        return keywords.contains(first)
    }

    /// The conditions and the subject of a statement, as far as they can be read although it has faults.
    static func reading(of text: String) -> (conditions: [Condition], subject: String)? {
        Parts(text).map { ($0.conditions, $0.subject) }
    }

    /// The statement in the usual spelling.
    package var normalized: String {
        let heads = conditions.map { "\($0.keyword) \($0.text)" }
        let then = conditions.contains { $0.keyword == "IF" } ? "THEN " : ""
        return (heads + ["\(then)\(subject.uppercased()) SHALL \(response)"]).joined(separator: ", ")
    }

    private static let keywords: Set<String> = ["WHEN", "WHILE", "IF", "WHERE"]
    private static let modals: Set<String> = ["SHALL", "MUST", "WILL", "SHOULD"]

    private struct Parts {
        var conditions: [Condition] = []
        var hasThen = false
        var subject = ""
        var response = ""

        init?(_ text: String) {
            let words = text.replacing("**", with: "").split(whereSeparator: \.isWhitespace).map(String.init)
            guard let modal = words.firstIndex(where: { EarsStatement.modals.contains(EarsStatement.bare($0)) }) else {
                return nil
            }
            response = words[(modal + 1)...].joined(separator: " ")
            var current: [String] = []
            var keyword: String?
            // The subject is what stands behind the last comma or THEN before the obligation.
            for word in words[..<modal] {
                let bare = EarsStatement.bare(word)
                let isBreak = current.isEmpty || current.last?.hasSuffix(",") == true
                if EarsStatement.keywords.contains(bare), isBreak || keyword == nil && current.isEmpty {
                    close(&keyword, &current)
                    keyword = bare
                } else if bare == "THEN", keyword != nil {
                    hasThen = true
                    close(&keyword, &current)
                } else {
                    current.append(word)
                }
            }
            if keyword != nil, let comma = current.lastIndex(where: { $0.hasSuffix(",") }) {
                var condition = Array(current[...comma])
                let rest = Array(current[(comma + 1)...])
                close(&keyword, &condition)
                current = rest
            } else if keyword != nil, let the = current.lastIndex(where: { $0.lowercased() == "the" }), the > 0 {
                var condition = Array(current[..<the])
                let rest = Array(current[the...])
                close(&keyword, &condition)
                current = rest
            } else if keyword != nil {
                close(&keyword, &current)
            }
            subject = current.joined(separator: " ").drop { ",:; ".contains($0) }.trimmed
        }

        private mutating func close(_ keyword: inout String?, _ words: inout [String]) {
            if let word = keyword {
                let text = words.joined(separator: " ").trimmed
                conditions.append(Condition(keyword: word, text: text.hasSuffix(",") ? String(text.dropLast()) : text))
            }
            keyword = nil
            words = []
        }
    }

    private static func bare(_ word: String) -> String {
        word.uppercased().filter { $0.isLetter }
    }

    private static func faults(of parts: Parts) -> [Fault] {
        var faults: [Fault] = []
        for condition in parts.conditions where condition.text.isEmpty {
            faults.append(
                Fault(
                    message: "\(condition.keyword) is followed by no condition.",
                    fix: "Write what happens or holds behind \(condition.keyword)."))
        }
        if parts.conditions.contains(where: { $0.keyword == "IF" }), !parts.hasThen {
            faults.append(
                Fault(
                    message: "IF is not followed by THEN.",
                    fix: "Write `IF …, THEN THE SYSTEM SHALL …`, or WHEN for what is expected to happen."))
        }
        if !parts.conditions.isEmpty, parts.subject.isEmpty {
            faults.append(
                Fault(
                    message: "Nobody is named who has to respond.",
                    fix: "Write `THE SYSTEM SHALL` behind the condition."))
        }
        if parts.response.filter({ $0.isLetter }).isEmpty {
            faults.append(
                Fault(message: "The response is missing.", fix: "Write what has to happen behind SHALL."))
        }
        return faults
    }
}
