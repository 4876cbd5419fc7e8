import JSON
import Testing
import Workflows

struct SpecKitTests {
    static let file = """
        schema_version: "1.0"
        workflow:
          id: shop
          name: Shop feature
          version: "2.1"
          description: From an idea to tested code.
        inputs:
          idea: {type: string, required: true, prompt: What shall it do?}
          scope: {type: string, default: all, enum: [all, api]}
          tries: {type: number, default: 2}
        steps:
          - id: spec
            command: speckit.specify
            integration: auto
            input: {args: "{{ inputs.idea }} for {{ inputs.scope | default('all') }}"}
          - id: look
            type: gate
            message: Look at the specification.
            options: [approve, reject]
          - id: cut
            command: speckit.tasks
          - id: build
            command: speckit.implement
          - id: test
            type: shell
            run: make ${TARGET} && echo {{ context.run_id }}
            timeout: 90
            output_format: json
            continue_on_error: true
          - id: ask
            type: prompt
            prompt: Explain {{ steps.test.output.stderr }} in one line.
          - id: sure
            type: gate
            message: Go on?
            options: [yes, abort]
            on_reject: retry
          - id: branch
            type: if
            condition: "{{ steps.test.output.exit_code == 0 and steps.sure.output.choice != 'a|b' }}"
            then:
              - {id: fine, type: shell, run: echo fine}
            else:
              - id: again
                type: while
                condition: "{{ not steps.ask.output.exit_code == 0 }}"
                max_iterations: 3
                steps:
                  - {id: inner, type: shell, run: make}
          - id: route
            type: switch
            expression: "{{ inputs.tries }}"
            cases:
              2: [{id: two, type: shell, run: echo two}]
            default: [{id: other, type: shell, run: echo other}]
          - id: fan
            type: fan-out
            items: "{{ steps.test.output.data.parts }}"
            max_concurrency: 2
            step: {id: part, type: shell, run: "echo {{ item.name }}"}
          - id: all
            type: fan-in
            wait_for: [fan]
            output: {names: "{{ steps.fan.output.results | map('part.stdout') | join(', ') }}", n: "{{ fan_in.results[0] }}"}
          - id: last
            type: do-while
            condition: "{{ steps.all.output.names | contains('x') }}"
            steps: [{id: end, command: my.command, input: {args: "{{ status }}"}}]
        """

    @Test func `A file of spec-kit becomes a definition as it is`() throws {
        let parsed = WorkflowParser.check(
            Self.file, file: ".specify/workflows/shop/workflow.yml", context: WorkflowContext())
        #expect(parsed.diagnostics.filter { $0.severity == .error }.map(\.description) == [])
        #expect(parsed.isSpecKit)
        let definition = try #require(parsed.definition)
        #expect(definition.name == "shop")
        #expect(definition.version == "2.1")
        #expect(
            definition.inputs == [
                InputDefinition(name: "idea", summary: "What shall it do?", isRequired: true),
                InputDefinition(name: "scope", defaultValue: "all", choices: ["all", "api"]),
                InputDefinition(name: "tries", type: .number, defaultValue: 2),
            ])
        #expect(
            definition.steps.map(\.id) == [
                "spec", "look", "cut", "build", "test", "ask", "sure-again", "branch", "route", "fan", "all", "last",
            ])
        let kinds = Dictionary(uniqueKeysWithValues: definition.steps.map { ($0.id, $0.kind) })
        #expect(
            try kinds["spec"]
                == .agent(
                    AgentStep(
                        agent: ValueTemplate("planner"),
                        prompt: ValueTemplate("${inputs.idea} for ${default(inputs.scope, 'all')}"), document: "spec")))
        #expect(
            try kinds["look"]
                == .gate(
                    GateStep(
                        question: ValueTemplate("Look at the specification."), asks: .choice,
                        choices: [
                            GateChoice(value: "approve", label: "approve"),
                            GateChoice(value: "reject", label: "reject"),
                        ])))
        guard case .forEach(let build) = kinds["build"] else {
            Issue.record("\(kinds)")
            return
        }
        #expect(build.items.source == "steps['cut'].outputs.tasks")
        #expect(build.steps.map(\.id) == ["build-task"])
        #expect(
            try definition.steps[4]
                == StepDefinition(
                    id: "test",
                    kind: .shell(
                        ShellStep(command: ValueTemplate("make $${TARGET} && echo ${run.id}"), givesJSON: true)),
                    onError: .continue, timeout: 90_000))
        guard case .if(let condition, _, let otherwise) = kinds["branch"], case .while(let loop) = otherwise[0].kind,
            case .switch(let route) = kinds["route"], case .forEach(let fan) = kinds["fan"],
            case .while(let last) = kinds["last"]
        else { return }
        #expect(condition.source == "steps.test.outputs.exit_code == 0 and steps.sure.outputs.answer != 'a|b'")
        #expect(loop.condition.source == "not (steps.ask.error == null ? 0 : 1) == 0")
        #expect(loop.limit == 3)
        #expect(route.value.source == "string(inputs.tries)")
        #expect(route.cases.map(\.value) == ["2"])
        #expect(fan.items.source == "steps.test.outputs.data.parts")
        #expect(fan.limit == 2)
        #expect(
            definition.steps[10].outputs.map(\.value.source) == [
                "${[steps['fan'].outputs]}", "${join(map(steps.fan.outputs.items, 'part.stdout'), ', ')}",
                "${[steps['fan'].outputs][0]}",
            ])
        #expect(last.condition.source == "contains(steps.all.outputs.names, 'x')")
        #expect(last.runsFirst)
        guard case .agent(let own) = last.steps[0].kind else { return }
        #expect(own.prompt?.source.stringValue?.hasSuffix("Arguments: ${null}") == true)
    }

    @Test func `What cannot be carried out is told with its place`() {
        let text = """
            workflow: {id: Bad}
            schema_version: "2.0"
            inputs: {a: {type: list}}
            steps:
              - {id: start, type: init}
              - {id: plan}
              - {id: plan, command: x}
              - {id: s, type: shell, run: "{{ a | sort }}"}
              - {id: g, type: gate, message: x, verdict_input: a, on_reject: maybe}
              - {id: i, type: if, condition: ready, then: []}
              - {id: f, type: fan-in, wait_for: [none]}
              - just text
            """
        #expect(
            WorkflowParser.parse(text, file: "w").diagnostics.map(\.description) == [
                "w:1:16: error: 'Bad' is no id of a workflow; use lower case letters, digits and hyphens",
                "w:2:17: error: schema_version '2.0' is not known; this reads '1.0'",
                "w:3:20: error: 'list' is no type of an input; there are string, number and boolean",
                "w:5:23: error: the step type 'init' cannot be carried out; prepare the project with vencejo init, and remove the step",
                "w:6:5: error: a command step needs 'command'; add it, such as speckit.plan",
                "w:7:5: error: the id 'plan' is used twice, first on line 6; ids are unique in the whole file",
                "w:8:34: error: '| sort' is no filter; there are default, join, map, contains and from_json",
                "w:9:52: warning: the gate asks, whatever the input in 'verdict_input' says; answer it with vencejo gates answer",
                "w:9:66: error: 'on_reject' takes one of abort, skip, retry, not 'maybe'",
                "w:10:34: error: 'ready' is a text and not worked out; write it in {{ … }}",
                "w:11:37: error: there is no step 'none' to wait for",
                "w:12:5: error: a step is a mapping with an 'id' of letters, digits, - and _; add one",
            ])
    }

    @Test func `Overlays are laid over the steps, lower priorities last`() throws {
        let base = """
            workflow: {id: shop}
            steps:
              - {id: a, type: shell, run: a}
              - {id: b, type: if, condition: "{{ inputs.x }}", then: [{id: c, type: shell, run: c}]}
              - {id: d, type: shell, run: d}
            """
        let low = """
            id: low
            extends: shop
            priority: 1
            edits:
              - {replace: a, step: {id: a, type: shell, run: low}}
              - {insert_after: c, step: {id: e, type: shell, run: e}}
              - {operation: remove, anchor: d}
            """
        let high = """
            id: high
            extends: shop
            edits:
              - {replace: a, step: {id: a, type: shell, run: high}}
              - {insert_before: a, step: {id: z, type: shell, run: z}}
              - {insert_after: none, step: {id: y, type: shell, run: y}}
            """
        let off = "id: off\nextends: shop\nenabled: false\nedits: [{remove: a}]"
        let parsed = WorkflowParser.parse(
            base, file: "w",
            overlays: [("low", low), ("high", high), ("off", off), ("bad", "id: bad\nextends: other\nedits: []")])
        #expect(
            parsed.diagnostics.map(\.description) == [
                "bad:2:10: error: the overlay 'bad' is for 'other', not for 'shop'",
                "high:6:5: error: there is no step 'none' in the workflow",
            ])
        let steps = try #require(parsed.draft).steps
        #expect(steps.map(\.id) == ["z", "a", "b"])
        #expect(try steps[1].kind == .shell(ShellStep(command: ValueTemplate("low"))))
        guard case .if(_, let then, _) = steps[2].kind else { return }
        #expect(then.map(\.id) == ["c", "e"])
    }
}
