package import Conversation
package import Identity

/// What the engine says to an agent: the opening of its session, or later word such as a failed verification.
package struct SessionInput: Sendable, Hashable, Codable {
    package var session: SessionID
    /// The number of turns that were recorded before it; it is spoken before the next.
    package var afterTurn: Int
    package var text: String
    package var kind: Kind
    /// Images that are shown before the text.
    package var images: [ImagePart]
    /// The gates whose answers are among the words, so that none is said twice.
    package var gates: [GateID]
    /// Set where the record is no word but a compaction.
    package var compaction: Compaction?
    /// The model that is asked from here on, `provider/model`, where another one takes over.
    package var model: String?

    /// What kind of word it is, which decides whether it outlives a compaction.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// Specification, task and whatever else the session began with: kept word for word.
        case opening
        /// The user's own words: kept word for word.
        case correction
        /// The engine's word on the turns before it.
        case engine
        case compaction
    }

    /// - Parameter kind: nil for the opening before the first turn, and the engine's word after it.
    package init(
        session: SessionID, afterTurn: Int, text: String, kind: Kind? = nil, images: [ImagePart] = [],
        gates: [GateID] = [], compaction: Compaction? = nil, model: String? = nil
    ) {
        self.session = session
        self.afterTurn = afterTurn
        self.text = text
        self.kind = kind ?? (afterTurn == 0 ? .opening : .engine)
        self.images = images
        self.gates = gates
        self.compaction = compaction
        self.model = model
    }
}

extension SessionInput {
    private enum CodingKeys: String, CodingKey { case session, afterTurn, text, kind, images, gates, compaction, model }

    /// Also reads records of before there were kinds, images and compactions.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            session: try values.decode(SessionID.self, forKey: .session),
            afterTurn: try values.decode(Int.self, forKey: .afterTurn),
            text: try values.decode(String.self, forKey: .text),
            kind: try values.decodeIfPresent(Kind.self, forKey: .kind),
            images: try values.decodeIfPresent([ImagePart].self, forKey: .images) ?? [],
            gates: try values.decodeIfPresent([GateID].self, forKey: .gates) ?? [],
            compaction: try values.decodeIfPresent(Compaction.self, forKey: .compaction),
            model: try values.decodeIfPresent(String.self, forKey: .model))
    }
}
