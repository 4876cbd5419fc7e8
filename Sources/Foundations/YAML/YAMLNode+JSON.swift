package import JSON

extension YAMLNode {
    /// The value without its places, for those who want plain data.
    ///
    /// Keys become texts as they are written. Throws for `.nan` and `.inf`, which JSON does not have.
    package func json() throws(YAMLError) -> JSONValue {
        switch kind {
        case .sequence(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try item.json()) }
            return .array(values)
        case .mapping(let pairs):
            var object = JSONObject()
            for pair in pairs { object.set(try pair.value.json(), for: pair.key.scalarText ?? "") }
            return .object(object)
        case .scalar(let text, _):
            switch scalar {
            case .null?, nil: return .null
            case .bool(let value): return .bool(value)
            case .int(let value): return .integer(Int64(value))
            case .string(let value): return .string(value)
            case .double(let value):
                guard value.isFinite else { throw YAMLError(mark, "'\(text)' is no number that can be used here") }
                return .number(value)
            }
        }
    }
}
