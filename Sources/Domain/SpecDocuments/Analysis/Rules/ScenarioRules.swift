/// Rules about stories and their scenarios.
extension AnalysisContext {
    mutating func checkScenarios() {
        guard let spec = feature.spec, let page = page(.spec) else { return }
        let hasPriorities = spec.stories.contains { $0.priority != nil }
        let served = Set((feature.tasks?.tasks ?? []).compactMap { $0.story.flatMap(Mention.key) })
        for story in spec.stories {
            if story.scenarios.isEmpty {
                find(
                    .storyWithoutScenario, in: page.name, line: story.line, "\(story.id) has no acceptance scenario.",
                    fix: "Add `1. **Given** …, **When** …, **Then** …` below `**Acceptance Scenarios**:`.")
            }
            if story.priority == nil, hasPriorities {
                find(
                    .storyWithoutPriority, in: page.name, line: story.line,
                    "\(story.id) has no priority, although others do.", fix: "End its heading with `(Priority: P2)`.")
            }
            if !served.isEmpty, let key = Mention.key(of: story.id), !served.contains(key) {
                find(
                    .storyWithoutTask, in: page.name, line: story.line, "No task serves \(story.id).",
                    fix: "Mark its tasks with [\(story.id)], or move the story out of this feature.")
            }
            for scenario in story.scenarios { check(scenario, of: story, page) }
        }
    }

    private mutating func check(_ scenario: SpecDocument.Scenario, of story: SpecDocument.UserStory, _ page: Page) {
        let steps = ScenarioSteps(scenario.text)
        guard !steps.order.isEmpty || !scenario.text.isForeign else { return }
        if !steps.missing.isEmpty {
            find(
                .incompleteScenario, in: page.name, line: scenario.line,
                "A scenario of \(story.id) has no \(steps.missing.joined(separator: " and no ")).",
                fix: "Write it as **Given** …, **When** …, **Then** ….")
        } else if !steps.isInOrder {
            find(
                .scenarioOrder, in: page.name, line: scenario.line,
                "A scenario of \(story.id) goes \(steps.order.joined(separator: ", ")).",
                fix: "Put Given first, then When, then Then.")
        }
    }
}
