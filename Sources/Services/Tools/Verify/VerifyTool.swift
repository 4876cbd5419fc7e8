package import Conversation
package import JSON

/// Asks for one kind of verification by the project's own programs: tests, coverage, linters, scanners.
package struct VerifyTool: Tool {
    package let definition: ToolDefinition
    private let kind: String

    private init(_ name: String, kind: String, _ text: [UInt8], _ properties: [(String, JSONValue)]) {
        self.kind = kind
        let words = String(decoding: text, as: UTF8.self)
        definition = ToolDefinition(
            name: name, description: words,
            parameters: [
                "type": "object", "properties": .object(JSONObject(properties)), "required": .array([]),
                "additionalProperties": false,
            ])
    }

    /// Every verification as a tool of its own; kinds are named as `VerificationKind` names them.
    package static func all() -> [VerifyTool] {
        let paths = (
            "paths",
            ToolSchema.list(
                of: ToolSchema.text("A file or folder."), "Only these, relative to the workspace; all if left out.")
        )
        let filter = ("filter", ToolSchema.text("Only tests whose name fits, in the test program's own syntax."))
        return [
            VerifyTool(
                "run_unit_tests", kind: "unit-tests", PackageResources.RunUnitTests_md, [paths, filter]),
            VerifyTool(
                "run_integration_tests", kind: "integration-tests", PackageResources.RunIntegrationTests_md,
                [paths, filter]),
            VerifyTool(
                "check_code_coverage", kind: "coverage", PackageResources.CheckCodeCoverage_md, [paths, filter]),
            VerifyTool("run_linter", kind: "lint", PackageResources.RunLinter_md, [paths]),
            VerifyTool("fix_lint", kind: "lint-fix", PackageResources.FixLint_md, [paths]),
            VerifyTool("check_security", kind: "security", PackageResources.CheckSecurity_md, [paths]),
            VerifyTool("analyze_complexity", kind: "complexity", PackageResources.AnalyzeComplexity_md, [paths]),
            VerifyTool("check_dependencies", kind: "dependencies", PackageResources.CheckDependencies_md, []),
            VerifyTool("performance_test", kind: "performance", PackageResources.PerformanceTest_md, [filter]),
        ]
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        .verify(
            VerificationRequest(
                kind: kind, paths: (arguments["paths"]?.arrayValue ?? []).compactMap(\.stringValue),
                filter: arguments["filter"]?.stringValue))
    }
}
