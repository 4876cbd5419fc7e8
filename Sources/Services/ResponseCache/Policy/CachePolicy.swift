package import Conversation

/// What is kept of models' answers, for whom and how long.
package struct CachePolicy: Sendable, Hashable {
    /// Whether equal questions are answered from the cache.
    package var isExact = true
    /// Whether similar questions are; needs an embedder.
    package var isSemantic = false
    package var kinds: [CacheKind: CacheKindRule] = CacheKindRule.usual
    package var sharing: CacheSharing = .none
    /// The highest temperature whose answers are kept.
    package var highestTemperature = 0.3
    /// Whether a request that says nothing of temperature counts as one below the bound.
    package var keepsUnstatedTemperature = true
    /// Whether requests with tools may be answered from the cache.
    package var allowsTools = false
    /// The most bytes that answers may take in the file.
    package var largestSize = 1 << 30
    /// The most answers that are kept.
    package var mostEntries = 200_000
    /// An answer of more bytes is not kept.
    package var largestEntry = 4 << 20
    /// Bytes of answers that stay in memory, ready to be given.
    package var memory = 16 << 20

    package init() {}

    /// Why a request is neither answered from the cache nor its answer kept, or nil.
    package func bypass(_ request: ModelRequest, kind: CacheKind) -> CacheBypass? {
        guard isExact || isSemantic else { return .off }
        guard kinds[kind] != nil else { return .unknownKind }
        if !request.tools.isEmpty, !allowsTools { return .tools }
        guard let temperature = request.temperature else { return keepsUnstatedTemperature ? nil : .temperature }
        return temperature <= highestTemperature ? nil : .temperature
    }

    /// Whether a reply is whole and good, so that it may be given again.
    func takes(_ reply: ModelReply) -> Bool {
        switch reply.stopReason {
        case .endOfTurn, .stopSequence: break
        case .toolUse: guard allowsTools else { return false }
        default: return false
        }
        var isEmpty = true
        for part in reply.content {
            switch part {
            case .text, .passage:
                if part.plainText?.contains(where: { !$0.isWhitespace }) == true { isEmpty = false }
            case .toolCall(let call):
                guard allowsTools, case .json = call.arguments else { return false }
                isEmpty = false
            default: break
            }
        }
        return !isEmpty
    }
}

/// Why a request went past the cache.
package enum CacheBypass: String, Sendable, Hashable, CaseIterable {
    /// No cache is switched on.
    case off
    /// The kind has no figures.
    case unknownKind
    case tools
    case temperature
    /// The client asked for a fresh answer that is not kept.
    case client
}
