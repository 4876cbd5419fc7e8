import JSON
import Testing
import Workflows

struct WorkflowParserTests {
    @Test func `A file of every kind of step becomes a definition`() throws {
        let parsed = WorkflowParser.parse(everyKind, file: "w.yaml")
        #expect(parsed.diagnostics.map(\.description) == [])
        let definition = try #require(parsed.definition)
        #expect(definition.name == "every-kind")
        #expect(definition.version == "2")
        #expect(definition.summary == "Shows each kind.")
        #expect(
            definition.inputs == [
                InputDefinition(name: "request", summary: "What is wanted.", isRequired: true),
                InputDefinition(name: "files", type: .array),
                InputDefinition(name: "mode", defaultValue: "fast", choices: ["fast", "slow"]),
            ])
        #expect(
            definition.outputs == [
                OutputDefinition(name: "text", value: try ValueTemplate("${steps.ask.outputs.text}"))
            ])
        #expect(
            definition.steps.map(\.id) == [
                "write", "ask", "tool-3", "issue", "build", "sure", "check", "both", "each", "choose", "route", "again",
                "once", "other",
            ])
        let steps = Dictionary(uniqueKeysWithValues: definition.steps.map { ($0.id, $0) })
        #expect(
            try steps["write"]
                == StepDefinition(
                    id: "write", title: "Write it",
                    kind: .agent(
                        AgentStep(
                            agent: ValueTemplate("developer"), prompt: ValueTemplate("Do ${inputs.request}"),
                            verify: true,
                            model: ValueTemplate("a/b"), tools: ["read_file"])),
                    condition: Expression("inputs.request != ''"),
                    retry: RetryRule(
                        attempts: 2, backoff: 5_000, longestBackoff: 60_000, on: [.unavailable, .timeout]),
                    timeout: 600_000,
                    compensation: [
                        StepDefinition(
                            id: "write-undo-shell-1", kind: .shell(ShellStep(command: ValueTemplate("git checkout ."))))
                    ],
                    outputs: [OutputDefinition(name: "short", value: ValueTemplate("${lower(result.summary)}"))]))
        #expect(
            try steps["ask"]?.kind
                == .prompt(
                    PromptStep(
                        prompt: ValueTemplate("Name it"), agent: ValueTemplate("planner"),
                        schema: ["type": "object", "properties": ["name": ["type": "string"]]])))
        #expect(
            try steps["tool-3"]?.kind
                == .tool(ToolStep(tool: "read_file", arguments: ValueTemplate(["path": "${inputs.files[0]}"]))))
        #expect(
            try steps["issue"]?.kind
                == .integration(
                    IntegrationStep(role: "tracker", action: "create", arguments: ValueTemplate(["title": "x"]))))
        #expect(
            try steps["build"]
                == StepDefinition(
                    id: "build",
                    kind: .shell(
                        ShellStep(
                            command: ValueTemplate("make"), isRepeatable: true, givesJSON: true,
                            allowedExitCodes: [1, 2])),
                    onError: .continue, timeout: 90_000))
        #expect(
            try steps["sure"]?.kind
                == .gate(
                    GateStep(
                        question: ValueTemplate("Sure?"), details: ValueTemplate("Really"), asks: .choice,
                        choices: [GateChoice(value: "go", label: "Go on"), GateChoice(value: "stop", label: "stop")],
                        defaultAnswer: "stop", expiresAfter: 172_800_000, remindEvery: 14_400_000,
                        rejections: ["reject", "stop"])))
        #expect(steps["check"]?.kind == .engine(.verify))
        #expect(
            try steps["both"]?.kind
                == .parallel(
                    ParallelStep(
                        branches: [
                            .init(
                                name: "one",
                                steps: [StepDefinition(id: "a", kind: .shell(ShellStep(command: ValueTemplate("a"))))]),
                            .init(
                                name: "two",
                                steps: [
                                    StepDefinition(
                                        id: "both-two-shell-1", kind: .shell(ShellStep(command: ValueTemplate("b"))))
                                ]),
                        ], limit: 2)))
        #expect(
            try steps["each"]?.kind
                == .forEach(
                    ForEachStep(
                        items: Expression("inputs.files"), name: "file", key: ValueTemplate("${file}"), limit: 3,
                        steps: [
                            StepDefinition(
                                id: "each-shell-1", kind: .shell(ShellStep(command: ValueTemplate("wc ${quote(file)}")))
                            )
                        ])))
        #expect(
            try steps["choose"]?.kind
                == .if(
                    condition: Expression("steps.build.outputs.exit_code == 0"),
                    then: [
                        StepDefinition(id: "choose-then-shell-1", kind: .shell(ShellStep(command: ValueTemplate("x"))))
                    ],
                    otherwise: [
                        StepDefinition(id: "choose-else-shell-1", kind: .shell(ShellStep(command: ValueTemplate("y"))))
                    ]))
        #expect(
            try steps["route"]?.kind
                == .switch(
                    SwitchStep(
                        value: Expression("steps.sure.outputs.answer"),
                        cases: [
                            .init(
                                value: "go",
                                steps: [
                                    StepDefinition(
                                        id: "route-case-1-shell-1", kind: .shell(ShellStep(command: ValueTemplate("g")))
                                    )
                                ]),
                            .init(
                                value: 1,
                                steps: [
                                    StepDefinition(
                                        id: "route-case-2-shell-1", kind: .shell(ShellStep(command: ValueTemplate("h")))
                                    )
                                ]),
                        ],
                        otherwise: [
                            StepDefinition(
                                id: "route-default-shell-1", kind: .shell(ShellStep(command: ValueTemplate("i"))))
                        ])))
        #expect(
            try steps["again"]?.kind
                == .while(
                    WhileStep(
                        condition: Expression("not steps.try.outputs.exit_code == 0"), limit: 3,
                        steps: [StepDefinition(id: "try", kind: .shell(ShellStep(command: ValueTemplate("t"))))])))
        #expect(
            try steps["once"]?.kind
                == .while(
                    WhileStep(
                        condition: Expression("steps.t2.outputs.exit_code != 0"), runsFirst: true,
                        steps: [StepDefinition(id: "t2", kind: .shell(ShellStep(command: ValueTemplate("t"))))])))
        #expect(
            try steps["other"]?.kind
                == .workflow(WorkflowStep(workflow: "review", inputs: ValueTemplate(["path": "${inputs.files[0]}"]))))
        #expect(steps["other"]?.retry == RetryRule(attempts: 3))
    }

    let everyKind = """
        name: every-kind
        version: 2
        description: Shows each kind.
        inputs:
          request: {type: string, description: What is wanted., required: true}
          files: array
          mode: {default: fast, choices: [fast, slow]}
        outputs:
          text: ${steps.ask.outputs.text}
        steps:
          - id: write
            title: Write it
            agent: developer
            prompt: Do ${inputs.request}
            verify: true
            model: a/b
            tools: [read_file]
            when: inputs.request != ''
            retry: {attempts: 2, backoff: 5s, on: [unavailable, timeout]}
            timeout: 10m
            compensate:
              - shell: git checkout .
            outputs:
              short: ${lower(result.summary)}
          - id: ask
            type: prompt
            agent: planner
            prompt: Name it
            schema: {type: object, properties: {name: {type: string}}}
          - tool: read_file
            with: {path: '${inputs.files[0]}'}
          - id: issue
            integration: tracker
            action: create
            with: {title: x}
          - id: build
            shell: make
            repeatable: true
            json: true
            allow-exit: [1, 2]
            on-error: continue
            timeout: 90s
          - id: sure
            gate: Sure?
            details: Really
            choices: {go: Go on, stop: }
            default: stop
            expires: 2d
            remind: 4h
            rejections: stop
          - id: check
            engine: verify
          - id: both
            parallel:
              one: {id: a, shell: a}
              two:
                - shell: b
            limit: 2
          - id: each
            for_each: ${inputs.files}
            as: file
            key: ${file}
            limit: 3
            steps:
              - shell: wc ${quote(file)}
          - id: choose
            if: steps.build.outputs.exit_code == 0
            then:
              - shell: x
            else:
              - shell: y
          - id: route
            switch: ${steps.sure.outputs.answer}
            cases:
              go:
                - shell: g
              1:
                - shell: h
            default:
              - shell: i
          - id: again
            while: not steps.try.outputs.exit_code == 0
            max: 3
            steps:
              - {id: try, shell: t}
          - id: once
            do_while: steps.t2.outputs.exit_code != 0
            steps:
              - {id: t2, shell: t}
          - id: other
            workflow: review
            with: {path: '${inputs.files[0]}'}
            on_error: retry
        """

    @Test func `Every fault of a file is told at once, with its place and its fix`() {
        let text = """
            name: Bad Name
            inputs:
              n: {type: numbr}
              m: {type: integer, default: x}
              r: {required: true, default: a, choices: [b]}
            stpes: []
            steps:
              - id: one
                agent: developer
                promt: hello
              - id: one
                shell: echo
                timeout: 30
              - shel: ls
              - shell: ls
                gate: Sure?
              - shell: ls
                cases: {}
              - gate: Go?
                default: maybe
              - {}
              - just text
              - shell: "echo ${1 +}"
              - if: a = b
                then:
                  - shell: |
                      first
                      echo ${HOME:-x}
              - retry: {attempts: 0, on: [tiemout]}
                engine: verfy
              - prompt: x
                schema: {type: objekt}
              - for-each: [[1]]
                as: steps
                steps: []
            """
        #expect(
            WorkflowParser.parse(text, file: "w.yaml").diagnostics.map(\.description) == [
                "w.yaml:1:7: error: 'Bad Name' is no name of a workflow; use lower case letters, digits and hyphens",
                "w.yaml:3:13: error: 'type' takes one of string, number, integer, boolean, array, object, any, not 'numbr'; did you mean 'number'?",
                "w.yaml:4:31: error: the default of 'm' is a text, and its type is integer",
                "w.yaml:5:32: error: 'r' is required and has a default; remove one of the two",
                "w.yaml:5:32: error: the default of 'r' is none of its choices",
                "w.yaml:6:1: error: 'stpes' is no key of a workflow; did you mean 'steps'?",
                "w.yaml:8:5: error: nothing says what the agent is to do; add 'prompt', 'document' or 'task'",
                "w.yaml:10:5: error: 'promt' is no key of an agent step; did you mean 'prompt'?",
                "w.yaml:11:9: error: the id 'one' is used twice, first on line 8; ids are unique in the whole file; name this one otherwise",
                "w.yaml:13:14: error: 'timeout' takes a duration such as 500ms, 30s, 10m, 2h or 3d, not '30'; write '30s' for seconds",
                "w.yaml:14:5: error: 'shel' names no kind of step; did you mean 'shell'?",
                "w.yaml:15:5: error: a step does one thing, and this one has 'shell' and 'gate'; make two steps of it",
                "w.yaml:18:5: error: 'cases' is no key of a shell step; it belongs to a switch step",
                "w.yaml:20:14: error: 'maybe' is no answer of this gate; there are approve, reject",
                "w.yaml:20:14: error: the default answer is never given, since the gate does not expire; add 'expires: 2d'",
                "w.yaml:21:5: error: nothing says what this step does; add one of agent, prompt, tool, integration, shell, gate, engine, parallel, for-each, if, switch, while, do-while, workflow",
                "w.yaml:22:5: error: a step is a mapping such as 'shell: make test', and this is 'just text'",
                "w.yaml:23:23: error: the expression ends where a value is expected; '${…}' holds an expression; write '$${' where '${' itself is meant",
                "w.yaml:24:11: error: '=' means nothing here; equality is written '=='",
                "w.yaml:28:22: error: ':' stands where the end of the expression is expected; '${…}' holds an expression; write '$${' where '${' itself is meant",
                "w.yaml:29:23: error: 'attempts' takes a whole number from 1 to 100, not '0'",
                "w.yaml:29:31: error: 'on' takes one of failed, timeout, unavailable, rejected, verification, invalid, refused, expired, not 'tiemout'; did you mean 'timeout'?",
                "w.yaml:30:13: error: 'engine' takes one of plan-gate, final-check, verify, tests, commit, archive, analyze, drift, not 'verfy'; did you mean 'verify'?",
                "w.yaml:32:20: error: 'schema' is no JSON Schema that can be used: schema at /type: expected one or a list of null, boolean, integer, number, string, array and object, found \"objekt\"",
                "w.yaml:33:16: error: a list that is written out holds texts and numbers, not a list; give objects with from_json('[…]') or as an input",
                "w.yaml:34:9: error: 'steps' cannot be the name of an element; use letters, digits and _, and none of inputs, steps, run, project, index, result, null, true, false, and, or, not, in",
                "w.yaml:35:12: error: 'steps' has no steps; add one, or leave 'steps' out",
            ])
    }

    @Test(arguments: [
        ("", "w:1:1: error: a workflow is a mapping with name and steps, and this is nothing; begin with 'name: …'"),
        ("[]", "w:1:1: error: a workflow is a mapping with name and steps, and this is a list; begin with 'name: …'"),
        ("a: b: c", "w:1:5: error: mapping values are not allowed in this context"),
        ("name: a", "w:1:1: error: a workflow needs 'steps'; add it: What is done, in order."),
    ])
    func `What is no workflow is told`(text: String, fault: String) {
        let parsed = WorkflowParser.parse(text, file: "w")
        #expect(parsed.diagnostics.map(\.description) == [fault])
        #expect(parsed.definition == nil)
    }

    @Test func `A definition survives coding`() throws {
        let definition = try #require(WorkflowParser.parse(everyKind, file: "w").definition)
        let coded = try JSONCoding.encode(definition)
        #expect(try JSONCoding.decode(WorkflowDefinition.self, from: JSONValue(parsing: coded.text())) == definition)
    }

    @Test(arguments: [
        ("500ms", 500), ("30s", 30_000), ("10m", 600_000), ("2h", 7_200_000), ("3d", 259_200_000), ("0s", nil),
        ("10", nil),
        ("1.5h", nil), ("-1s", nil), ("s", nil), ("99999999999999999999d", nil), ("36525d", 3_155_760_000_000),
        ("36526d", nil),
    ])
    func `A duration is a number and a unit`(text: String, milliseconds: Int64?) {
        #expect(DurationText.milliseconds(text) == milliseconds)
        if let milliseconds { #expect(DurationText.milliseconds(DurationText.text(milliseconds)) == milliseconds) }
    }
}
