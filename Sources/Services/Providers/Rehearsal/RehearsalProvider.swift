package import Conversation
package import Files
import JSON

/// Replays a recorded session: the same runs without a key, for demos and tests.
///
/// Replies are found by agent, step and turn, so a run that is resumed finds its place by itself. It holds each request to
/// the rules that real providers have, and says by name what is missing.
package struct RehearsalProvider: ModelProvider {
    package let name: String
    private let replies: [String: RehearsalReply]
    private let source: String

    /// Reads a rehearsal file; throws `FileError`, or `ModelError` naming the line that is no reply.
    package init(name: String = "rehearsal", file: FilePath) throws {
        try self.init(name: name, text: try FileSystem.readText(file), source: file.string)
    }

    package init(name: String = "rehearsal", text: String, source: String) throws(ModelError) {
        var replies: [String: RehearsalReply] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            let reply: RehearsalReply
            do throws(JSONError) {
                reply = try JSONCoding.decode(RehearsalReply.self, from: JSONValue(parsing: String(line)))
            } catch {
                throw ModelError(.rehearsal, "\(source):\(number + 1): this is no recorded reply: \(error.message)")
            }
            guard replies.updateValue(reply, forKey: reply.place) == nil else {
                throw ModelError(.rehearsal, "\(source):\(number + 1): there are two replies for \(reply.place)")
            }
        }
        self.name = name
        self.replies = replies
        self.source = source
    }

    package func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        if let fault = request.fault {
            throw ModelError(.rehearsal, "the request to the rehearsal is malformed: \(fault)")
        }
        let purpose = request.purpose
        let place = RehearsalReply.place(agent: purpose.agent, step: purpose.step, turn: purpose.turn)
        guard let reply = replies[place] else {
            throw ModelError(
                .rehearsal,
                "the rehearsal \(source) has no reply for \(place): record it again with --record, or add the line")
        }
        let offered = Set(request.tools.map(\.name))
        if let strange = reply.calls?.first(where: { !offered.contains($0.tool) }) {
            throw ModelError(
                .rehearsal, "the rehearsal \(source) uses the tool '\(strange.tool)' for \(place), which is not offered"
            )
        }
        for event in reply.events(for: request) {
            try Task.checkCancellation()
            try await receive(event)
        }
    }
}
