import JSON
import Testing
import Workflows

struct WorkflowFreezerTests {
    static func read(_ text: String) throws -> WorkflowDefinition {
        let parsed = WorkflowParser.check(text, file: "w", context: WorkflowContext())
        return try #require(parsed.definition, "\(parsed.diagnostics)")
    }

    static let inner = """
        name: inner
        inputs: {n: number}
        outputs: {out: 'a ${steps.one.outputs.text} ${steps["two"].outputs.text}${inputs.n}'}
        steps:
          - {id: one, prompt: 'x ${inputs.n}'}
          - id: two
            needs: [one]
            when: steps.one.status == 'done'
            prompt: y
            compensate: {id: undo, shell: 'echo ${quote(steps.two.outputs.text)}'}
          - id: loop
            needs: one
            for-each: '[1]'
            steps:
              - {id: three, tool: t, with: {list: ['${item}', '${steps.one.outputs.text + steps.one.outputs.text}']}}
        """
    static let middle = """
        name: middle
        outputs: {got: '${steps.deep.outputs.out}'}
        steps:
          - {id: deep, workflow: inner, with: {n: 1}}
        """
    static let outer = """
        name: outer
        steps:
          - {id: one, prompt: q}
          - id: branch
            if: steps.one.outputs.text == 'a'
            then:
              - {id: call, workflow: middle}
          - {id: last, prompt: '${steps.call.outputs.got}'}
        """

    static func library() throws -> [String: WorkflowDefinition] {
        ["inner": try read(inner), "middle": try read(middle)]
    }

    @Test func `A frozen workflow holds its sub-workflows with names of their own`() throws {
        let known = try Self.library()
        let frozen = try WorkflowFreezer.freeze(Self.read(Self.outer), library: { known[$0] }, hash: { "\($0.count)" })
        guard case .if(_, let then, _) = frozen.definition.steps[1].kind, case .workflow(let call) = then[0].kind,
            let middle = call.definition, case .workflow(let deep) = middle.steps[0].kind, let inner = deep.definition
        else {
            Issue.record("\(frozen.definition)")
            return
        }
        #expect(middle.steps.map(\.id) == ["call.deep"])
        #expect(middle.outputs.map(\.value.source) == ["${steps.deep.outputs.out}"])
        #expect(inner.steps.map(\.id) == ["call.deep.one", "call.deep.two", "call.deep.loop"])
        #expect(inner.steps[0].kind == .prompt(PromptStep(prompt: try ValueTemplate("x ${inputs.n}"))))
        #expect(inner.steps[1].needs == ["call.deep.one"])
        #expect(inner.steps[1].condition?.source == "steps.one.status == 'done'")
        #expect(
            try inner.steps[1].compensation == [
                StepDefinition(
                    id: "call.deep.undo",
                    kind: .shell(
                        ShellStep(command: ValueTemplate("echo ${quote(steps.two.outputs.text)}"))))
            ])
        guard case .forEach(let loop) = inner.steps[2].kind else { return }
        #expect(
            try loop.steps == [
                StepDefinition(
                    id: "call.deep.three",
                    kind: .tool(
                        ToolStep(
                            tool: "t",
                            arguments: ValueTemplate([
                                "list": [
                                    "${item}",
                                    "${steps.one.outputs.text + steps.one.outputs.text}",
                                ]
                            ]))))
            ])
        #expect(
            inner.outputs.map(\.value.source) == [
                "a ${steps.one.outputs.text} ${steps[\"two\"].outputs.text}${inputs.n}"
            ])
        #expect(frozen.hash == "\(frozen.bytes.count)")
        #expect(
            try FrozenWorkflow.read(frozen.bytes, expecting: frozen.hash, hash: { "\($0.count)" }).definition
                == frozen.definition)
    }

    @Test func `Bytes that were changed are refused`() throws {
        let known = try Self.library()
        let frozen = try WorkflowFreezer.freeze(Self.read(Self.outer), library: { known[$0] }, hash: { "\($0.count)" })
        let error = WorkflowError(.invalidDefinition, "the run's workflow was changed: its hash is 1, not 2")
        #expect(throws: error) { try FrozenWorkflow.read(frozen.bytes, expecting: "2", hash: { _ in "1" }) }
        #expect(throws: WorkflowError.self) { try FrozenWorkflow.read([0x7B], hash: { _ in "" }) }
    }

    @Test func `A workflow that is missing or part of itself is told`() throws {
        let outer = try Self.read(Self.outer)
        #expect(throws: WorkflowError(.unknownWorkflow, "there is no workflow 'middle', which the step 'call' calls")) {
            try WorkflowFreezer.complete(outer) { _ in nil }
        }
        #expect(throws: WorkflowError(.recursion, "a workflow cannot be part of itself: outer → middle → middle")) {
            try WorkflowFreezer.complete(outer) { _ in
                WorkflowDefinition(
                    name: "middle",
                    steps: [
                        StepDefinition(
                            id: "x", kind: .workflow(WorkflowStep(workflow: "middle", inputs: .init(literal: [:]))))
                    ])
            }
        }
    }

    @Test func `Sub-workflows cannot multiply without end`() throws {
        func calls(_ name: String) -> WorkflowDefinition {
            let inputs = ValueTemplate(literal: [:])
            let steps = (0..<20).map {
                StepDefinition(id: "s\($0)", kind: .workflow(WorkflowStep(workflow: name, inputs: inputs)))
            }
            return WorkflowDefinition(name: "top-\(name)", steps: steps)
        }
        let error = WorkflowError(
            .tooLarge, "the workflow 'top-a' has more than 5000 steps with its sub-workflows; call fewer of them")
        #expect(throws: error) {
            try WorkflowFreezer.complete(calls("a")) {
                $0.count < 5
                    ? calls($0 + "a")
                    : WorkflowDefinition(name: $0, steps: [StepDefinition(id: "v", kind: .engine(.verify))])
            }
        }
    }

    @Test func `Inputs are checked and filled in`() throws {
        let definition = WorkflowDefinition(
            name: "w",
            inputs: [
                InputDefinition(name: "text", isRequired: true),
                InputDefinition(name: "count", type: .integer, defaultValue: 3),
                InputDefinition(name: "mode", choices: ["a", "b"]),
            ], steps: [])
        #expect(try definition.inputs(from: ["text": "x"]) == ["text": "x", "count": 3, "mode": nil])
        #expect(throws: WorkflowError(.invalidInput, "the workflow 'w' needs the input 'text'")) {
            try definition.inputs(from: [:])
        }
        #expect(throws: WorkflowError(.invalidInput, "the workflow 'w' has no input 'txt'; did you mean 'text'?")) {
            try definition.inputs(from: ["txt": "x"])
        }
        #expect(throws: WorkflowError(.invalidInput, "the input 'count' is of type integer, and 'x' is a text")) {
            try definition.inputs(from: ["text": "x", "count": "x"])
        }
        #expect(throws: WorkflowError(.invalidInput, "'c' is no choice of the input 'mode'; the choices are 'a', 'b'"))
        {
            try definition.inputs(from: ["text": "x", "mode": "c"])
        }
        #expect(try definition.inputs[0].value(fromText: "12") == "12")
        #expect(try definition.inputs[1].value(fromText: "12") == 12)
        #expect(try InputDefinition(name: "l", type: .array).value(fromText: "a,b") == ["a", "b"])
        #expect(try InputDefinition(name: "l", type: .array).value(fromText: "[1]") == [1])
        #expect(throws: WorkflowError(.invalidInput, "the input 'count' is of type integer, and 'many' is a text")) {
            try definition.inputs[1].value(fromText: "many")
        }
    }
}
