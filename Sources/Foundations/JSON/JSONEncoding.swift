/// A value under construction, shared by the containers that fill it.
final class EncodingSlot {
    private enum Content {
        case leaf(JSONValue)
        case array([EncodingSlot])
        case object(keys: [String], members: [CodeUnits: EncodingSlot])
    }

    private var content: Content?

    /// What has been encoded; a slot that nothing was encoded into is an empty object, as for a type without members.
    var value: JSONValue {
        switch content {
        case nil: .object([:])
        case .leaf(let value): value
        case .array(let slots): .array(slots.map(\.value))
        case .object(let keys, let members):
            .object(JSONObject(keys.compactMap { key in members[CodeUnits(key)].map { (key, $0.value) } }))
        }
    }

    var count: Int {
        if case .array(let slots) = content { slots.count } else { 0 }
    }

    func set(_ value: JSONValue) {
        content = .leaf(value)
    }

    func beginArray() {
        if case .array = content { return }
        content = .array([])
    }

    func beginObject() {
        if case .object = content { return }
        content = .object(keys: [], members: [:])
    }

    func append() -> EncodingSlot {
        let slot = EncodingSlot()
        guard case .array(var slots) = content else {
            content = .array([slot])
            return slot
        }
        content = nil
        slots.append(slot)
        content = .array(slots)
        return slot
    }

    func member(_ key: String) -> EncodingSlot {
        let slot = EncodingSlot()
        guard case .object(var keys, var members) = content else {
            content = .object(keys: [key], members: [CodeUnits(key): slot])
            return slot
        }
        // Two containers asked for under one key must fill the same object.
        if let present = members[CodeUnits(key)] { return present }
        content = nil
        keys.append(key)
        members[CodeUnits(key)] = slot
        content = .object(keys: keys, members: members)
        return slot
    }
}

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
        guard let primitive = value as? any JSONPrimitive else {
            try value.encode(to: self)
            return
        }
        guard let json = primitive.json else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(codingPath: codingPath, debugDescription: "\(value) has no form in JSON"))
        }
        slot.set(json)
    }
}

private struct KeyedSlots<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) {
        slot.member(key.stringValue).set(.null)
    }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try encoder(key).encode(value)
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
        slot.append().set(.null)
    }

    func encode<T: Encodable>(_ value: T) throws {
        try next().encode(value)
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
