import Testing

/// One change to a clean feature, and the only finding that it may bring.
struct SeededFault: Sendable, CustomTestStringConvertible {
    enum Place: String, Sendable { case spec, plan, tasks, constitution, checklist }

    var feature: CleanFeature
    var place: Place
    var old: String
    var new: String
    /// `SPEC001 spec.md`, the finding without its line.
    var expected: String
    /// A text in the line that is to be named, in the changed documents; empty where none is.
    var at: String

    init(
        _ feature: CleanFeature, _ place: Place, _ old: String, _ new: String, _ expected: String, at: String
    ) {
        self.feature = feature
        self.place = place
        self.old = old
        self.new = new
        self.expected = expected
        self.at = at
    }

    var testDescription: String { "\(expected): \(feature.name), \(old.prefix(40)) → \(new.prefix(40))" }

    var broken: CleanFeature {
        var feature = feature
        func change(_ text: String) -> String { text.replacing(old, with: new) }
        switch place {
        case .spec: feature.spec = change(feature.spec)
        case .plan: feature.plan = change(feature.plan)
        case .tasks: feature.tasks = change(feature.tasks)
        case .constitution: feature.constitution = feature.constitution.map(change)
        case .checklist: feature.checklist = feature.checklist.map(change)
        }
        return feature
    }

    func text(of document: String, in feature: CleanFeature) -> String {
        switch document {
        case "spec.md": feature.spec
        case "plan.md": feature.plan
        case "tasks.md": feature.tasks
        case "constitution.md": feature.constitution ?? ""
        default: feature.checklist ?? ""
        }
    }
}
