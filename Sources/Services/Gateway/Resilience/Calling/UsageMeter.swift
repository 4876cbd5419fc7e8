import Conversation

/// Counts what an attempt uses as its answer arrives; constant work for each piece.
struct UsageMeter: Sendable {
    private(set) var usage = Usage.zero
    private(set) var hasStopped = false
    private var bytes = 0

    mutating func receive(_ event: ModelEvent) {
        switch event {
        case .text(let text), .thinking(let text): bytes += text.utf8.count
        case .toolCallStarted(_, _, let name): bytes += name.utf8.count
        case .toolCallFragment(_, let json): bytes += json.utf8.count
        case .usage(let usage): self.usage = usage
        case .stopped: hasStopped = true
        default: break
        }
    }

    /// What a whole answer used: a service that says nothing of tokens is charged by our own count, as budgets must bite
    /// all the same.
    func whole(inputTokens: Int) -> Usage {
        var whole = usage
        if whole.totalInput == 0 { whole.input = inputTokens }
        if whole.output == 0 { whole.output = TokenEstimate.tokens(inBytes: bytes) }
        return whole
    }

    /// What an answer used that came to no end.
    func part(inputTokens: Int) -> Usage {
        var part = usage
        if part.totalInput == 0 { part.input = inputTokens }
        part.output = max(part.output, TokenEstimate.tokens(inBytes: bytes))
        return part
    }
}
