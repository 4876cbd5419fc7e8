/// Finds what is wrong with a feature's documents by rules alone: the same documents always give the same findings.
package struct Analysis: Sendable, Hashable {
    /// By document, then by line, then by rule.
    package let findings: [Finding]

    package init(_ feature: FeatureDocuments) {
        var context = AnalysisContext(feature)
        context.checkForms()
        context.checkStatements()
        context.checkScenarios()
        context.checkTasks()
        context.checkLinks()
        context.checkSpellings()
        context.checkNumbers()
        context.checkPrinciples()
        let order = Dictionary(
            uniqueKeysWithValues: context.pages.enumerated().map { ($0.element.name, $0.offset) })
        func rank(_ finding: Finding) -> (Int, Int, String, String) {
            (order[finding.document] ?? -1, finding.line ?? 0, finding.rule.id, finding.message)
        }
        findings = context.findings.sorted { rank($0) < rank($1) }
    }

    package var errors: [Finding] { findings.filter { $0.severity == .error } }
    /// Whether nothing was found that keeps the next step from being taken.
    package var isSound: Bool { errors.isEmpty }
}

/// What the rules look at, and what they have found so far.
struct AnalysisContext {
    struct Page {
        enum Kind { case constitution, spec, plan, tasks, checklist }
        var kind: Kind
        var name: String
        var text: String
        var source: MarkdownSource
    }

    let feature: FeatureDocuments
    private(set) var pages: [Page] = []
    private(set) var findings: [Finding] = []

    init(_ feature: FeatureDocuments) {
        self.feature = feature
        add(.constitution, "constitution.md", feature.constitution?.text)
        add(.spec, "spec.md", feature.spec?.text)
        add(.plan, "plan.md", feature.plan?.text)
        add(.tasks, "tasks.md", feature.tasks?.text)
        for (name, list) in feature.checklists.sorted(by: { $0.key < $1.key }) { add(.checklist, name, list.text) }
    }

    private mutating func add(_ kind: Page.Kind, _ name: String, _ text: String?) {
        guard let text else { return }
        pages.append(Page(kind: kind, name: name, text: text, source: MarkdownSource(text)))
    }

    func page(_ kind: Page.Kind) -> Page? { pages.first { $0.kind == kind } }

    mutating func find(_ rule: AnalysisRule, in document: String, line: Int?, _ message: String, fix: String) {
        findings.append(Finding(rule: rule, document: document, line: line, message: message, fix: fix))
    }
}

extension MarkdownSource {
    /// Lines of prose, with code spans blanked out.
    var prose: [(number: Int, text: String)] {
        lines.filter { $0.region == .body && !$0.content.trimmed.isEmpty }.map { ($0.number, $0.content.withoutCode) }
    }
}

extension String {
    /// Without what stands between backticks, and without the targets of links.
    var withoutCode: String {
        guard utf8.contains(96) || contains("](") else { return self }
        var result = ""
        for (index, piece) in split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            result += index % 2 == 0 ? String(piece) : " "
        }
        while let open = result.firstRange(of: "]("), let close = result[open.upperBound...].firstIndex(of: ")") {
            result.replaceSubrange(open.lowerBound...close, with: "] ")
        }
        return result
    }

    /// Words of letters, digits, apostrophes and inner hyphens, in small letters.
    var words: [String] {
        lowercased().split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "'" || $0 == "’" || $0 == "_") }
            .map { String($0).trimmingHyphens }.filter { !$0.isEmpty }
    }

    /// Whether more than one letter in ten is none of English: rules that look for English words do not hold then.
    var isForeign: Bool {
        var letters = 0
        var others = 0
        for scalar in unicodeScalars where scalar.properties.isAlphabetic {
            letters += 1
            if !scalar.isASCII { others += 1 }
        }
        return others * 10 > letters
    }

    private var trimmingHyphens: String {
        var rest = self[...]
        while rest.first == "-" || rest.first == "'" { rest.removeFirst() }
        while rest.last == "-" || rest.last == "'" { rest.removeLast() }
        return String(rest)
    }
}
