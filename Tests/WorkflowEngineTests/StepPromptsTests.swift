import Templates
import Testing

@testable import WorkflowEngine

@Suite("What the engine says to agents")
struct StepPromptsTests {
    private static let values: [String: TemplateValue] = [
        "request": .string("REQUEST"), "folder": .string("specs/001-x"), "template": .string("FORM"),
        "specification": .string("SPEC"), "plan": .string("PLAN"), "task": .string("T001 do"),
        "checks": .string("`make test`"), "output": .string("OUTPUT"), "attempt": .string("1"),
        "attempts": .string("3"), "path": .string("specs/001-x/spec.md"), "faults": .list([.string("one fault")]),
    ]

    @Test("every prompt renders from the values that the steps give", arguments: StepPrompts.Name.allCases)
    func renders(name: StepPrompts.Name) throws {
        let text = try StepPrompts().text(name, Self.values)
        #expect(!text.contains("{{"))
        #expect(text.count > 80)
    }

    @Test("a prompt is the same bytes each time")
    func deterministic() throws {
        let first = try StepPrompts().text(.implement, Self.values)
        let second = try StepPrompts().text(.implement, Self.values)
        #expect(first == second)
        #expect(first.contains("<task>\nT001 do\n</task>"))
    }
}
