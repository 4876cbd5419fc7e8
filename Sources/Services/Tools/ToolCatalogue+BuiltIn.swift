extension ToolCatalogue {
    /// The tools that every installation has, and `find_symbol` where there is something that knows symbols.
    package static func builtIn(symbols: (any SymbolSource)? = nil) throws -> ToolCatalogue {
        let tools: [any Tool] = [
            ReadFileTool(), ListFilesTool(), SearchTool(), EditFileTool(), WriteFileTool(), RunCommandTool(),
            AskUserTool(), FinishTool(),
        ]
        return try ToolCatalogue(tools + [symbols.map { FindSymbolTool(symbols: $0) }].compactMap(\.self))
    }
}
