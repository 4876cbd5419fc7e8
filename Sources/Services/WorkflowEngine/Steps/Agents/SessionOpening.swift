import Conversation
import Identity
import Runs

/// What a session begins with, in parts: the first is what it shares with its neighbours, so that it is cached for all.
struct SessionOpening: Sendable, Hashable {
    var parts: [String]
    var images: [ImagePart] = []
    /// The gates whose answers are told in it.
    var gates: [GateID] = []

    /// The records of the parts; the images come before the first.
    func inputs(of session: SessionID) -> [SessionInput] {
        parts.enumerated().map { index, text in
            SessionInput(
                session: session, afterTurn: 0, text: text, kind: .opening, images: index == 0 ? images : [],
                gates: index == 0 ? gates : [])
        }
    }
}
