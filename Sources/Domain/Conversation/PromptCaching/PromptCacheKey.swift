import JSON

/// What calls with the same beginning have in common, for providers that find their prompt cache by a key; pure.
///
/// The same scope, instructions and tools give the same key in every process and version; it is no secret and proves
/// nothing. A key that the client gave is its own affair and kept.
package enum PromptCacheKey {
    /// - Parameter scope: whose calls may share a cache, such as a project and the id of a key.
    package static func text(for request: ModelRequest, scope: String) -> String {
        if let given = request.cacheKey { return given }
        var hash = StableHash()
        hash.add(scope)
        for part in request.systemParts { hash.add(part.text) }
        hash.add(word: 0xFFFF)
        for tool in request.tools {
            hash.add(tool.name)
            hash.add(tool.description)
            hash.add(tool.parameters)
        }
        return "vencejo-\(hash.text)"
    }
}

/// 128 bits that depend on what was added alone, unlike those of `Hasher`; quick, and not against attackers.
struct StableHash {
    private var first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var second: UInt64 = 0xC2B2_AE3D_27D4_EB4F

    mutating func add(word: UInt64) {
        first = (first ^ word) &* 0xBF58_476D_1CE4_E5B9
        first ^= first >> 29
        second = ((second << 31) | (second >> 33)) &+ word
        second = (second ^ (second >> 32)) &* 0x94D0_49BB_1331_11EB
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            add(word: UInt64(bytes.count))
            let raw = UnsafeRawBufferPointer(bytes)
            var place = 0
            while place + 8 <= raw.count {
                add(word: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
                place += 8
            }
            var rest: UInt64 = 0
            while place < raw.count {
                rest = rest << 8 | UInt64(raw[place])
                place += 1
            }
            add(word: rest)
        }
    }

    /// Members count in their order: tools are written the same way each time.
    mutating func add(_ value: JSONValue) {
        switch value {
        case .null: add(word: 1)
        case .bool(let value): add(word: value ? 2 : 3)
        case .integer(let value): add(4, UInt64(bitPattern: value))
        case .number(let value): add(5, value.bitPattern)
        case .string(let value):
            add(word: 6)
            add(value)
        case .array(let elements):
            add(7, UInt64(elements.count))
            for element in elements { add(element) }
        case .object(let object):
            add(8, UInt64(object.count))
            for member in object {
                add(member.key)
                add(member.value)
            }
        }
    }

    private mutating func add(_ kind: UInt64, _ word: UInt64) {
        add(word: kind)
        add(word: word)
    }

    /// 32 hexadecimal digits.
    var text: String { [first ^ (second >> 7), second].map(Self.digits).joined() }

    private static func digits(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
