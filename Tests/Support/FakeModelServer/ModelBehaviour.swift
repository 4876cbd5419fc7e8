/// What to do with one request.
package enum ModelBehaviour: Sendable {
    /// Gives the script's answer.
    case answer
    /// Gives this answer instead.
    case reply(FakeReply)
    /// Gives the script's answer in pieces of a few bytes, cut without regard to lines and characters.
    case trickle
    /// Sends nothing until the client goes away.
    case hold
    /// Begins the answer, then sends nothing until the client goes away.
    case stall
    case status(Int, headers: [(String, String)], body: String)
    /// Reads the request and closes the connection without a byte.
    case drop
    /// Begins the answer and closes the connection in its middle.
    case cut
    /// Sends an event that is no JSON.
    case malformed
    /// Answers 200 with a page, as a proxy with a log-in does.
    case html
    /// Sends these events and ends the stream in order.
    case events([String])
}

/// Which call of which session a request is.
package struct ModelCall: Sendable, Hashable, CustomStringConvertible {
    package var step: String
    package var turn: Int

    package init(step: String, turn: Int) {
        self.step = step
        self.turn = turn
    }

    package var description: String { "\(step)#\(turn)" }
}
