import Testing
import Workflows

@testable import Commands

struct WorkflowOutlineTests {
    @Test func `A workflow is shown as an outline within 80 columns`() throws {
        let text = """
            name: demo
            description: Shows an outline.
            inputs:
              request: {required: true, description: What is wanted.}
              mode: {default: a, choices: [a, b]}
            outputs: {log: '${steps.build.outputs.stdout}'}
            steps:
              - {id: build, shell: "make all && make something that has a very long name indeed", timeout: 10m, on_error: continue}
              - id: loop
                for-each: from_json('[1]')
                limit: 2
                steps: [{id: work, agent: developer, prompt: x, verify: true, retry: 2}]
              - id: choose
                if: inputs.mode == 'a'
                then: [{id: sure, gate: Sure?}]
                else: [{id: check, engine: verify}]
            """
        let definition = try #require(WorkflowParser.parse(text, file: "w").definition)
        let outline = WorkflowOutline(width: 80).text(of: definition, from: "project, w.yaml")
        #expect(
            outline == """
                demo 1  (project, w.yaml)
                Shows an outline.

                Inputs
                  request: string, required; What is wanted.
                  mode: string, default "a", one of "a" "b"

                Steps
                  build  shell: make all && make something that has a very long name indeed  go…
                  loop  for each item of from_json('[1]'), 2 at once
                    work  agent developer, verified  tried 2 times
                  choose  if inputs.mode == 'a'
                    then:
                      sure  gate: Sure?
                    else:
                      check  engine verify

                Outputs
                  log = ${steps.build.outputs.stdout}
                """)
    }
}
