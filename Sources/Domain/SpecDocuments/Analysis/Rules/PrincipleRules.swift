/// Whether the plan says how it keeps to the constitution.
extension AnalysisContext {
    mutating func checkPrinciples() {
        guard let constitution = feature.constitution, let plan = feature.plan, let page = page(.plan),
            !page.source.isRefused
        else { return }
        let sections = plan.sections.filter { $0.title.lowercased().contains("constitution") }
        guard let first = sections.first else {
            guard let principle = constitution.principles.first else { return }
            find(
                .unansweredPrinciple, in: page.name, line: nil,
                "The plan does not say how it keeps to the constitution.",
                fix: "Add `## Constitution Check` with one line for each principle, such as \"\(principle.name)\".")
            return
        }
        let text = sections.map(\.text).joined(separator: "\n")
        let words = Set(text.words.map(Self.root))
        for principle in constitution.principles where !Self.isAnswered(principle.name, text: text, words: words) {
            find(
                .unansweredPrinciple, in: page.name, line: first.line,
                "The plan does not answer the principle \"\(principle.name)\".",
                fix: "Say in \"\(first.title)\" how the plan keeps to it, or why it does not.")
        }
    }

    private static func isAnswered(_ name: String, text: String, words: Set<String>) -> Bool {
        var title = name.withoutCode
        var numeral = ""
        if let dot = title.firstIndex(where: { ".:)".contains($0) }) {
            let head = title[..<dot]
            if !head.isEmpty, head.allSatisfy({ "IVXLC0123456789".contains($0) }) {
                numeral = String(head)
                title = String(title[title.index(after: dot)...])
            }
        }
        if !numeral.isEmpty {
            let plain = " " + text.split { !($0.isLetter || $0.isNumber || $0 == ".") }.joined(separator: " ") + " "
            if plain.contains("Principle \(numeral) ") || plain.contains(" \(numeral). ") { return true }
        }
        if let bracket = title.firstIndex(of: "(") { title = String(title[..<bracket]) }
        if text.lowercased().contains(title.trimmed.lowercased()), !title.trimmed.isEmpty { return true }
        let telling = title.words.filter { $0.count > 3 || $0.count == title.words.count }.map(root)
        guard !telling.isEmpty else { return false }
        return telling.count { words.contains($0) } * 3 >= telling.count * 2
    }

    private static func root(_ word: String) -> String {
        word.count > 4 && word.hasSuffix("s") ? String(word.dropLast()) : word
    }
}
