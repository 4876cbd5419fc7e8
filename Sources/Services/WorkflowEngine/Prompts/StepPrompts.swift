import Templates

/// The texts that the engine says to agents, from the Markdown files beside this one.
struct StepPrompts: Sendable {
    private let templates: [Name: Template]

    enum Name: String, CaseIterable, Sendable {
        case specify, plan, tasks, feature, implement, repair, work
        case verificationFailed = "verification-failed"
        case documentFaults = "document-faults"
        case joinConflict = "join-conflict"
        case describe, checklist, clarify, converge, meaning
        case clarifyAnswers = "clarify-answers"
        case unfitAnswer = "unfit-answer"

        fileprivate var bytes: [UInt8] {
            switch self {
            case .specify: PackageResources.specify_md
            case .plan: PackageResources.plan_md
            case .tasks: PackageResources.tasks_md
            case .feature: PackageResources.feature_md
            case .implement: PackageResources.implement_md
            case .repair: PackageResources.repair_md
            case .work: PackageResources.work_md
            case .verificationFailed: PackageResources.verification_failed_md
            case .documentFaults: PackageResources.document_faults_md
            case .joinConflict: PackageResources.join_conflict_md
            case .describe: PackageResources.describe_md
            case .checklist: PackageResources.checklist_md
            case .clarify: PackageResources.clarify_md
            case .clarifyAnswers: PackageResources.clarify_answers_md
            case .converge: PackageResources.converge_md
            case .meaning: PackageResources.meaning_md
            case .unfitAnswer: PackageResources.unfit_answer_md
            }
        }
    }

    init() throws {
        var templates: [Name: Template] = [:]
        for name in Name.allCases {
            templates[name] = try Template(String(decoding: name.bytes, as: UTF8.self), name: "\(name.rawValue).md")
        }
        self.templates = templates
    }

    func text(_ name: Name, _ values: [String: TemplateValue]) throws -> String {
        guard let template = templates[name] else {
            throw EngineError(.failed, "the prompt \(name.rawValue) is missing")
        }
        return try template.render(values)
    }
}
