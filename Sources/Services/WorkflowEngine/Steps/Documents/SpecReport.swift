import SpecDocuments

/// What there is to say of a specification in a few lines.
enum SpecReport {
    static func lines(of spec: SpecDocument, _ sizing: SpecSizing?) -> [String] {
        var lines: [String] = []
        if let sizing { lines.append("ceremony: \(sizing.choice.reason)") }
        lines.append(
            "spec.md: \(spec.stories.count.of("user story", plural: "user stories")), \(spec.requirements.count.of("requirement")), \(spec.successCriteria.count.of("success criterion", plural: "success criteria"))"
        )
        if sizing?.from != nil {
            let open = spec.requirements.count { $0.text.lowercased().contains("open: no test") }
            if open > 0 { lines.append("\(open.of("requirement")) that no test shows") }
        }
        return lines + questions(of: spec)
    }

    /// The open questions, the first three of them by their words.
    static func questions(of spec: SpecDocument) -> [String] {
        let open = spec.clarifications
        guard !open.isEmpty else { return ["open questions: none"] }
        let more = open.count > 3 ? ["  and \(open.count - 3) more"] : []
        return ["open questions: \(open.count)"] + open.prefix(3).map { "  line \($0.line): \($0.question)" } + more
    }
}
