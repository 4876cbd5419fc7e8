extension ToolCatalogue {
    /// The tools that every installation has.
    package static func builtIn() throws -> ToolCatalogue {
        try ToolCatalogue([
            ReadFileTool(), ListFilesTool(), SearchTool(), EditFileTool(), WriteFileTool(), RunCommandTool(),
            AskUserTool(),
            FinishTool(),
        ])
    }
}
