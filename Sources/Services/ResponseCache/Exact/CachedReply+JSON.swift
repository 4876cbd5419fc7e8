import Conversation
package import JSON
import Money
import Timekeeping

extension CachedReply {
    /// The answer as it is written into the file: what `JSONCoding.encode` makes of it, and its decoding reads.
    ///
    /// Every answer that is kept is written, so that what all of them have is put together by hand; the rest encodes itself.
    package func json() throws(JSONError) -> JSONValue {
        var members: JSONObject = [
            "id": .string(reply.id), "model": .string(reply.model), "content": .array(try content()),
            "stopReason": try Self.json(reply.stopReason), "usage": try Self.json(reply.usage),
        ]
        if let stopSequence = reply.stopSequence { members.set(.string(stopSequence), for: "stopSequence") }
        if let passthrough = reply.passthrough { members.set(try JSONCoding.encode(passthrough), for: "passthrough") }
        return [
            "reply": .object(members), "cost": .integer(cost.micros), "storedAt": .string(storedAt.iso8601),
        ]
    }

    private func content() throws(JSONError) -> [JSONValue] {
        var parts: [JSONValue] = []
        for part in reply.content {
            if case .text(let text) = part {
                parts.append(["text": ["_0": .string(text)]])
            } else {
                parts.append(try JSONCoding.encode(part))
            }
        }
        return parts
    }

    private static func json(_ reason: StopReason) throws(JSONError) -> JSONValue {
        switch reason {
        case .endOfTurn: ["endOfTurn": [:]]
        case .stopSequence: ["stopSequence": [:]]
        default: try JSONCoding.encode(reason)
        }
    }

    private static func json(_ usage: Usage) throws(JSONError) -> JSONValue {
        guard usage.cacheWriteHour == 0, usage.passthrough == nil else { return try JSONCoding.encode(usage) }
        return [
            "input": .integer(Int64(usage.input)), "output": .integer(Int64(usage.output)),
            "cacheRead": .integer(Int64(usage.cacheRead)), "cacheWrite": .integer(Int64(usage.cacheWrite)),
            "reasoning": .integer(Int64(usage.reasoning)),
        ]
    }
}
