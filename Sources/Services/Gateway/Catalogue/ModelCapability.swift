/// What a model can do beyond answering text with text.
package enum ModelCapability: String, Sendable, Hashable, CaseIterable, Comparable {
    case tools
    /// Several tool calls in one answer.
    case parallelTools = "parallel_tools"
    case images
    /// PDF files as they are.
    case documents
    case thinking
    /// Answers held to a JSON Schema.
    case structuredOutput = "structured_output"
    case streaming
    case embeddings
    /// Reading a known beginning of the prompt for less money.
    case promptCaching = "prompt_caching"

    package static func < (left: ModelCapability, right: ModelCapability) -> Bool { left.place < right.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The capability for a sentence: `parallel tool calls`.
    package var words: String {
        switch self {
        case .parallelTools: "parallel tool calls"
        case .structuredOutput: "structured output"
        case .promptCaching: "prompt caching"
        default: rawValue
        }
    }
}
