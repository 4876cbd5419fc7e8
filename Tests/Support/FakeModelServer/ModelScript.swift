import JSON

/// Answers by step and turn, read from the lines of a rehearsal file.
struct ModelScript: Sendable {
    private let replies: [ModelCall: FakeReply]

    init(_ text: String) throws {
        var replies: [ModelCall: FakeReply] = [:]
        for line in text.split(separator: "\n") {
            let reply = try JSONValue(parsing: String(line))
            let call = ModelCall(
                step: reply["step"]?.stringValue ?? "", turn: reply["turn"]?.intValue ?? 0)
            replies[call] = FakeReply(line: reply)
        }
        self.replies = replies
    }

    func reply(for call: ModelCall) -> FakeReply? { replies[call] }
}
