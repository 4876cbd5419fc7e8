package import Conversation
import JSON
package import Money
package import Timekeeping

/// An answer that is kept, with what it cost when it was made.
package struct CachedReply: Sendable, Hashable, Codable {
    package var reply: ModelReply
    package var cost: USD
    package var storedAt: Timestamp

    package init(reply: ModelReply, cost: USD, storedAt: Timestamp) {
        self.reply = reply
        self.cost = cost
        self.storedAt = storedAt
    }

    /// The most bytes of one piece of a stream.
    package static let pieceSize = 256

    /// The answer as the stream that it could have been.
    ///
    /// How it came in pieces is not kept. Texts, thinking and the arguments of tool calls are cut behind at most 256 bytes,
    /// never within a character, and behind white space where there is some in the second half of the piece. Joined, the
    /// pieces are what is kept: the arguments of a call are valid JSON again.
    package func events() -> [ModelEvent] {
        reply.events.flatMap { event -> [ModelEvent] in
            switch event {
            case .text(let text): Self.pieces(of: text).map { .text($0) }
            case .thinking(let text): Self.pieces(of: text).map { .thinking($0) }
            case .toolCallFragment(let index, let json):
                Self.pieces(of: json).map { .toolCallFragment(index: index, json: $0) }
            default: [event]
            }
        }
    }

    /// Cuts a text; time grows with its length.
    static func pieces(of text: String) -> [String] {
        let bytes = text.utf8
        guard bytes.count > pieceSize else { return text.isEmpty ? [] : [text] }
        var pieces: [String] = []
        var start = text.startIndex
        while start < text.endIndex {
            let end = cut(text, from: start)
            pieces.append(String(text[start..<end]))
            start = end
        }
        return pieces
    }

    private static func cut(_ text: String, from start: String.Index) -> String.Index {
        let bytes = text.utf8
        guard let limit = bytes.index(start, offsetBy: pieceSize, limitedBy: text.endIndex), limit < text.endIndex
        else {
            return text.endIndex
        }
        let half = bytes.index(start, offsetBy: pieceSize / 2)
        var place = limit
        while place > half {
            let before = bytes.index(before: place)
            if bytes[before] == UInt8(ascii: " ") || bytes[before] == UInt8(ascii: "\n") {
                // A combining mark may follow a space.
                if place.samePosition(in: text) != nil { return place }
            }
            place = before
        }
        // Down to the start of a character; one that is longer than a piece stays whole.
        place = limit
        while place > start {
            if place.samePosition(in: text) != nil { return place }
            place = bytes.index(before: place)
        }
        return text.index(after: start)
    }
}
