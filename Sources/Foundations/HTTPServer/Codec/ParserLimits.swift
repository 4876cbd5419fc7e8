/// How much of a request the parser takes.
struct ParserLimits: Sendable, Hashable {
    /// Of the request line and all fields.
    var headBytes = 64 * 1024
    var targetBytes = 16 * 1024
    var headerCount = 100
    var bodyBytes = 32 << 20
}
