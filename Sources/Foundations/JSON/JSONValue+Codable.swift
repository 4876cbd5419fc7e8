// Within `JSONCoding` a value passes through as it is; these serve any other coder.

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        if let decoder = decoder as? ValueDecoder {
            self = decoder.value
            return
        }
        if let object = try? JSONObject(from: decoder) {  // Another kind of value is told by the failure.
            self = .object(object)
            return
        }
        if var container = try? decoder.unkeyedContainer() {  // As above.
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {  // As above.
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {  // As above.
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {  // As above.
            self = .number(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? SlotEncoder {
            encoder.slot.set(self)
            return
        }
        switch self {
        case .object(let object):
            try object.encode(to: encoder)
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .integer(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .number(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }
}

extension JSONObject: Codable {
    package init(from decoder: any Decoder) throws {
        if let decoder = decoder as? ValueDecoder {
            self = try decoder.decode(JSONObject.self)
            return
        }
        let container = try decoder.container(keyedBy: MemberKey.self)
        self.init()
        for key in container.allKeys { self[key.stringValue] = try container.decode(JSONValue.self, forKey: key) }
    }

    package func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? SlotEncoder {
            encoder.slot.set(.object(self))
            return
        }
        var container = encoder.container(keyedBy: MemberKey.self)
        for member in self { try container.encode(member.value, forKey: MemberKey(member.key)) }
    }
}

private struct MemberKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) {
        stringValue = name
    }

    init?(stringValue: String) {
        self.init(stringValue)
    }

    init?(intValue: Int) {
        self.init(String(intValue))
    }
}
