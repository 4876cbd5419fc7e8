package import Conversation
package import JSON

/// Reads the members of one object of the wire, and says what is wrong with a path.
///
/// Paths are put together only where something is wrong: the readers of inner objects throw their own path, and `at` puts
/// the place in front of it.
package struct WireObject: Sendable {
    package let members: JSONObject

    package init(_ value: JSONValue) throws(WireFault) {
        guard case .object(let members) = value else {
            throw WireFault(.invalid, "", "expected an object, got \(value.summary)")
        }
        self.members = members
    }

    package init(_ members: JSONObject) {
        self.members = members
    }

    /// The member, or nil where it is missing or null.
    package subscript(_ name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    package func required(_ name: String) throws(WireFault) -> JSONValue {
        guard let value = self[name] else { throw WireFault(.invalid, name, "the field is missing") }
        return value
    }

    package func string(_ name: String) throws(WireFault) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.stringValue else { throw mismatch(name, "a string", value) }
        return text
    }

    package func requiredString(_ name: String) throws(WireFault) -> String {
        let value = try required(name)
        guard let text = value.stringValue else { throw mismatch(name, "a string", value) }
        return text
    }

    package func bool(_ name: String) throws(WireFault) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let flag = value.boolValue else { throw mismatch(name, "true or false", value) }
        return flag
    }

    package func int(_ name: String, atLeast least: Int = .min) throws(WireFault) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = value.intValue else { throw mismatch(name, "a whole number", value) }
        guard number >= least else {
            throw WireFault(.invalid, name, "expected at least \(least), got \(number)")
        }
        return number
    }

    package func number(_ name: String, in range: ClosedRange<Double>? = nil) throws(WireFault) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = value.doubleValue else { throw mismatch(name, "a number", value) }
        if let range, !range.contains(number) {
            let bounds = "\(JSONValue.wire(range.lowerBound).text()) to \(JSONValue.wire(range.upperBound).text())"
            throw WireFault(.invalid, name, "expected a number from \(bounds), got \(value.text())")
        }
        return number
    }

    package func object(_ name: String) throws(WireFault) -> JSONObject? {
        guard let value = self[name] else { return nil }
        guard let members = value.objectValue else { throw mismatch(name, "an object", value) }
        return members
    }

    package func array(_ name: String) throws(WireFault) -> [JSONValue]? {
        guard let value = self[name] else { return nil }
        guard let elements = value.arrayValue else { throw mismatch(name, "an array", value) }
        return elements
    }

    /// The strings of an array.
    package func strings(_ name: String) throws(WireFault) -> [String]? {
        guard let elements = try array(name) else { return nil }
        var strings: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.stringValue else { throw mismatch("\(name)[\(index)]", "a string", element) }
            strings.append(text)
        }
        return strings
    }

    /// What `read` makes of each element of an array; nil where there is none.
    package func each<Value>(
        _ name: String, _ read: (JSONValue) throws(WireFault) -> Value
    ) throws(WireFault) -> [Value]? {
        guard let elements = try array(name) else { return nil }
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do throws(WireFault) {
                values.append(try read(element))
            } catch {
                throw error.inside(index).inside(name)
            }
        }
        return values
    }

    /// What `read` makes of a member; nil where there is none.
    package func at<Value>(
        _ name: String, _ read: (JSONValue) throws(WireFault) -> Value
    ) throws(WireFault) -> Value? {
        guard let value = self[name] else { return nil }
        do throws(WireFault) {
            return try read(value)
        } catch {
            throw error.inside(name)
        }
    }

    /// The members that no reader knows, and those that say null, as that is not always what leaving them out says.
    package func rest(besides known: Set<String>) -> JSONObject { rest { known.contains($0) } }

    /// The same for few names, which are found sooner one by one.
    package func rest(besides known: [String]) -> JSONObject { rest { known.contains($0) } }

    private func rest(_ isKnown: (String) -> Bool) -> JSONObject {
        var rest = JSONObject()
        for (name, value) in members where value.isNull || !isKnown(name) { rest.set(value, for: name) }
        return rest
    }

    package func mismatch(_ name: String, _ expected: String, _ value: JSONValue) -> WireFault {
        WireFault(.invalid, name, "expected \(expected), got \(value.summary)")
    }
}

extension JSONObject {
    /// Writes what one format alone had, over what we said, where the family is that format.
    package mutating func add(_ passthrough: Passthrough?, for family: WireFamily) {
        guard let passthrough, passthrough.family == family else { return }
        for (name, value) in passthrough.members where !value.isNull || !contains(name) { set(value, for: name) }
    }

    /// As `add`, but objects take members instead of being replaced: for formats that nest what they say.
    package mutating func addDeep(_ passthrough: Passthrough?, for family: WireFamily) {
        guard let passthrough, passthrough.family == family else { return }
        merge(passthrough.members)
    }

    /// Takes the members of another object, into its own objects where both have one.
    package mutating func merge(_ others: JSONObject) {
        for (name, value) in others where !value.isNull || !contains(name) {
            if case .object(var inner)? = self[name], case .object(let more) = value {
                inner.merge(more)
                set(.object(inner), for: name)
            } else {
                set(value, for: name)
            }
        }
    }

    /// Sets a member only where there is something to say.
    package mutating func set(_ value: String?, for name: String) {
        if let value { set(.string(value), for: name) }
    }

    package mutating func set(_ value: Int?, for name: String) {
        if let value { set(.integer(Int64(value)), for: name) }
    }

    package mutating func set(_ value: Double?, for name: String) {
        if let value { set(.wire(value), for: name) }
    }

    package mutating func set(_ value: Bool?, for name: String) {
        if let value { set(.bool(value), for: name) }
    }
}

extension JSONValue {
    /// A number as people write it: `1`, not `1.0`.
    package static func wire(_ number: Double) -> JSONValue {
        Int64(exactly: number).map { .integer($0) } ?? .number(number)
    }
}

extension NativePart {
    /// The part as it stands in a format; nil in any other.
    package func value(for family: WireFamily) -> JSONValue? {
        guard self.family == family else { return nil }
        return value
    }

    /// The texts of a part that another format has no form for, such as a search result that the user gives.
    package var words: String? {
        if let text = value["text"]?.stringValue { return text }
        let texts = (value["content"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }
        guard !texts.isEmpty else { return nil }
        return ([value["title"]?.stringValue, value["source"]?.stringValue].compactMap(\.self) + texts)
            .joined(separator: "\n")
    }
}

extension Passthrough {
    /// Nil where there is nothing to keep.
    package static func kept(_ family: WireFamily, _ members: JSONObject, form: String? = nil) -> Passthrough? {
        members.isEmpty && form == nil ? nil : Passthrough(family, members, form: form)
    }
}
