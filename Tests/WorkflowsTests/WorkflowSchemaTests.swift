import JSON
import JSONSchema
import Testing
import Workflows
import YAML

struct WorkflowSchemaTests {
    @Test func `A file of every kind of step fits the schema`() throws {
        let schema = try Schema(WorkflowSchema.json)
        let file = try YAMLNode.parse(WorkflowParserTests().everyKind).json()
        #expect(schema.violations(of: file).map(\.description) == [])
    }

    @Test(arguments: [
        "name: w\nsteps: [{shell: x, timeout: 5}]", "name: w\nsteps: [{shel: x}]", "name: w\nsteps: []", "name: w",
        "name: w\nsteps: [{agent: a, promt: x}]", "name: w\nsteps: [{engine: x}]",
        "name: w\nsteps: [{shell: x, retry: 0}]",
        "name: w\ninputs: {a: txt}\nsteps: [{shell: x}]", "name: w\nsteps: [{if: x}]",
    ])
    func `What the parser refuses for its shape does not fit the schema`(text: String) throws {
        let schema = try Schema(WorkflowSchema.json)
        #expect(!schema.violations(of: try YAMLNode.parse(text).json()).isEmpty)
        #expect(WorkflowParser.parse(text, file: "w").definition == nil)
    }
}
