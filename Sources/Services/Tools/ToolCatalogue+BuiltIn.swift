extension ToolCatalogue {
    /// The tools that every installation has.
    package static func builtIn(symbols: any SymbolSource = NoSymbols()) throws -> ToolCatalogue {
        let looking: [any Tool] = [
            ReadFileTool(), ListFilesTool(), SearchTool(), FindSymbolTool(symbols: symbols),
        ]
        let changing: [any Tool] = [EditFileTool(), ApplyPatchTool(), WriteFileTool(), RunCommandTool()]
        return try ToolCatalogue(looking + changing + VerifyTool.all() + [AskUserTool(), FinishTool()])
    }
}
