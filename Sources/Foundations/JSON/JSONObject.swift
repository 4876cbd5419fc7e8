/// The members of a JSON object: unique names in the order in which they were first set.
///
/// Equality and hash ignore the order. Look-up and insertion are constant in time on average; removal is linear.
package struct JSONObject: Sendable {
    private var members: [Element] = []
    /// Where each name is, kept only for objects so large that a scan would be slower.
    private var places: [CodeUnits: Int]?

    package init() {}

    /// Takes members in order; where a name comes twice, the last value wins at the first place.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        self.members.reserveCapacity(members.underestimatedCount)
        for (key, value) in members { set(value, for: key) }
    }

    package var keys: [String] { members.map(\.key) }
    package var values: [JSONValue] { members.map(\.value) }

    /// The value of a member; setting nil removes it, setting `.null` stores a null.
    package subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set { set(newValue, for: key) }
    }

    package func contains(_ key: String) -> Bool {
        place(of: key) != nil
    }

    /// Sets a member, where it is or at the end; nil removes it.
    package mutating func set(_ value: JSONValue?, for key: String) {
        switch (place(of: key), value) {
        case (nil, nil):
            break
        case (let place?, nil):
            members.remove(at: place)
            places = nil
            if members.count > Self.scanned { indexMembers() }
        case (let place?, let value?):
            members[place].value = value
        case (nil, let value?):
            members.append((key, value))
            if places != nil {
                places?[CodeUnits(key)] = members.count - 1
            } else if members.count > Self.scanned {
                indexMembers()
            }
        }
    }

    package mutating func reserveCapacity(_ count: Int) {
        members.reserveCapacity(count)
    }

    private static let scanned = 12

    private mutating func indexMembers() {
        var places: [CodeUnits: Int] = [:]
        places.reserveCapacity(members.count * 2)
        for (place, member) in members.enumerated() { places[CodeUnits(member.key)] = place }
        self.places = places
    }

    /// Where the member of that name is.
    func place(of key: String) -> Int? {
        if let places { return places[CodeUnits(key)] }
        return members.firstIndex { CodeUnits($0.key) == CodeUnits(key) }
    }

    /// Sets the value of the member at that place.
    mutating func put(_ value: JSONValue, at place: Int) { members[place].value = value }
}

extension JSONObject: RandomAccessCollection {
    package typealias Element = (key: String, value: JSONValue)

    package var startIndex: Int { 0 }
    package var endIndex: Int { members.count }
    package subscript(position: Int) -> Element { members[position] }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        return left.members.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var combined = 0
        for (key, value) in members {
            var member = Hasher()
            member.combine(CodeUnits(key))
            member.combine(value)
            combined ^= member.finalize()
        }
        hasher.combine(members.count)
        hasher.combine(combined)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}

extension JSONObject: CustomStringConvertible {
    /// The compact text.
    package var description: String { JSONValue.object(self).text() }
}
