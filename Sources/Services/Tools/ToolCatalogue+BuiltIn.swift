extension ToolCatalogue {
    /// The tools that every installation has.
    ///
    /// - Parameter agents: The agents that others may start, with what each is for; without any there is no such tool.
    package static func builtIn(
        symbols: any SymbolSource = NoSymbols(), specs: any SpecSource = NoSpecs(),
        agents: [(name: String, description: String)] = []
    ) throws -> ToolCatalogue {
        let looking: [any Tool] = [
            ReadFileTool(), ListFilesTool(), SearchTool(), FindSymbolTool(symbols: symbols),
            AnalyzeSpecsTool(specs: specs), ShowSpecTool(specs: specs),
        ]
        let changing: [any Tool] = [EditFileTool(), ApplyPatchTool(), WriteFileTool(), RunCommandTool()]
        return try ToolCatalogue(
            looking + changing + VerifyTool.all()
                + (agents.isEmpty ? [] : [SpawnAgentTool(agents: agents)]) + [AskUserTool(), FinishTool()])
    }
}
