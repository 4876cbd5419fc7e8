import Files
import JSON
import JSONSchema
import Testing
import WorkflowLibrary
import Workflows
import YAML

struct WorkflowCollectionTests {
    static let agents = ["planner", "architect", "developer", "reviewer"]
    static let specs = [
        "specs-checklist", "specs-clarify", "specs-converge", "specs-meaning", "specs-new", "specs-plan", "specs-tasks",
    ]
    static let names = ["bug", "documentation-only", "hotfix", "review", "spec-driven"] + specs + ["standard-dev"]
    let builtIn = WorkflowCollection(project: nil, user: nil)

    @Test func `The shipped workflows are there`() throws {
        #expect(try builtIn.list().map(\.name) == Self.names)
        #expect(try builtIn.list().allSatisfy { $0.origin == .builtIn })
    }

    @Test(arguments: names)
    func `A shipped workflow has no fault, fits the schema and can be frozen`(name: String) throws {
        let loaded = try builtIn.load(name, from: "/", agents: Self.agents, tools: [])
        #expect(loaded.diagnostics.map(\.description) == [])
        let schema = try Schema(WorkflowSchema.json)
        #expect(schema.violations(of: try YAMLNode.parse(loaded.text).json()).map(\.description) == [])
        let frozen = try builtIn.frozen(loaded, hash: { "\($0.count)" })
        #expect(try FrozenWorkflow.read(frozen.bytes, hash: { "\($0.count)" }) == frozen)
        #expect(try loaded.definition?.inputs(from: ["request": "x"])["request"] == "x")
    }

    @Test func `The flow that run uses has the steps that other code knows`() throws {
        let loaded = try builtIn.load("spec-driven", from: "/")
        #expect(
            try loaded.definition
                == WorkflowDefinition(
                    name: "spec-driven",
                    summary: "Takes a request through specification, plan and tasks to tested commits.",
                    inputs: [
                        InputDefinition(
                            name: "request", summary: "What is to be done, in plain words.", isRequired: true)
                    ],
                    steps: [
                        StepDefinition(
                            id: "specify", title: "Specification",
                            kind: .agent(AgentStep(agent: ValueTemplate("planner"), document: "spec"))),
                        StepDefinition(
                            id: "plan", title: "Plan",
                            kind: .agent(AgentStep(agent: ValueTemplate("architect"), document: "plan"))),
                        StepDefinition(
                            id: "tasks", title: "Tasks",
                            kind: .agent(AgentStep(agent: ValueTemplate("planner"), document: "tasks"))),
                        StepDefinition(id: "approve", title: "Approval of the plan", kind: .engine(.planGate)),
                        StepDefinition(
                            id: "implement", title: "Implementation",
                            kind: .forEach(
                                ForEachStep(
                                    items: Expression("steps.tasks.outputs.tasks"), name: "task",
                                    key: ValueTemplate("${task.id}"),
                                    steps: [
                                        StepDefinition(
                                            id: "task",
                                            kind: .agent(
                                                AgentStep(
                                                    agent: ValueTemplate("developer"), task: ValueTemplate("${task}"),
                                                    verify: true)))
                                    ]))),
                        StepDefinition(id: "archive", title: "Living specifications", kind: .engine(.archive)),
                        StepDefinition(id: "final-check", title: "Final check", kind: .engine(.finalCheck)),
                    ]))
    }

    private func withFiles(_ files: [String: String], _ body: (FilePath) throws -> Void) throws {
        try FileSystem.withTemporaryDirectory { folder in
            for (name, text) in files {
                let path = folder / name
                try FileSystem.createDirectory(path.parent)
                try FileSystem.write(text, to: path)
            }
            try body(folder)
        }
    }

    @Test func `A project's workflow stands before the user's, and that before a built-in one`() throws {
        let files = [
            "p/.vencejo/workflows/hotfix.yaml": "name: hotfix\nsteps: [{shell: project}]",
            "p/.vencejo/workflows/own.yml": "name: own\nsteps: [{workflow: child, with: {x: 1}}]",
            "p/.vencejo/workflows/notes.txt": "no workflow",
            "u/hotfix.yaml": "name: hotfix\nsteps: [{shell: user}]",
            "u/child.yaml": "name: child\ninputs: {x: integer}\nsteps: [{shell: user}]",
        ]
        try withFiles(files) { folder in
            let collection = WorkflowCollection(project: folder / "p", user: folder / "u")
            let entries = try collection.list()
            #expect(
                entries.map { "\($0.name) \($0.origin.rawValue)" } == [
                    "bug built-in", "child user", "documentation-only built-in", "hotfix project", "own project",
                    "review built-in", "spec-driven built-in",
                ] + Self.specs.map { "\($0) built-in" } + ["standard-dev built-in"])
            let own = try collection.load("own", from: folder)
            let frozen = try collection.frozen(own, hash: { _ in "" })
            guard case .workflow(let call) = frozen.definition.steps[0].kind else { return }
            #expect(call.definition?.steps.map(\.id) == ["workflow-1.shell-1"])
            #expect(try collection.load("u/child.yaml", from: folder).definition?.name == "child")
        }
    }

    @Test func `A workflow of spec-kit is found with its overlays`() throws {
        let files = [
            "p/.specify/workflows/shop/workflow.yml":
                "workflow: {id: shop}\nsteps:\n  - {id: a, type: shell, run: a}\n  - {id: b, type: shell, run: '{{ steps.no.output.x }}'}",
            "p/.specify/workflows/overlays/shop/more.yml":
                "id: more\nextends: shop\nedits: [{insert_after: a, step: {id: c, type: shell, run: c}}]",
        ]
        try withFiles(files) { folder in
            let collection = WorkflowCollection(project: folder / "p", user: nil)
            let loaded = try collection.load("shop", from: folder)
            #expect(loaded.entry.origin == .specKit)
            #expect(loaded.definition?.steps.map(\.id) == ["a", "c", "b"])
            #expect(loaded.diagnostics.isEmpty)
        }
    }

    @Test func `Faults of shape and of meaning are told in the file's order`() throws {
        let text = "name: x\nsteps:\n  - shell: ${inputs.a}\n  - shel: b\n  - shell: ${inputs.c}"
        try withFiles(["x.yaml": text]) { folder in
            let collection = WorkflowCollection(project: nil, user: nil)
            let found = try collection.check(try collection.entry("./x.yaml", from: folder), shownAs: "x.yaml")
                .diagnostics
            #expect(found.filter { $0.severity == .error }.map(\.line) == [3, 4, 5])
        }
    }

    @Test func `What cannot be had is told`() throws {
        let files = [
            "p/.vencejo/workflows/bad.yaml": "name: bad\nsteps: [{shel: x}, {shell: 'a', timeout: 1}]",
            "p/.vencejo/workflows/other.yaml": "name: another\nsteps: [{shell: x}]",
            "p/.vencejo/workflows/lost.yaml": "name: lost\nsteps: [{workflow: bdug}]",
        ]
        try withFiles(files) { folder in
            let collection = WorkflowCollection(project: folder / "p", user: nil)
            let file = "\(folder)/p/.vencejo/workflows"
            var message = ""
            do throws(WorkflowLibraryError) { _ = try collection.load("bad", from: folder) } catch {
                message = error.message
            }
            #expect(
                message
                    == "the workflow 'bad' has errors: \(file)/bad.yaml:2:10: error: 'shel' names no kind of step; did you mean 'shell'? (and 1 more; see vencejo workflows validate)"
            )
            do throws(WorkflowLibraryError) { _ = try collection.load("hotfx", from: folder) } catch {
                message = error.message
            }
            #expect(
                message
                    == "there is no workflow 'hotfx'; there are bad, bug, documentation-only, hotfix, lost, other, review, spec-driven, \(Self.specs.joined(separator: ", ")), standard-dev"
            )
            do throws(WorkflowLibraryError) { _ = try collection.load("./none.yaml", from: folder) } catch {
                message = error.message
            }
            #expect(message == "there is no file ./none.yaml")
            let other = try collection.load("other", from: folder)
            #expect(
                other.diagnostics.map(\.message) == [
                    "the workflow is called 'another', and its file 'other'"
                ])
            do throws(WorkflowLibraryError) { _ = try collection.load("lost", from: folder) } catch {
                message = error.message
            }
            #expect(
                message
                    == "the workflow 'lost' has errors: \(file)/lost.yaml:2:20: error: there is no workflow 'bdug'; did you mean 'bug'?"
            )
        }
    }
}
