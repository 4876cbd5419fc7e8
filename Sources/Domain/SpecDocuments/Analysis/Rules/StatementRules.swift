/// Rules about requirements and success criteria.
extension AnalysisContext {
    mutating func checkStatements() {
        guard let spec = feature.spec, let page = page(.spec), !page.source.isRefused else { return }
        for statement in spec.requirements + spec.successCriteria {
            for (word, kind) in VagueWords.find(in: statement.text) {
                let fix =
                    switch kind {
                    case .measure: "Give a number with its unit."
                    case .list: "Name each one that is meant."
                    case .condition: "Write the condition out."
                    }
                find(
                    .vagueWord, in: page.name, line: statement.line, "\(statement.id) says \"\(word)\".",
                    fix: fix)
            }
        }
        // Where no statement has a word of obligation, the author writes in another style or language.
        let obliges = spec.requirements.contains { Obligations.count(in: $0.text) > 0 }
        for statement in spec.requirements { checkObligation(statement, page, obliges: obliges) }
        if !obliges,
            let first = spec.requirements.first(where: { !$0.text.isForeign && !$0.text.contains("NEEDS CLAR") })
        {
            find(
                .noObligation, in: page.name, line: first.line, "No requirement says who has to do what.",
                fix: "Write each as `The system MUST …`.")
        }
        for criterion in spec.successCriteria where !criterion.text.isForeign && !Self.hasNumber(criterion.text) {
            find(
                .criterionWithoutNumber, in: page.name, line: criterion.line,
                "\(criterion.id) cannot be measured: there is no number in it.",
                fix: "Say how many, how much or how long.")
        }
        checkUnnumbered(page)
        checkWidths(spec, page)
    }

    private mutating func checkObligation(_ statement: SpecDocument.Statement, _ page: Page, obliges: Bool) {
        let text = statement.text
        guard !text.contains("NEEDS CLARIFICATION") else { return }
        if EarsStatement.beginsWithCondition(text) {
            for fault in EarsStatement.faults(in: text) {
                find(
                    .earsFault, in: page.name, line: statement.line, "\(statement.id): \(fault.message)", fix: fault.fix
                )
            }
            guard EarsStatement.faults(in: text).isEmpty else { return }
        } else if obliges, Obligations.count(in: text) == 0 {
            find(
                .noObligation, in: page.name, line: statement.line, "\(statement.id) obliges nobody.",
                fix: "Say who MUST do what.")
        }
        if Obligations.strictCount(in: text.onOneLine) > 1 {
            find(
                .severalObligations, in: page.name, line: statement.line,
                "\(statement.id) holds several requirements.", fix: "Give each an id of its own.")
        }
    }

    private static func hasNumber(_ text: String) -> Bool {
        let plain = text.withoutCode
        if plain.contains(where: \.isNumber) { return true }
        let numbers: Set<String> = [
            "zero", "no", "none", "all", "every", "each", "one", "two", "three", "four", "five", "six", "seven",
            "eight", "nine", "ten", "half", "twice", "never", "always", "any", "without", "once", "single",
        ]
        return plain.words.contains(where: numbers.contains) || text.contains(where: \.isNumber)
    }

    /// List items that oblige somebody, stand among requirements, and have no id.
    private mutating func checkUnnumbered(_ page: Page) {
        let source = page.source
        for line in source.lines where line.region == .body {
            guard let place = line.heading, Self.isForRequirements(source.headings[place].title),
                let marker = ListMarker(line.content), marker.indentWidth < 2
            else { continue }
            let text = String(Substring(line.content.utf8.dropFirst(marker.length)))
            let bare = text.drop { "*`_[ ".contains($0) }
            let first = Mentions.find(in: Array(bare.utf8)).first
            guard first?.range.lowerBound != 0, Obligations.strictCount(in: text) > 0 else { continue }
            find(
                .requirementWithoutID, in: page.name, line: line.number, "A requirement has no id.",
                fix: "Begin it with `**\(nextID)**:`.")
        }
    }

    private var nextID: String {
        SpecDocument.next(
            after: (feature.spec?.requirements ?? []).map(\.id).filter { $0.hasPrefix("FR-") }, prefix: "FR")
    }

    private static func isForRequirements(_ title: String) -> Bool {
        let title = title.lowercased()
        return title.contains("requirements") && !title.contains("mandatory to") && !title.contains("out of scope")
    }

    private mutating func checkWidths(_ spec: SpecDocument, _ page: Page) {
        let all = spec.requirements + spec.successCriteria
        for prefix in Set(all.compactMap { Mention.prefix(of: $0.id) }).sorted() {
            let kin = all.filter { Mention.prefix(of: $0.id) == prefix }
            func width(_ id: String) -> Int { id.dropFirst(prefix.count + 1).prefix { $0.isNumber }.count }
            var counts: [Int: Int] = [:]
            for statement in kin { counts[width(statement.id), default: 0] += 1 }
            guard counts.count > 1,
                let usual = counts.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) })?.key
            else { continue }
            for statement in kin where width(statement.id) != usual {
                // 1000 follows 999.
                let digits = statement.id.dropFirst(prefix.count + 1)
                guard digits.first == "0" || width(statement.id) < usual else { continue }
                find(
                    .idWidth, in: page.name, line: statement.line,
                    "\(statement.id) is not as wide as the ids beside it.",
                    fix: "Write its number with \(usual) digits.")
            }
        }
    }
}
