/// Writes responses as HTTP/1.1 has them.
enum ResponseWriter {
    /// How the end of a body is told.
    enum Framing: Hashable, Sendable {
        /// Statuses that have none.
        case none
        case length(Int)
        case chunked
        /// By the end of the connection: for clients of HTTP/1.0.
        case close
    }

    enum Persistence: Hashable, Sendable {
        case keep
        /// The connection goes on with another protocol.
        case upgrade(String)
        /// For clients of HTTP/1.0, who have to be told.
        case keepSaid
        case close
    }

    static let proceed = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    static let lineEnd = Array("\r\n".utf8)
    static let lastChunk = Array("0\r\n\r\n".utf8)

    /// Adds a head; `date` is the whole line of the field.
    static func head(
        _ status: Status, _ headers: HeaderFields, _ framing: Framing, _ persistence: Persistence, date: [UInt8],
        to output: inout [UInt8]
    ) {
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        decimal(status.rawValue, to: &output)
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: status.reason.utf8)
        output.append(contentsOf: "\r\n".utf8)
        for entry in headers.entries where !isOurs(entry, headers) {
            output.append(contentsOf: headers.wire[Int(entry.name.lowerBound)..<Int(entry.name.upperBound)])
            output.append(contentsOf: ": ".utf8)
            output.append(contentsOf: headers.wire[Int(entry.value.lowerBound)..<Int(entry.value.upperBound)])
            output.append(contentsOf: "\r\n".utf8)
        }
        switch framing {
        case .none, .close: break
        case .length(let length):
            output.append(contentsOf: "content-length: ".utf8)
            decimal(length, to: &output)
            output.append(contentsOf: "\r\n".utf8)
        case .chunked: output.append(contentsOf: "transfer-encoding: chunked\r\n".utf8)
        }
        switch persistence {
        case .keep: break
        case .keepSaid: output.append(contentsOf: "connection: keep-alive\r\n".utf8)
        case .close: output.append(contentsOf: "connection: close\r\n".utf8)
        case .upgrade(let name): output.append(contentsOf: "connection: Upgrade\r\nupgrade: \(name)\r\n".utf8)
        }
        output.append(contentsOf: date)
        output.append(contentsOf: "\r\n".utf8)
    }

    /// Adds a part of a body.
    static func body(_ bytes: [UInt8], _ framing: Framing, to output: inout [UInt8]) {
        guard framing == .chunked else {
            output.append(contentsOf: bytes)
            return
        }
        output.append(contentsOf: chunkLine(bytes.count))
        output.append(contentsOf: bytes)
        output.append(contentsOf: "\r\n".utf8)
    }

    /// The size of a chunk and the end of its line.
    static func chunkLine(_ size: Int) -> [UInt8] {
        Array("\(String(size, radix: 16))\r\n".utf8)
    }

    /// Whether the field is one that only the server may write.
    private static func isOurs(_ entry: HeaderFields.Entry, _ headers: HeaderFields) -> Bool {
        switch entry.name.count {
        case 4: headers.hasName(entry, "date")
        case 10: headers.hasName(entry, "connection") || headers.hasName(entry, "keep-alive")
        case 14: headers.hasName(entry, "content-length")
        case 17: headers.hasName(entry, "transfer-encoding")
        default: false
        }
    }

    private static func decimal(_ number: Int, to output: inout [UInt8]) {
        if number >= 10 { decimal(number / 10, to: &output) }
        output.append(UInt8(48 + number % 10))
    }
}
