/// The documents that are written from a form.
package enum TemplateName: String, Sendable, Hashable, CaseIterable {
    case constitution, spec, plan, tasks, checklist, research, quickstart, delta
    case dataModel = "data-model"

    /// Its file's name wherever it lies.
    package var file: String { "\(rawValue)-template.md" }

    /// Takes `spec`, `spec-template` and `spec-template.md`.
    package init?(named text: String) {
        var name = text.lowercased()[...]
        if name.hasSuffix(".md") { name = name.dropLast(3) }
        if name.hasSuffix("-template") { name = name.dropLast("-template".count) }
        self.init(rawValue: String(name))
    }

    /// What the program has for it without any preset.
    var builtIn: [UInt8] {
        switch self {
        case .constitution: PackageResources.constitution_template_md
        case .spec: PackageResources.spec_template_md
        case .plan: PackageResources.plan_template_md
        case .tasks: PackageResources.tasks_template_md
        case .checklist: PackageResources.checklist_template_md
        case .research: PackageResources.research_template_md
        case .quickstart: PackageResources.quickstart_template_md
        case .delta: PackageResources.delta_template_md
        case .dataModel: PackageResources.data_model_template_md
        }
    }
}

/// The sets of forms that the program brings; a set has some of the forms, and the built-in ones stand for the others.
package enum ShippedPreset: String, Sendable, Hashable, CaseIterable {
    /// More sections: entities, assumptions, phases.
    case standard
    /// As little as can be built on.
    case minimal

    func bytes(of name: TemplateName) -> [UInt8]? {
        switch (self, name) {
        case (.standard, .spec): PackageResources.standard_spec_md
        case (.standard, .plan): PackageResources.standard_plan_md
        case (.standard, .tasks): PackageResources.standard_tasks_md
        case (.minimal, .spec): PackageResources.minimal_spec_md
        case (.minimal, .plan): PackageResources.minimal_plan_md
        case (.minimal, .tasks): PackageResources.minimal_tasks_md
        default: nil
        }
    }
}
