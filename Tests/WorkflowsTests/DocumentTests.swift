import Files
import JSON
import JSONSchema
import Testing
import Workflows
import YAML

struct DocumentTests {
    private static var blocks: [String] {
        get throws {
            let root = FilePath(#filePath).parent.parent.parent
            let text = try FileSystem.readText(root / "docs/workflows.md")
            var blocks: [String] = []
            var block: String?
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                if line == "```yaml" {
                    block = ""
                } else if line == "```", let ended = block {
                    blocks.append(ended)
                    block = nil
                } else {
                    block?.append("\(line)\n")
                }
            }
            return blocks
        }
    }

    @Test func `Every example of the documentation is valid and fits the schema`() throws {
        let schema = try Schema(WorkflowSchema.json)
        let review = WorkflowDefinition(name: "review", inputs: [InputDefinition(name: "request")], steps: [])
        let context = WorkflowContext(
            agents: ["planner", "architect", "developer", "reviewer"], tools: ["read_file"],
            workflows: ["review": review])
        let blocks = try Self.blocks
        #expect(blocks.count >= 3)
        for block in blocks {
            #expect(WorkflowParser.check(block, file: "docs", context: context).diagnostics.map(\.description) == [])
            #expect(schema.violations(of: try YAMLNode.parse(block).json()).map(\.description) == [])
        }
    }

    @Test func `The documentation names every function and every key`() throws {
        let root = FilePath(#filePath).parent.parent.parent
        let text = try FileSystem.readText(root / "docs/workflows.md")
        for function in ExpressionFunction.allCases {
            #expect(text.contains("`\(function.rawValue)`"), "\(function.rawValue)")
        }
        for engine in EngineStep.allCases {
            #expect(text.contains("`engine: \(engine.rawValue)`"), "\(engine.rawValue)")
        }
        for code in FailureCode.allCases { #expect(text.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
    }
}
