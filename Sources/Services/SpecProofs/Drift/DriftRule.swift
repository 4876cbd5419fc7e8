package import SpecDocuments

/// What drift looks for; ids are never given to another rule.
package enum DriftRule: String, Sendable, Hashable, CaseIterable {
    case requirementChanged = "DRIFT001"
    case requirementGone = "DRIFT002"
    case requirementAdded = "DRIFT003"
    case testChanged = "DRIFT004"
    case testGone = "DRIFT005"
    case testSilent = "DRIFT006"
    case symbolChanged = "DRIFT007"
    case symbolGone = "DRIFT008"
    case taskOpen = "DRIFT009"
    case taskChanged = "DRIFT010"
    case taskGone = "DRIFT011"
    case taskSilent = "DRIFT012"
    case commitGone = "DRIFT013"
    case linksBroken = "DRIFT014"
    case documentBroken = "DRIFT015"
    case testMoved = "DRIFT016"
    case symbolMoved = "DRIFT017"
    case taskAdded = "DRIFT018"
    case commitRewritten = "DRIFT019"
    case documentGone = "DRIFT020"

    package var id: String { rawValue }

    /// Errors fail; warnings are told.
    package var severity: Diagnostic.Severity {
        switch self {
        case .testMoved, .symbolMoved, .taskAdded, .commitRewritten: .warning
        default: .error
        }
    }

    /// What the rule finds, in a few words.
    package var title: String {
        switch self {
        case .requirementChanged: "The words of a recorded requirement changed"
        case .requirementGone: "A recorded requirement is not in the specification any more"
        case .requirementAdded: "A requirement came after the feature was recorded"
        case .testChanged: "A test changed since it proved"
        case .testGone: "A test that proved is gone"
        case .testSilent: "A test does not name its requirement any more"
        case .symbolChanged: "Code changed since its requirement was proven"
        case .symbolGone: "Code that a task made is gone"
        case .taskOpen: "A task that was done is open again"
        case .taskChanged: "The words of a recorded task changed"
        case .taskGone: "A recorded task is gone"
        case .taskSilent: "A task does not name its requirement any more"
        case .commitGone: "The commit of a task is not in the history any more"
        case .linksBroken: "links.json cannot be read"
        case .documentBroken: "A document cannot be read, so nothing of it can be compared"
        case .testMoved: "A test moved, with the same content"
        case .symbolMoved: "Code moved, with the same content"
        case .taskAdded: "An open task names a requirement that was proven without it"
        case .commitRewritten: "The commit of a task was written anew, with the same changes"
        case .documentGone: "A document that links lead to is gone"
        }
    }
}

/// One thing that moved since a feature was last proven.
package struct DriftFinding: Sendable, Hashable {
    package var rule: DriftRule
    /// The feature's folder.
    package var feature: String
    /// The file to look at, below the project's root.
    package var path: String
    /// From 1; nil when the file as a whole is meant.
    package var line: Int?
    package var message: String
    package var fix: String

    package init(rule: DriftRule, feature: String, path: String, line: Int?, message: String, fix: String) {
        self.rule = rule
        self.feature = feature
        self.path = path
        self.line = line
        self.message = message
        self.fix = fix
    }

    package var severity: Diagnostic.Severity { rule.severity }
}

extension DriftFinding: CustomStringConvertible {
    package var description: String {
        "\(path)\(line.map { ":\($0)" } ?? ""): \(rule.id) \(severity.rawValue): \(message) \(fix)"
    }
}
