import Gateway
import Runs
import Testing

@Suite struct ComplexityTests {
    @Test(arguments: [
        ("", 0, 0, 0, 25), ("Fix a typo in the README", 0, 0, 0, 9),
        ("Add a --json flag to the list command", 1, 1, 10, 25),
        ("Rename a function and comment it, a typo", 0, 0, 0, 9),
        ("Fix the race between two threads", 0, 0, 0, 32),
        ("Encrypt the records, migrate the schema, and keep the wire protocol compatible", 4, 6, 6400, 77),
        (String(repeating: "word ", count: 10_000), 0, 0, 0, 45),
        (
            "Refactor the parser, fix the deadlock, secure the login, migrate, shard, profile and stop the crash", 20,
            20,
            1_000_000, 92
        ),
    ])
    func `Words, plan and repository add up`(
        _ text: String, _ tasks: Int, _ files: Int, _ repository: Int, _ expected: Int
    ) {
        #expect(
            Complexity.estimate(text, plan: .init(tasks: tasks, files: files), map: .init(files: repository))
                == expected)
    }

    @Test func `A text of any length costs no more than its beginning, and stays within bounds`() {
        let long = String(repeating: "deadlock crypto migrate parser shard latency rewrite crash ", count: 100_000)
        #expect(
            (0...100).contains(
                Complexity.estimate(long, plan: .init(tasks: .max, files: .max), map: .init(files: .max))))
        #expect(Complexity.estimate(long) == Complexity.estimate(String(long.prefix(64 << 10))))
    }

    @Test(arguments: [
        (StepKey.specify, "planner", TaskKind.specify), (.plan, "architect", .plan), (.tasks, "planner", .plan),
        (.task("T001"), "developer", .code), (.finalCheck, "developer", .code),
        (StepKey(rawValue: "look"), "reviewer", .review), (StepKey(rawValue: "look"), "explorer", .explore),
        (StepKey(rawValue: "x"), "somebody", .code),
    ])
    func `A step has a kind`(_ step: StepKey, _ agent: String, _ kind: TaskKind) {
        #expect(TaskKind.of(step, agent: agent) == kind)
    }
}
