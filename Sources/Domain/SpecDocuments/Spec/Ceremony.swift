/// How much is written down before a request is worked on.
package enum Ceremony: String, Sendable, Hashable, CaseIterable, Codable {
    /// A specification of one requirement and one scenario; no plan.
    case tiny
    /// A specification and tasks; the plan is a paragraph.
    case small
    /// Specification, clarification, plan, checklist and tasks.
    case full

    /// What is known of the project without asking anybody.
    package struct Figures: Sendable, Hashable {
        /// Files of the project; nil where nobody counted.
        package var files: Int?
        /// Files and definitions of the map that the request's words name.
        package var touched: Int
        /// Packages or top folders that these lie in.
        package var areas: Int

        package init(files: Int? = nil, touched: Int = 0, areas: Int = 0) {
            self.files = files
            self.touched = touched
            self.areas = areas
        }
    }

    /// A size and the sentence that says why.
    package struct Choice: Sendable, Hashable {
        package var ceremony: Ceremony
        package var reason: String

        package init(ceremony: Ceremony, reason: String) {
            self.ceremony = ceremony
            self.reason = reason
        }
    }

    /// The size for a request: weights of its words, its length and what it touches, added up.
    ///
    /// Up to 1 is tiny, up to 4 small, more is full. A request about money, access, data or the law is never tiny. The table of
    /// weights is in `docs/specs/documents.md`.
    package static func choice(for request: String, figures: Figures = Figures()) -> Choice {
        let words = request.withoutCode.words
        let plain = " " + words.joined(separator: " ") + " "
        var weight = 0
        var reasons: [String] = []
        func add(_ points: Int, _ reason: String) {
            weight += points
            reasons.append(reason)
        }
        if words.count > 120 {
            add(4, "it has \(words.count) words")
        } else if words.count > 40 {
            add(2, "it has \(words.count) words")
        } else if words.count > 18 {
            add(1, "it has \(words.count) words")
        }
        let wishes = request.split { $0 == "." || $0 == ";" || $0.isNewline }.filter { !$0.trimmed.isEmpty }.count
        if wishes > 5 {
            add(2, "it wishes for \(wishes) things")
        } else if wishes > 2 {
            add(1, "it wishes for \(wishes) things")
        }
        let large = largeWords.filter { plain.contains(" \($0) ") }
        if let first = large.first { add(min(6, 3 * large.count), "\"\(first)\" is a large word") }
        let risky = riskyWords.filter { plain.contains(" \($0) ") }
        if let first = risky.first { add(2, "\"\(first)\" is a risk") }
        if figures.areas > 2 {
            add(3, "it touches \(figures.areas) parts of the project")
        } else if figures.areas == 2 {
            add(1, "it touches 2 parts of the project")
        }
        if figures.touched > 12 { add(2, "the map names \(figures.touched) places") }
        if figures.files == 0, words.count > 4 { add(2, "the project is empty") }
        let little = littleWords.first { plain.contains(" \($0) ") }
        if let little, risky.isEmpty, large.isEmpty { add(-2, "\"\(little)\" is a little word") }
        let size: Ceremony = weight <= 1 ? (risky.isEmpty ? .tiny : .small) : weight <= 4 ? .small : .full
        let why = reasons.isEmpty ? "it is short and touches little" : reasons.joined(separator: ", ")
        return Choice(ceremony: size, reason: "\(size.rawValue), because \(why)")
    }

    private static let largeWords = [
        "system", "platform", "architecture", "rewrite", "migrate", "migration", "redesign", "application", "app",
        "service", "microservice", "workflow", "engine", "framework", "integrate", "integration", "multi-tenant",
        "end-to-end", "dashboard",
    ]
    private static let riskyWords = [
        "payment", "payments", "billing", "invoice", "password", "passwords", "login", "authentication",
        "authorization", "permission", "permissions", "security", "encrypt", "encryption", "privacy", "gdpr", "delete",
        "deletion", "database", "schema", "token", "tokens", "concurrency", "legal", "money",
    ]
    private static let littleWords = [
        "typo", "rename", "flag", "label", "text", "wording", "comment", "comments", "readme", "color", "colour",
        "bump", "log", "message", "tooltip", "constant", "default",
    ]
}
