/// One event of a `text/event-stream`.
package struct ServerSentEvent: Sendable, Hashable {
    /// The type of the event; `message` where the stream names none.
    package var name: String
    /// The lines of data, joined by line feeds.
    package var data: String
    /// When parsed: the id last given in the stream up to this event, nil where it is none or empty.
    package var id: String?
    /// How long a client is to wait before it reconnects, in whole milliseconds, where this event says so.
    package var retry: Duration?

    package init(name: String = "message", data: String, id: String? = nil, retry: Duration? = nil) {
        self.name = name
        self.data = data
        self.id = id
        self.retry = retry
    }
}

extension ServerSentEvent {
    /// The bytes of the event with the empty line that ends it.
    ///
    /// Every line break in the data is written as a new line of data, so a carriage return comes back as a line feed.
    /// Line breaks and NUL in the name and the id, which the format cannot hold, become spaces.
    package var encoded: [UInt8] {
        var output: [UInt8] = []
        if let id { Self.write("id", Self.singleLine(id), to: &output) }
        if name != "message" { Self.write("event", Self.singleLine(name), to: &output) }
        if let retry {
            let (seconds, attoseconds) = retry.components
            let milliseconds = max(0, seconds) * 1000 + max(0, attoseconds) / 1_000_000_000_000_000
            Self.write("retry", Array(String(milliseconds).utf8), to: &output)
        }
        for line in Self.lines(of: data) { Self.write("data", line, to: &output) }
        output.append(UInt8(ascii: "\n"))
        return output
    }

    /// The bytes of a comment, which clients ignore: sent now and then, it keeps a connection alive.
    package static func comment(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        for line in lines(of: text) { write("", line, to: &output) }
        output.append(UInt8(ascii: "\n"))
        return output
    }

    private static func write(_ field: String, _ value: [UInt8], to output: inout [UInt8]) {
        output.append(contentsOf: field.utf8)
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: value)
        output.append(UInt8(ascii: "\n"))
    }

    private static func lines(of text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var previous: UInt8 = 0
        for byte in text.utf8 {
            let endsPair = byte == UInt8(ascii: "\n") && previous == UInt8(ascii: "\r")
            if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                if !endsPair { lines.append([]) }
            } else {
                lines[lines.count - 1].append(byte)
            }
            previous = byte
        }
        return lines
    }

    private static func singleLine(_ text: String) -> [UInt8] {
        text.utf8.map { $0 == 0x0A || $0 == 0x0D || $0 == 0 ? UInt8(ascii: " ") : $0 }
    }
}
