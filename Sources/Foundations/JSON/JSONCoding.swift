/// Turns `Codable` values into JSON values and back, without a text in between.
///
/// Members come in the order in which the type encodes them. ``JSONValue`` and ``JSONObject`` inside a type pass through
/// untouched. A number with an integral value decodes as an integer, so `3.0` is accepted where an `Int` is expected.
package enum JSONCoding {
    package static func encode<T: Encodable>(_ value: T) throws(JSONError) -> JSONValue {
        let slot = EncodingSlot()
        do {
            try SlotEncoder(slot: slot, codingPath: []).encode(value)
        } catch {
            throw JSONError(encoding: error)
        }
        return slot.value
    }

    /// Throws a ``JSONError`` that names the path, what was expected there and what was found.
    package static func decode<T: Decodable>(_ type: T.Type = T.self, from value: JSONValue) throws(JSONError) -> T {
        do {
            return try ValueDecoder(value: value, codingPath: []).decode(type)
        } catch {
            throw JSONError(decoding: error)
        }
    }
}

/// The place of an element, as a coding key.
struct ElementKey: CodingKey {
    let place: Int

    init(_ place: Int) {
        self.place = place
    }

    init?(stringValue: String) {
        guard let place = Int(stringValue) else { return nil }
        self.place = place
    }

    init?(intValue: Int) {
        place = intValue
    }

    var stringValue: String { String(place) }
    var intValue: Int? { place }
}

/// The key under which a class stores what its superclass encodes.
struct SuperKey: CodingKey {
    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }

    var stringValue: String { "super" }
    var intValue: Int? { nil }
}

extension JSONError {
    fileprivate init(encoding error: any Error) {
        switch error {
        case let error as JSONError:
            self = error
        case EncodingError.invalidValue(_, let context):
            self.init(.notEncodable, context.codingPath, context.debugDescription)
        default:
            self.init(.notEncodable, "\(error)")
        }
    }

    fileprivate init(decoding error: any Error) {
        switch error {
        case let error as JSONError:
            self = error
        case DecodingError.typeMismatch(_, let context):
            self.init(.typeMismatch, context.codingPath, context.debugDescription)
        case DecodingError.valueNotFound(_, let context):
            self.init(.missingValue, context.codingPath, context.debugDescription)
        case DecodingError.keyNotFound(let key, let context):
            self.init(.missingValue, context.codingPath, "the member \"\(key.stringValue)\" is missing")
        case DecodingError.dataCorrupted(let context):
            self.init(.invalidValue, context.codingPath, context.debugDescription)
        default:
            self.init(.invalidValue, "\(error)")
        }
    }

    private init(_ code: Code, _ path: [any CodingKey], _ problem: String) {
        let path = JSONPointer(path.map(\.stringValue))
        self.init(code, "\(path.isRoot ? "the value" : path.description): \(problem)", path: path)
    }
}

extension JSONValue {
    /// The value in a few words, for messages: `3`, `"text"`, `an array of 2`, `an object`.
    package var summary: String {
        switch self {
        case .null, .bool, .integer, .number:
            return text()
        case .string(let value):
            let start = value.unicodeScalars.prefix(41)
            guard start.count > 40 else { return text() }
            return JSONValue.string(String(String.UnicodeScalarView(start.prefix(40))) + "…").text()
        case .array(let elements):
            return elements.isEmpty ? "an empty array" : "an array of \(elements.count)"
        case .object(let object):
            return object.isEmpty ? "an empty object" : "an object"
        }
    }
}
