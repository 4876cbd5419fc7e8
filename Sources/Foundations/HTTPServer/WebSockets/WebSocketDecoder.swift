/// Why a client's frames cannot be read on, as the status of a closing frame (RFC 6455, 7.4.1).
struct WebSocketFault: Error, Hashable, Sendable {
    let status: UInt16
    let reason: String

    static func malformed(_ reason: String) -> WebSocketFault { WebSocketFault(status: 1002, reason: reason) }
}

/// Reads a client's frames (RFC 6455, 5) from bytes cut anywhere; pure.
struct WebSocketDecoder {
    enum Event: Hashable, Sendable {
        case text(String)
        case binary([UInt8])
        case ping([UInt8])
        case pong
        case close(UInt16?)
    }

    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// The parts of a message whose end has not come, and its opcode.
    private var message: [UInt8] = []
    private var opcode: UInt8?

    /// - Parameter limit: Of a message, in bytes.
    init(limit: Int) {
        self.limit = limit
    }

    mutating func push(_ bytes: [UInt8]) {
        if start == buffer.count {
            buffer = bytes
        } else {
            buffer.removeFirst(start)
            buffer.append(contentsOf: bytes)
        }
        start = 0
    }

    /// The next event, or nil where more bytes are needed; nothing may be read behind a fault or a close.
    mutating func next() throws(WebSocketFault) -> Event? {
        while let frame = try frame() {
            switch frame.opcode {
            case 0x0, 0x1, 0x2: if let event = try data(frame) { return event }
            case 0x8: return .close(try closeStatus(frame.payload))
            case 0x9: return .ping(frame.payload)
            case 0xA: return .pong
            default: throw .malformed("unknown opcode")
            }
        }
        return nil
    }

    private struct Frame {
        var isFinal: Bool
        var opcode: UInt8
        var payload: [UInt8]
    }

    private mutating func frame() throws(WebSocketFault) -> Frame? {
        let available = buffer.count - start
        guard available >= 2 else { return nil }
        let (first, second) = (buffer[start], buffer[start + 1])
        guard first & 0x70 == 0 else { throw .malformed("reserved bits are set") }
        guard second & 0x80 != 0 else { throw .malformed("a client's frame is not masked") }
        let isControl = first & 0x08 != 0
        var length = Int(second & 0x7F)
        guard !isControl || length <= 125 && first & 0x80 != 0 else { throw .malformed("a control frame is too long") }
        let extra = length == 126 ? 2 : length == 127 ? 8 : 0
        guard available >= 2 + extra else { return nil }
        if extra > 0 {
            guard extra == 2 || buffer[start + 2] < 0x80 else { throw .malformed("a frame's length is malformed") }
            length = buffer[(start + 2)..<(start + 2 + extra)].reduce(0) { $0 << 8 | Int($1) }
        }
        guard message.count + length <= limit else {
            throw WebSocketFault(status: 1009, reason: "a message exceeds the limit of \(limit) bytes")
        }
        let head = 2 + extra + 4
        guard available >= head + length else { return nil }
        let mask = Array(buffer[(start + head - 4)..<(start + head)])
        var payload = Array(buffer[(start + head)..<(start + head + length)])
        for place in payload.indices { payload[place] ^= mask[place & 3] }
        start += head + length
        return Frame(isFinal: first & 0x80 != 0, opcode: first & 0x0F, payload: payload)
    }

    private mutating func data(_ frame: Frame) throws(WebSocketFault) -> Event? {
        guard (frame.opcode == 0) == (opcode != nil) else { throw .malformed("a message is not in its parts") }
        if frame.opcode != 0 { opcode = frame.opcode }
        message.append(contentsOf: frame.payload)
        guard frame.isFinal, let kind = opcode else { return nil }
        let whole = message
        message = []
        opcode = nil
        guard kind == 0x1 else { return .binary(whole) }
        guard let text = String(validating: whole, as: UTF8.self) else {
            throw WebSocketFault(status: 1007, reason: "a text is not UTF-8")
        }
        return .text(text)
    }

    private func closeStatus(_ payload: [UInt8]) throws(WebSocketFault) -> UInt16? {
        guard !payload.isEmpty else { return nil }
        guard payload.count >= 2, String(validating: payload[2...], as: UTF8.self) != nil else {
            throw .malformed("a closing frame is malformed")
        }
        let status = UInt16(payload[0]) << 8 | UInt16(payload[1])
        let isKnown = (1000...1014).contains(status) && ![1004, 1005, 1006].contains(status)
        guard isKnown || (3000...4999).contains(status) else { throw .malformed("a closing frame has no such status") }
        return status
    }
}
