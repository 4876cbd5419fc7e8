/// The encoder of one slot.
struct SlotEncoder: Encoder {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.beginObject()
        return KeyedEncodingContainer(KeyedSlots<Key>(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.beginArray()
        return UnkeyedSlots(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        self
    }
}

extension SlotEncoder: SingleValueEncodingContainer {
    func encodeNil() {
        slot.set(.null)
    }

    func encode<T: Encodable>(_ value: T) throws {
        if let json = try Self.primitive(value, at: codingPath) {
            slot.set(json)
        } else {
            try value.encode(to: self)
        }
    }

    /// The value as JSON where it needs no container; nil where it does.
    fileprivate static func primitive<T: Encodable>(
        _ value: T, at path: @autoclosure () -> [any CodingKey]
    ) throws -> JSONValue? {
        guard let primitive = value as? any JSONPrimitive else { return nil }
        if let json = primitive.json { return json }
        throw EncodingError.invalidValue(
            value,
            EncodingError.Context(codingPath: path(), debugDescription: "\(value) has no form in JSON"))
    }
}

private struct KeyedSlots<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) {
        slot.set(.null, for: key.stringValue)
    }

    // The most frequent kinds, which need no look at what they are.
    func encode(_ value: Bool, forKey key: Key) { slot.set(.bool(value), for: key.stringValue) }
    func encode(_ value: String, forKey key: Key) { slot.set(.string(value), for: key.stringValue) }
    func encode(_ value: Int, forKey key: Key) { slot.set(.integer(Int64(value)), for: key.stringValue) }
    func encode(_ value: Int64, forKey key: Key) { slot.set(.integer(value), for: key.stringValue) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        if let json = try SlotEncoder.primitive(value, at: codingPath + [key]) {
            slot.set(json, for: key.stringValue)
        } else {
            try value.encode(to: encoder(key))
        }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        encoder(SuperKey())
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        encoder(key)
    }

    private func encoder(_ key: some CodingKey) -> SlotEncoder {
        SlotEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct UnkeyedSlots: UnkeyedEncodingContainer {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]
    var count: Int { slot.count }

    func encodeNil() {
        slot.append(.null)
    }

    func encode<T: Encodable>(_ value: T) throws {
        if let json = try SlotEncoder.primitive(value, at: codingPath + [ElementKey(slot.count)]) {
            slot.append(json)
        } else {
            try value.encode(to: next())
        }
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        next().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        next().unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        next()
    }

    private func next() -> SlotEncoder {
        let path = codingPath + [ElementKey(slot.count)]
        return SlotEncoder(slot: slot.append(), codingPath: path)
    }
}
