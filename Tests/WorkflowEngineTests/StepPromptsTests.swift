import Templates
import Testing

@testable import WorkflowEngine

@Suite("What the engine says to agents")
struct StepPromptsTests {
    private static let values: [String: TemplateValue] = [
        "prompt": .string("Do this."), "conflict": .string("store.py: changed by both"),
        "request": .string("REQUEST"), "folder": .string("specs/001-x"), "template": .string("FORM"),
        "specification": .string("SPEC"), "plan": .string("PLAN"), "task": .string("T001 do"),
        "checks": .string("`make test`"), "output": .string("OUTPUT"), "attempt": .string("1"),
        "attempts": .string("3"), "context": .string("CONTEXT"), "files": .string("FILES"),
        "corrections": .string("WORDS"), "path": .string("specs/001-x/spec.md"),
        "faults": .list([.string("one fault")]), "size": .string("SIZE"), "full": .bool(true),
        "from": .string("store.py"), "map": .string("MAP"), "tests": .string("TESTS"), "history": .string("HISTORY"),
        "topic": .string("TOPIC"), "existing": .string("EXISTING"), "markers": .list([.string("which?")]),
        "candidates": .list([.string("FR-001: quickly")]), "most": .string("5"), "answers": .list([.string("ANSWER")]),
        "living": .list([.string("specs/living/list/spec.md")]), "delta": .string("DELTA"),
        "forms": .list([.string("# Research")]), "tasks": .string("TASKS"), "facts": .list([.string("FACT")]),
        "documents": .list([.record(["name": .string("spec.md"), "text": .string("SPEC")])]),
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

    @Test("parts that are empty leave no trace")
    func emptyParts() throws {
        var values = Self.values
        for name in ["specification", "files", "corrections", "context"] { values[name] = .string("") }
        let prompts = try StepPrompts()
        #expect(
            try prompts.text(.implement, values) == """
                Carry out this task of `specs/001-x/tasks.md`, and only this one:

                <task>
                T001 do
                </task>

                When you call `finish`, the engine verifies the work with: `make test`.

                """)
        #expect(
            try prompts.text(.feature, values) == """
                You work on one feature, `specs/001-x`. The request was: REQUEST

                <plan>
                PLAN
                </plan>

                """)
    }
}
