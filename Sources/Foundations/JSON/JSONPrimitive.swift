/// A type with a direct JSON form, which needs no coding container.
protocol JSONPrimitive {
    /// What a message says was expected, with an article.
    static var expectation: String { get }
    init?(json: JSONValue)
    /// Nil where the value has no JSON form.
    var json: JSONValue? { get }
}

extension JSONValue: JSONPrimitive {
    static var expectation: String { "a value" }
    init?(json: JSONValue) { self = json }
    var json: JSONValue? { self }
}

extension JSONObject: JSONPrimitive {
    static var expectation: String { "an object" }
    var json: JSONValue? { .object(self) }

    init?(json: JSONValue) {
        guard case .object(let object) = json else { return nil }
        self = object
    }
}

extension Bool: JSONPrimitive {
    static var expectation: String { "true or false" }
    var json: JSONValue? { .bool(self) }

    init?(json: JSONValue) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }
}

extension String: JSONPrimitive {
    static var expectation: String { "a string" }
    var json: JSONValue? { .string(self) }

    init?(json: JSONValue) {
        guard case .string(let value) = json else { return nil }
        self = value
    }
}

extension Double: JSONPrimitive {
    static var expectation: String { "a number" }
    var json: JSONValue? { isFinite ? .number(self) : nil }

    init?(json: JSONValue) {
        guard let value = json.doubleValue else { return nil }
        self = value
    }
}

extension Float: JSONPrimitive {
    static var expectation: String { "a number" }
    // Through the text, so that 0.1 stays 0.1 instead of becoming 0.10000000149011612.
    var json: JSONValue? { isFinite ? .number(Double(description) ?? Double(self)) : nil }

    init?(json: JSONValue) {
        guard let value = json.doubleValue, Float(value).isFinite else { return nil }
        self = Float(value)
    }
}

extension FixedWidthInteger {
    static var expectation: String {
        "an integer from \(min) to \(max)"
    }

    var json: JSONValue? {
        Int64(exactly: self).map { .integer($0) }
    }

    init?(json: JSONValue) {
        switch json {
        case .integer(let value): self.init(exactly: value)
        case .number(let value): self.init(exactly: value)
        default: return nil
        }
    }
}

extension Int: JSONPrimitive {}
extension Int8: JSONPrimitive {}
extension Int16: JSONPrimitive {}
extension Int32: JSONPrimitive {}
extension Int64: JSONPrimitive {}
extension UInt: JSONPrimitive {}
extension UInt8: JSONPrimitive {}
extension UInt16: JSONPrimitive {}
extension UInt32: JSONPrimitive {}
extension UInt64: JSONPrimitive {}
