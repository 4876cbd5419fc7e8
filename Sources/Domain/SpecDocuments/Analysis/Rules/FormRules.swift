/// Rules about each document by itself.
extension AnalysisContext {
    mutating func checkForms() {
        for page in pages {
            for fault in page.source.faults {
                let rule: AnalysisRule =
                    switch fault.kind {
                    case .notText: .notText
                    case .conflict: .conflict
                    case .unclosed: .unclosed
                    }
                let found = fault.diagnostic
                find(rule, in: page.name, line: found.line, found.message, fix: found.fix)
            }
            guard !page.source.isRefused else { continue }
            checkTitle(page)
            checkSections(page)
            checkQuestions(page)
            for found in Placeholders.diagnose(page.source) {
                find(.placeholder, in: page.name, line: found.line, found.message, fix: found.fix)
            }
            checkStandIns(page)
        }
        checkContents()
        checkDuplicates()
    }

    private mutating func checkTitle(_ page: Page) {
        let kind =
            switch page.kind {
            case .constitution: "Project Constitution"
            case .spec: "Feature Specification"
            case .plan: "Implementation Plan"
            case .tasks: "Tasks"
            case .checklist: "Checklist"
            }
        guard
            page.source.headings.contains(where: { $0.level == 1 }) == false
                // There is one constitution, which needs no name.
                || (page.kind != .constitution && DocumentTitle.read(page.source, kind: kind).isEmpty)
        else { return }
        find(
            .untitled, in: page.name, line: page.source.title?.line ?? 1, "The document has no title.",
            fix: "Begin it with `# \(kind): Name of the feature`.")
    }

    private mutating func checkSections(_ page: Page) {
        let source = page.source
        for (index, heading) in source.headings.enumerated() where heading.level > 1 {
            let next = index + 1 < source.headings.count ? source.headings[index + 1] : nil
            // A heading right above its first part needs no text of its own.
            if let next, next.level > heading.level { continue }
            let end = next.map { $0.line - 1 } ?? source.lines.count
            let isEmpty = source.lines[heading.lastLine..<max(heading.lastLine, end)].allSatisfy {
                $0.region == .comment || $0.content.trimmed.isEmpty || $0.content.trimmed == "---"
            }
            guard isEmpty else { continue }
            find(
                .emptySection, in: page.name, line: heading.line, "The section \"\(heading.title)\" is empty.",
                fix: "Write what belongs there, or remove the heading.")
        }
    }

    private mutating func checkQuestions(_ page: Page) {
        guard page.kind != .checklist, page.kind != .constitution else { return }
        for line in page.source.lines where line.region == .body || line.region == .heading {
            let text = line.content.withoutCode
            guard let place = text.firstRange(of: "NEEDS CLARIFICATION"),
                Placeholders.find(in: line.content, isCode: false).isEmpty
            else { continue }
            let rest = text[place.upperBound...].drop { $0 == ":" || $0 == " " }
            let question = String(rest.prefix { $0 != "]" }).trimmed
            find(
                .openQuestion, in: page.name, line: line.number,
                question.isEmpty ? "A point is not decided." : "A point is not decided: \(question)",
                fix: "Decide it and write the answer in place of the marker.")
        }
    }

    /// Words that authors put where something is to come.
    private mutating func checkStandIns(_ page: Page) {
        guard page.kind != .checklist else { return }
        for line in page.source.lines where line.region == .body || line.region == .heading {
            let text = line.content.withoutCode
            let words = text.split { !($0.isLetter || $0 == ":") }
            let standIn = words.first { ["TBD", "TBD:", "TODO:", "FIXME", "FIXME:", "TKTK", "XXX"].contains($0) }
            let isFiller = text.lowercased().contains("lorem ipsum")
            guard standIn != nil || isFiller else { continue }
            find(
                .placeholder, in: page.name, line: line.number,
                "\"\(standIn.map(String.init) ?? "lorem ipsum")\" stands where something is to come.",
                fix: "Write what belongs here, or remove the line.")
        }
    }

    private mutating func checkContents() {
        if let spec = feature.spec, let page = page(.spec), !page.source.isRefused {
            if spec.requirements.isEmpty {
                find(
                    .noContent, in: page.name, line: nil, "The specification states no requirement.",
                    fix: "Write each as `- **FR-001**: The system MUST …`.")
            }
            if spec.stories.isEmpty {
                find(
                    .noStory, in: page.name, line: nil, "The specification has no user story.",
                    fix: "Add a heading such as `### User Story 1 - Title (Priority: P1)`.")
            }
        }
        if let tasks = feature.tasks, let page = page(.tasks), !page.source.isRefused, tasks.tasks.isEmpty {
            find(
                .noContent, in: page.name, line: nil, "The document holds no task.",
                fix: "Write one task a line: `- [ ] T001 [P] [US1] What to do in path/to/file`.")
        }
        if let page = page(.plan), !page.source.isRefused,
            !page.source.lines.contains(where: { $0.region == .body && !$0.content.trimmed.isEmpty })
        {
            find(
                .noContent, in: page.name, line: nil, "The plan is empty.",
                fix: "Write at least a summary and the technical approach.")
        }
        if let constitution = feature.constitution, let page = page(.constitution), !page.source.isRefused {
            if constitution.principles.isEmpty {
                find(
                    .noContent, in: page.name, line: nil, "The constitution states no principle.",
                    fix: "Add `## Core Principles` and below it a heading and a paragraph for each.")
            }
            checkVersion(constitution, page)
        }
        if feature.spec == nil, feature.plan != nil || feature.tasks != nil {
            find(
                .missingDocument, in: "spec.md", line: nil, "There is a plan or a task list and no specification.",
                fix: "Write spec.md, or restore it from git.")
        }
        // What is tiny or small needs no plan, and says so in its specification.
        let needsPlan = feature.spec?.ceremony.map { $0 == .full } ?? true
        if feature.plan == nil, feature.tasks != nil, needsPlan {
            find(
                .missingDocument, in: "plan.md", line: nil, "There is a task list and no plan.",
                fix: "Write plan.md, or restore it from git.")
        }
    }

    private mutating func checkVersion(_ constitution: Constitution, _ page: Page) {
        let version = constitution.version?.split(separator: " ").first
        let parts = version?.split(separator: ".", omittingEmptySubsequences: false) ?? []
        guard parts.count != 3 || !parts.allSatisfy({ Int($0) != nil }) else { return }
        let line = page.source.lines.first { $0.region == .body && $0.content.contains("**Version**") }?.number
        find(
            .constitutionVersion, in: page.name, line: line,
            version.map { "The constitution's version \($0) is not of three numbers." }
                ?? "The constitution has no version.",
            fix: "End it with `**Version**: 1.0.0 | **Ratified**: 2026-01-31 | **Last Amended**: 2026-01-31`.")
    }

    /// Boxes elsewhere, such as those of a list of checks at the end, need no id.
    private func isInPhase(_ line: Int?, _ page: Page) -> Bool {
        var heading = line.flatMap { page.source.lines[$0 - 1].heading }
        while let index = heading {
            if page.source.headings[index].title.lowercased().hasPrefix("phase") { return true }
            heading = page.source.headings[index].parent
        }
        return false
    }

    private mutating func checkDuplicates() {
        for page in pages where !page.source.isRefused {
            var found: [Diagnostic] = []
            switch page.kind {
            case .spec:
                var parser = SpecParser(page.source)
                parser.parse()
                found = parser.diagnostics
            case .tasks:
                var parser = TasksParser(page.source)
                parser.parse()
                found = parser.duplicates
                for fault in parser.malformed where fault.severity == .error || isInPhase(fault.line, page) {
                    find(.malformedTask, in: page.name, line: fault.line, fault.message, fix: fault.fix)
                }
            case .checklist:
                let known = Set(page.source.diagnostics)
                found = ChecklistDocument(parsing: page.text).diagnostics.filter { !known.contains($0) }
            case .constitution, .plan: break
            }
            for fault in found { find(.duplicateID, in: page.name, line: fault.line, fault.message, fix: fault.fix) }
        }
    }
}
