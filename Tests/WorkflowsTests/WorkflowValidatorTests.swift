import JSON
import Testing
import Workflows

struct WorkflowValidatorTests {
    let context = WorkflowContext(
        agents: ["developer", "planner", "reviewer"], tools: ["read_file", "search"],
        workflows: [
            "child": WorkflowDefinition(
                name: "child",
                inputs: [
                    InputDefinition(name: "path", isRequired: true), InputDefinition(name: "count", type: .integer),
                    InputDefinition(name: "mode", choices: ["a", "b"]),
                ],
                outputs: [OutputDefinition(name: "found", value: .init(literal: "x"))], steps: [])
        ])

    private func faults(_ text: String, inputs: String = "", around: String = "") -> [String] {
        let file = """
            name: w
            inputs:
              request: {type: string, required: true}
              files: array
            \(around)steps:

            """ + text
        return WorkflowParser.check(file, file: "w", context: context).diagnostics.map(\.description)
    }

    @Test func `References to what is not there are told with the nearest name`() {
        let found = faults(
            """
              - id: build
                shell: make
              - id: next
                prompt: ${request} ${inputs.requst} ${steps.biuld.outputs.stdout} ${steps.build.outputs.exit} ${steps.build.stdout} ${task} ${steps}
            """)
        #expect(
            found == [
                "w:9:15: error: there is nothing called 'request' here; write 'inputs.request'",
                "w:9:26: error: the workflow has no input 'requst'; did you mean 'request'?",
                "w:9:43: error: there is no step 'biuld'; did you mean 'build'?",
                "w:9:73: error: the step 'build' has no output 'exit'; did you mean 'exit_code'?",
                "w:9:101: error: a step has 'outputs', 'error' and 'status', and no 'stdout'; write 'steps.build.outputs.stdout'",
                "w:9:123: error: there is nothing called 'task' here; a text is written in quotes, and the names are inputs, steps, run",
                "w:9:131: error: 'steps' alone is no value; name the step, as in steps.build.outputs.exit_code",
            ])
    }

    @Test func `Integrations are held to the actions of their roles`() {
        let found = faults(
            """
              - id: a
                integration: tracker
                action: creat
              - id: b
                integration: chat
                action: post
                with: {txt: hello, channel: 7}
              - id: c
                prompt: ${steps.b.outputs.link}
            """)
        #expect(
            found == [
                "w:8:13: error: a tracker has no action 'creat'; did you mean 'create'?",
                "w:9:5: error: chat post needs the argument 'text'; add it under 'with'",
                "w:12:17: error: chat post has no argument 'txt'; did you mean 'text'?",
                "w:12:33: error: the argument 'channel' is a text, and this is a number",
                "w:14:15: error: the step 'b' has no output 'link'; it has id, channel, thread, url",
            ])
    }

    @Test func `A step can be named only where it may have ended`() {
        let found = faults(
            """
              - id: first
                prompt: ${steps.second.outputs.text} ${steps.first.outputs.text}
              - id: second
                prompt: ${steps.first.outputs.text}
              - id: both
                parallel:
                  a: {id: left, prompt: 'x'}
                  b: {id: right, prompt: '${steps.left.outputs.text}'}
              - id: loop
                for-each: inputs.files
                steps:
                  - {id: inner, prompt: '${item} ${index}'}
                  - {id: inner2, prompt: '${steps.inner.outputs.text}'}
              - id: after
                prompt: ${steps.inner.outputs.text} ${steps.left.outputs.text} ${steps.loop.outputs.items} ${item}
              - id: again
                while: steps.check.outputs.exit_code != 0
                steps:
                  - {id: mend, prompt: '${steps.check.outputs.stderr}'}
                  - {id: check, shell: make}
            """)
        #expect(
            found == [
                "w:7:15: error: the step 'second' cannot have ended when this is worked out; move it before, or name it in 'needs'",
                "w:7:44: error: the step 'first' cannot have ended when this is worked out; move it before, or name it in 'needs'",
                "w:13:33: error: the step 'left' cannot have ended when this is worked out; move it before, or name it in 'needs'",
                "w:20:15: error: the step 'inner' runs once for each element of 'loop', and this is outside of it; use steps.loop.outputs.items, a list with the outputs of each",
                "w:20:98: error: there is nothing called 'item' here; it is known inside of its for-each only",
            ])
    }

    @Test func `A graph sees what it needs, and tells circles`() {
        let found = faults(
            """
              - {id: a, prompt: x}
              - {id: b, needs: a, prompt: '${steps.a.outputs.text}'}
              - {id: c, needs: [b], prompt: '${steps.a.outputs.text}'}
              - {id: d, prompt: '${steps.a.outputs.text}'}
              - {id: e, needs: [f, x, e, inner], prompt: x}
              - {id: f, needs: [g], prompt: x}
              - {id: g, needs: [e], prompt: x}
              - id: h
                needs: a
                if: 'true == inputs.request'
                then: [{id: inner, prompt: x}]
            """)
        #expect(
            found == [
                "w:9:24: error: the step 'a' cannot have ended when this is worked out; move it before, or name it in 'needs'",
                "w:10:20: error: these steps wait for each other: e → f → g → e; remove one of the needs",
                "w:10:24: error: 'x', which 'e' needs, does not exist",
                "w:10:27: error: the step 'e' needs itself; remove it from 'needs'",
                "w:10:30: error: 'inner' stands in another list of steps; 'needs' names steps of the same list",
            ])
    }

    @Test func `Agents, tools and workflows are looked up`() {
        let found = faults(
            """
              - {agent: devloper, prompt: x, tools: [read_fil]}
              - {tool: serch}
              - {workflow: chidl}
              - id: call
                workflow: child
                with: {pth: x, count: '1', mode: c}
              - {prompt: '${steps.call.outputs.fond}'}
              - {workflow: w}
              - {agent: '${inputs.request}', prompt: x}
            """)
        #expect(
            found == [
                "w:6:13: error: there is no agent 'devloper'; did you mean 'developer'?",
                "w:6:42: error: there is no tool 'read_fil'; did you mean 'read_file'?",
                "w:7:12: error: there is no tool 'serch'; did you mean 'search'?",
                "w:8:16: error: there is no workflow 'chidl'; did you mean 'child'?",
                "w:9:5: error: the workflow 'child' needs the input 'path'; add it under 'with'",
                "w:11:17: error: the workflow 'child' has no input 'pth'; did you mean 'path'?",
                "w:11:28: error: the input 'count' is of type integer, and '1' is a text",
                "w:11:38: error: 'c' is no choice of the input 'mode'; the choices are 'a', 'b'",
                "w:12:17: error: the step 'call' has no output 'fond'; did you mean 'found'?",
                "w:13:16: error: the workflow calls itself: w → w; a workflow cannot be part of itself; use while",
                "w:13:16: error: there is no workflow 'w'; there are child",
            ])
    }

    @Test(arguments: [
        ("{path: p, count: 1.5}", "w:8:28: error: the input 'count' is of type integer, and 1.5 is a number"),
        ("{path: [p]}", "w:8:18: error: the input 'path' is of type string, and [\"p\"] is a list"),
        ("{path: null}", "w:8:18: error: the input 'path' is required, and this is null; give it a value"),
        ("{path: p, mode: B}", "w:8:27: error: 'B' is no choice of the input 'mode'; the choices are 'a', 'b'"),
        ("{path: p, count: null}", nil), ("{path: p, count: 2, mode: b}", nil),
        // What is not written out is checked when the call is made.
        ("{path: p, count: '${inputs.request}'}", nil),
    ])
    func `What is written out for a sub-workflow's inputs is checked`(given: String, fault: String?) {
        let found = faults("  - id: call\n    workflow: child\n    with: \(given)")
        #expect(found == (fault.map { [$0] } ?? []))
    }

    @Test func `Circles of workflows are named`() {
        let call = { (name: String) in
            [StepDefinition(id: "c", kind: .workflow(WorkflowStep(workflow: name, inputs: .init(literal: [:]))))]
        }
        let known = [
            "a": WorkflowDefinition(name: "a", steps: call("b")), "b": WorkflowDefinition(name: "b", steps: call("a")),
        ]
        #expect(
            WorkflowValidator.validate(
                WorkflowDefinition(name: "a", steps: call("b")), context: .init(workflows: known)
            )
            .map(\.message) == ["the workflow calls itself: a → b → a"])
    }

    @Test func `What is risky or pointless is a warning`() {
        let found = faults(
            """
              - id: run
                shell: make ${inputs.request} ${quote(inputs.request)} ${inputs.files}
              - shell: echo $${HOME} ${HOME}
              - tool: search
                with: {token: abc, query: 'sk-ant-REDACTED'}
              - {prompt: x, when: 'false'}
              - {while: 'true', steps: [{prompt: x}]}
              - {while: inputs.request != '', steps: [{prompt: x}]}
              - {for-each: inputs.request, steps: [{prompt: x}]}
              - {for-each: "'a'", steps: [{prompt: x}]}
            """)
        #expect(
            found == [
                "w:7:19: warning: the shell reads what 'inputs.request' gives as part of the command; write ${quote(inputs.request)}, outside of quotes",
                "w:7:62: warning: the shell reads what 'inputs.files' gives as part of the command; write ${quote(inputs.files)}, outside of quotes",
                "w:8:28: error: there is nothing called 'HOME' here; write '$${HOME}' for the shell's own variable",
                "w:10:19: warning: this looks like a secret written into the file; keep it in the environment of the program that needs it, and out of the workflow",
                "w:11:24: warning: 'prompt-4' never runs, since the condition is always the same; remove it, or name a value in the condition",
                "w:12:14: warning: the condition always holds, so the loop ends in a failure after 10 iterations; name a value that a step of the loop changes",
                "w:13:13: warning: no step of the loop changes the condition, so it ends in a failure once it has begun; name an output of a step inside of the loop",
                "w:14:16: error: the input 'request' is of type string, and for-each needs a list; give it the type array, or use split(inputs.request, ',')",
                "w:15:17: error: for-each needs a list, not a text",
            ])
    }
}
