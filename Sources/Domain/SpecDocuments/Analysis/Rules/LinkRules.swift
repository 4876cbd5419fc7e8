/// Rules about ids that one document gives and another speaks of.
extension AnalysisContext {
    mutating func checkLinks() {
        checkCoverage()
        checkMentions()
        checkPurposes()
    }

    private mutating func checkCoverage() {
        guard let spec = feature.spec, let document = feature.tasks, let specPage = page(.spec),
            let tasksPage = page(.tasks), !spec.requirements.isEmpty, !document.tasks.isEmpty
        else { return }
        let lines = tasksPage.source.lines.filter { $0.region == .body || $0.region == .heading }
        let named = Mentions.keys(in: lines.map(\.content).joined(separator: "\n"))
        let requirements = spec.requirements.compactMap { statement in
            Mention.key(of: statement.id).map { (statement, $0) }
        }
        guard requirements.contains(where: { named.contains($0.1) }) else {
            find(
                .requirementWithoutTask, in: tasksPage.name, line: nil,
                "No task names a requirement, so nobody can tell which ones are served.",
                fix: "Name them behind the tasks, as in `(\(spec.requirements[0].id))`.")
            return
        }
        for (statement, key) in requirements where !named.contains(key) {
            find(
                .requirementWithoutTask, in: specPage.name, line: statement.line, "No task names \(statement.id).",
                fix: "Name it in the task that serves it, or add such a task.")
        }
        guard !Self.waivesTests(tasksPage) else { return }
        let tests = document.tasks.filter(Self.isTest).map { $0.title + "\n" + $0.details }
        let scenarios = spec.stories.flatMap(\.scenarios).map(\.text)
        let tested = Mentions.keys(in: (tests + scenarios).joined(separator: "\n"))
        guard requirements.contains(where: { tested.contains($0.1) }) else {
            find(
                .requirementWithoutTest, in: tasksPage.name, line: nil,
                "No test task and no scenario names a requirement.",
                fix: "Name them in the tests, or write `**Tests**: not requested` below the title.")
            return
        }
        for (statement, key) in requirements where named.contains(key) && !tested.contains(key) {
            find(
                .requirementWithoutTest, in: specPage.name, line: statement.line,
                "No test task and no scenario names \(statement.id).",
                fix: "Name it in the test that proves it, or add such a test.")
        }
    }

    private static func isTest(_ task: TaskItem) -> Bool {
        task.title.withoutCode.words.contains { $0.hasPrefix("test") || $0 == "verify" }
            || task.paths.contains { $0.lowercased().contains("test") || $0.lowercased().contains(".spec.") }
    }

    private static func waivesTests(_ page: Page) -> Bool {
        guard let value = page.source.fields["tests"]?.lowercased() else { return false }
        return ["not ", "none", "no ", "omit", "manual", "optional"].contains { value.contains($0) }
    }

    private mutating func checkMentions() {
        guard let spec = feature.spec, !spec.requirements.isEmpty else { return }
        let statements = Set((spec.requirements + spec.successCriteria).compactMap { Mention.key(of: $0.id) })
        let prefixes = Set((spec.requirements + spec.successCriteria).compactMap { Mention.prefix(of: $0.id) })
        let stories = Set(spec.stories.compactMap { Mention.key(of: $0.id) })
        let tasks = Set((feature.tasks?.tasks ?? []).compactMap { Mention.key(of: $0.id) })
        let malformed = Set(findings.filter { $0.rule == .malformedTask }.compactMap(\.line))
        for page in pages where page.kind != .constitution && !page.source.isRefused {
            for line in page.source.lines where line.region == .body || line.region == .heading || line.region == .fence
            {
                let bytes = Array(line.content.utf8)
                var seen: Set<String> = []
                guard page.kind != .tasks || !malformed.contains(line.number) else { continue }
                for mention in Mentions.find(in: bytes) where seen.insert(mention.key).inserted {
                    let written = String(decoding: bytes[mention.range], as: UTF8.self)
                    switch mention.prefix {
                    case "T":
                        guard page.kind == .tasks || page.kind == .plan || page.kind == .checklist, !tasks.isEmpty,
                            mention.range.count >= 4, !tasks.contains(mention.key)
                        else { continue }
                        find(
                            .unknownTask, in: page.name, line: line.number, "There is no task \(written).",
                            fix: "Name an existing task, or drop the mention.")
                    case "US":
                        guard page.kind == .tasks, !stories.isEmpty, !stories.contains(mention.key) else { continue }
                        find(
                            .unknownStory, in: page.name, line: line.number,
                            "The specification has no story \(written).",
                            fix: "Name one of its stories, or write this one into it.")
                    case "CHK": continue
                    default:
                        guard prefixes.contains(mention.prefix), !statements.contains(mention.key) else { continue }
                        find(
                            .unknownRequirement, in: page.name, line: line.number,
                            "The specification has no \(written).",
                            fix: "Name one that it has, or write this one into it.")
                    }
                }
            }
        }
        checkShortDependencies(tasks)
    }

    /// Dependencies written as `T9`, which prose may mean otherwise, and those inside of ranges.
    private mutating func checkShortDependencies(_ known: Set<String>) {
        guard let page = page(.tasks) else { return }
        let found = Set(findings.filter { $0.rule == .unknownTask && $0.document == page.name }.map(\.message))
        for task in feature.tasks?.tasks ?? [] {
            for name in task.dependencies where Mention.key(of: name).map({ !known.contains($0) }) ?? true {
                let message = "There is no task \(name)."
                guard !found.contains(message) else { continue }
                find(
                    .unknownTask, in: page.name, line: task.line, message,
                    fix: "Name an existing task, or drop the mention.")
            }
        }
    }

    /// Tasks in the phase of a story, or of none in particular, that say not what they are for.
    private mutating func checkPurposes() {
        guard let document = feature.tasks, let page = page(.tasks), feature.spec?.requirements.isEmpty == false,
            document.tasks.contains(where: { $0.story != nil || !$0.requirements.isEmpty })
        else { return }
        for task in document.tasks where task.story == nil && task.requirements.isEmpty {
            let place = (task.phase + " " + task.section).lowercased()
            guard !Self.common.contains(where: place.contains) else { continue }
            let prose = Mentions.find(in: Array((task.title + "\n" + task.details).utf8))
            guard !prose.contains(where: { ["FR", "NFR", "SC", "US"].contains($0.prefix.prefix { $0 != "-" }) }) else {
                continue
            }
            find(
                .taskWithoutRequirement, in: page.name, line: task.line,
                "\(task.id) serves no story and no requirement.",
                fix: "Mark it with [US1] or name the requirement, or drop the task.")
        }
    }

    /// Words in the titles of phases whose work is for all stories.
    private static let common = [
        "setup", "set-up", "set up", "foundation", "infrastructure", "prerequisite", "polish", "cross-cutting",
        "cleanup",
        "clean-up", "documentation", "release", "final", "prepar", "deploy", "validation", "convergence",
    ]
}
