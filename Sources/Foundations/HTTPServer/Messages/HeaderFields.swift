/// Header fields in their order, looked up without regard to case.
///
/// They are kept as the bytes of a head, so that reading and writing one costs a copy and no text is made of fields
/// that nobody asks for. What is added can not break a head open: a line break or NUL in a value becomes a space, and
/// a field whose name is not a token (RFC 9110, 5.6.2) is left out.
package struct HeaderFields: Sendable {
    /// Where a field stands in `wire`.
    struct Entry: Sendable {
        var name: Range<UInt32>
        var value: Range<UInt32>
    }

    /// A head, or part of one; what lies between entries does not matter.
    private(set) var wire: [UInt8]
    private(set) var entries: [Entry]

    package init() {
        wire = []
        entries = []
    }

    init(wire: [UInt8], entries: [Entry]) {
        self.wire = wire
        self.entries = entries
    }

    package init(_ fields: [(String, String)]) {
        self.init()
        for (name, value) in fields { add(name, value) }
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// Names and values in their order.
    package var fields: [(name: String, value: String)] {
        entries.map { (text($0.name), text($0.value)) }
    }

    /// The first value of a field; setting replaces all its values, or removes them.
    package subscript(name: String) -> String? {
        get { entries.first { hasName($0, name) }.map { text($0.value) } }
        set {
            if contains(name) { entries = entries.filter { !hasName($0, name) } }
            if let newValue { add(name, newValue) }
        }
    }

    /// All values of a field that may come more than once, in their order.
    package func all(_ name: String) -> [String] {
        entries.filter { hasName($0, name) }.map { text($0.value) }
    }

    /// Whether there is such a field, whatever its value.
    package func contains(_ name: String) -> Bool {
        entries.contains { hasName($0, name) }
    }

    /// Adds a field behind those of its name.
    package mutating func add(_ name: String, _ value: String) {
        guard !name.isEmpty, name.utf8.allSatisfy({ Characters.isToken($0) }) else { return }
        if wire.isEmpty {
            wire.reserveCapacity(192)
            entries.reserveCapacity(4)
        }
        let start = UInt32(wire.count)
        wire.append(contentsOf: name.utf8)
        let nameEnd = UInt32(wire.count)
        wire.append(UInt8(ascii: ":"))
        wire.append(UInt8(ascii: " "))
        let valueStart = UInt32(wire.count)
        for byte in value.utf8 { wire.append(Characters.isFieldContent(byte) ? byte : UInt8(ascii: " ")) }
        entries.append(Entry(name: start..<nameEnd, value: valueStart..<UInt32(wire.count)))
    }

    /// Adds all fields of another head behind these.
    package mutating func add(_ other: HeaderFields) {
        for field in other.fields { add(field.name, field.value) }
    }

    func hasName(_ entry: Entry, _ name: String) -> Bool {
        guard entry.name.count == name.utf8.count else { return false }
        var place = Int(entry.name.lowerBound)
        for byte in name.utf8 {
            guard Characters.lowercased(wire[place]) == Characters.lowercased(byte) else { return false }
            place += 1
        }
        return true
    }

    private func text(_ range: Range<UInt32>) -> String {
        String(decoding: wire[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}

extension HeaderFields: Equatable, CustomStringConvertible {
    /// The same names, but for case, with the same values in the same order.
    package static func == (left: HeaderFields, right: HeaderFields) -> Bool {
        left.fields.elementsEqual(right.fields) {
            $0.name.lowercased() == $1.name.lowercased() && $0.value == $1.value
        }
    }

    package var description: String {
        fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    }
}
