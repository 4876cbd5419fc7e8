import Conversation
import Crypto
import JSON

/// Hashes the bytes of a fingerprint.
final class FingerprintWriter {
    /// Texts of more bytes are hashed where they are.
    private static let mostGathered = 4096

    private var hash: SHA256? = SHA256()
    private var gathered: [UInt8] = []
    /// Ids of tool calls by their order: providers make them up anew each time.
    private var calls: [String: Int] = [:]

    enum Tag: UInt8 {
        case null = 1, no, yes, integer, number, text, json, name, fields, list, begin, end, pairs
    }

    init() { gathered.reserveCapacity(2 * Self.mostGathered) }

    /// Of all that was written; nothing may be written behind it.
    func digest() -> SHA256Digest {
        flush()
        guard let hash = hash.take() else { preconditionFailure("a fingerprint is finished once") }
        return hash.finalize()
    }

    func tag(_ tag: Tag) { gathered.append(tag.rawValue) }

    func write(_ text: String) {
        tag(.text)
        write(counted: text)
    }

    func write(name: String) {
        tag(.name)
        write(counted: name)
    }

    func write(_ value: Bool) { tag(value ? .yes : .no) }

    func write(_ value: Double) {
        tag(.number)
        // Minus zero is zero.
        write(bits: value == 0 ? 0 : value.bitPattern)
    }

    func write(_ value: some BinaryInteger) {
        tag(.integer)
        write(bits: UInt64(truncatingIfNeeded: value))
    }

    func write(_ value: JSONValue) {
        tag(.json)
        let text = value.bytes(.canonical)
        write(bits: UInt64(text.count))
        text.withUnsafeBytes { write(bytes: $0) }
    }

    /// Values whose order, ids or names mean nothing are brought into one form; all others encode themselves.
    ///
    /// Their types are compared, as that takes much less time than to ask each value in turn what it is.
    func append<T: Encodable>(_ value: T) throws {
        if T.self == String.self, let text = value as? String {
            write(text)
        } else if T.self == Content.self, case .passage(var passage) = value as? Content {
            // Without its mark it may be a text like any other.
            passage.cacheMark = nil
            try encode(Content(passage))
        } else if T.self == ToolCall.self, var call = value as? ToolCall {
            call.id = ordinal(of: call.id)
            try encode(call)
        } else if T.self == ToolResult.self, var result = value as? ToolResult {
            result.callID = ordinal(of: result.callID)
            try encode(result)
        } else if T.self == ImagePart.self, var image = value as? ImagePart {
            image.name = ""
            try encode(image)
        } else if T.self == JSONValue.self, let json = value as? JSONValue {
            write(json)
        } else if T.self == JSONObject.self, let object = value as? JSONObject {
            write(.object(object))
        } else if T.self == [String: String].self, let pairs = value as? [String: String] {
            write(pairs)
        } else {
            try encode(value)
        }
    }

    private func write(_ pairs: [String: String]) {
        tag(.pairs)
        write(bits: UInt64(pairs.count))
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
            write(key)
            write(value)
        }
    }

    private func encode(_ value: some Encodable) throws {
        tag(.begin)
        try value.encode(to: FingerprintEncoder(self))
        tag(.end)
    }

    private func ordinal(of id: String) -> String {
        let place = calls[id] ?? calls.count
        calls[id] = place
        return "\(place)"
    }

    private func write(bits: UInt64) {
        withUnsafeBytes(of: bits.littleEndian) { gathered.append(contentsOf: $0) }
    }

    private func write(counted text: String) {
        var text = text
        text.withUTF8 { bytes in
            write(bits: UInt64(bytes.count))
            write(bytes: UnsafeRawBufferPointer(bytes))
        }
    }

    private func write(bytes: UnsafeRawBufferPointer) {
        guard bytes.count > Self.mostGathered else {
            gathered.append(contentsOf: bytes)
            if gathered.count > Self.mostGathered { flush() }
            return
        }
        flush()
        hash?.update(bytes)
    }

    private func flush() {
        hash?.update(gathered)
        gathered.removeAll(keepingCapacity: true)
    }
}
