/// Writes an encodable value as bytes that are equal for equal values, for a hash; not for reading back.
///
/// Every text, number and name has its kind and length before it, so that no two values give the same bytes. Fields are
/// written as their types encode them: a field that a type gets later counts by itself.
struct FingerprintEncoder: Encoder {
    let writer: FingerprintWriter
    /// Names that are passed over, at this level alone.
    let ignored: Set<String>

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ writer: FingerprintWriter, ignoring ignored: Set<String> = []) {
        self.writer = writer
        self.ignored = ignored
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        writer.tag(.fields)
        return KeyedEncodingContainer(FieldContainer<Key>(writer: writer, ignored: ignored))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        writer.tag(.list)
        return ListContainer(writer: writer)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueContainer(writer: writer) }
}

private struct FieldContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: FingerprintWriter
    let ignored: Set<String>
    var codingPath: [any CodingKey] { [] }

    private func counts(_ key: Key) -> Bool {
        let name = key.stringValue
        if name == RequestFingerprint.ignoredEverywhere || (!ignored.isEmpty && ignored.contains(name)) { return false }
        writer.write(name: name)
        return true
    }

    mutating func encodeNil(forKey key: Key) { if counts(key) { writer.tag(.null) } }
    mutating func encode(_ value: Bool, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: String, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: Double, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: Float, forKey key: Key) { if counts(key) { writer.write(Double(value)) } }
    mutating func encode(_ value: Int, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: Int8, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: Int16, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: Int32, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: Int64, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: UInt, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: UInt8, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: UInt16, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: UInt32, forKey key: Key) { if counts(key) { writer.write(value) } }
    mutating func encode(_ value: UInt64, forKey key: Key) { if counts(key) { writer.write(value) } }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        if counts(key) { try writer.append(value) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        writer.write(name: key.stringValue)
        return FingerprintEncoder(writer).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        writer.write(name: key.stringValue)
        return FingerprintEncoder(writer).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { FingerprintEncoder(writer) }
    mutating func superEncoder(forKey key: Key) -> any Encoder {
        writer.write(name: key.stringValue)
        return FingerprintEncoder(writer)
    }
}

private struct ListContainer: UnkeyedEncodingContainer {
    let writer: FingerprintWriter
    var codingPath: [any CodingKey] { [] }
    var count = 0

    mutating func encodeNil() { writer.tag(.null) }
    mutating func encode<T: Encodable>(_ value: T) throws { try ValueContainer(writer: writer).encode(value) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        FingerprintEncoder(writer).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        FingerprintEncoder(writer).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { FingerprintEncoder(writer) }
}

private struct ValueContainer: SingleValueEncodingContainer {
    let writer: FingerprintWriter
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { writer.tag(.null) }
    func encode(_ value: Bool) { writer.write(value) }
    func encode(_ value: String) { writer.write(value) }
    func encode(_ value: Double) { writer.write(value) }
    func encode(_ value: Float) { writer.write(Double(value)) }
    func encode(_ value: Int) { writer.write(value) }
    func encode(_ value: Int8) { writer.write(value) }
    func encode(_ value: Int16) { writer.write(value) }
    func encode(_ value: Int32) { writer.write(value) }
    func encode(_ value: Int64) { writer.write(value) }
    func encode(_ value: UInt) { writer.write(value) }
    func encode(_ value: UInt8) { writer.write(value) }
    func encode(_ value: UInt16) { writer.write(value) }
    func encode(_ value: UInt32) { writer.write(value) }
    func encode(_ value: UInt64) { writer.write(value) }

    func encode<T: Encodable>(_ value: T) throws {
        if T.self == Bool.self, let value = value as? Bool {
            writer.write(value)
        } else if T.self == Double.self, let value = value as? Double {
            writer.write(value)
        } else if T.self == Int.self, let value = value as? Int {
            writer.write(value)
        } else if T.self == Int64.self, let value = value as? Int64 {
            writer.write(value)
        } else {
            try writer.append(value)
        }
    }
}
