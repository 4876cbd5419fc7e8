import SourceTags

/// The tags of one file as bytes: names once, numbers short, a checksum in front.
///
/// Everything that is read is checked against the bounds, so that damaged bytes give nil and never a wrong access.
struct TagArchive: Sendable, Hashable {
    /// Goes up when the bytes change their meaning.
    static let version = 1

    let bytes: [UInt8]

    /// Takes bytes that were kept; nil where they are damaged.
    init?(bytes: [UInt8]) {
        guard bytes.count >= 4, Self.checksum(bytes[4...]) == Array(bytes[..<4]) else { return nil }
        self.bytes = bytes
    }

    init(_ tags: [Tag]) {
        var writer = ByteWriter()
        writer.bytes = [0, 0, 0, 0]
        var names: [String: Int] = [:]
        var order: [String] = []
        for tag in tags where names[tag.name] == nil {
            names[tag.name] = order.count
            order.append(tag.name)
        }
        writer.number(order.count)
        for name in order { writer.text(name) }
        let definitions = tags.filter { $0.role == .definition }
        writer.number(definitions.count)
        for tag in definitions {
            writer.number(names[tag.name] ?? 0)
            writer.number(Int(tag.kind.code))
            writer.number(tag.line)
            writer.number(max(0, tag.lastLine - tag.line))
            writer.number(min(tag.depth, 255))
            writer.text(tag.signature)
        }
        Self.write(tags.filter { $0.role == .reference }, names, &writer)
        let sum = Self.checksum(writer.bytes[4...])
        writer.bytes.replaceSubrange(0..<4, with: sum)
        bytes = writer.bytes
    }

    /// References are kept as groups of a name and a kind with the lines behind each other.
    private static func write(_ references: [Tag], _ names: [String: Int], _ writer: inout ByteWriter) {
        struct Group: Hashable {
            var name: Int
            var kind: UInt8
        }
        var lines: [Group: [Int]] = [:]
        var order: [Group] = []
        for tag in references {
            let group = Group(name: names[tag.name] ?? 0, kind: tag.kind.code)
            if lines[group] == nil { order.append(group) }
            lines[group, default: []].append(tag.line)
        }
        writer.number(order.count)
        for group in order {
            writer.number(group.name)
            writer.number(Int(group.kind))
            let places = (lines[group] ?? []).sorted()
            writer.number(places.count)
            var last = 0
            for line in places {
                writer.number(max(0, line - last))
                last = max(line, last)
            }
        }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var sum: UInt32 = 0x811C_9DC5
        for byte in bytes { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
        return [UInt8(sum >> 24), UInt8(sum >> 16 & 255), UInt8(sum >> 8 & 255), UInt8(sum & 255)]
    }
}

extension TagArchive {
    /// A definition whose words still lie in the archive.
    struct Definition {
        /// Index into the archive's names.
        var name: Int
        var kind: Tag.Kind
        var line: Int
        var lastLine: Int
        var depth: Int
        var signature: Range<Int>
    }

    struct Reference {
        var name: Int
        var kind: Tag.Kind
        var lines: [Int]
    }

    /// Hands out the names' places in ``bytes``, then definitions, then references; false where the bytes are damaged.
    @discardableResult
    func read(
        names: (Range<Int>) -> Void, definitions: (Definition) -> Void, references: (Reference) -> Void
    ) -> Bool {
        var reader = ByteReader(bytes: bytes, at: 4)
        guard let count = reader.number() else { return false }
        for _ in 0..<count {
            guard let range = reader.text() else { return false }
            names(range)
        }
        guard let defined = reader.number() else { return false }
        for _ in 0..<defined {
            guard let name = reader.number(), name < count, let kind = reader.kind(), let line = reader.number(),
                let length = reader.number(), let depth = reader.number(), let signature = reader.text()
            else { return false }
            definitions(
                Definition(
                    name: name, kind: kind, line: line, lastLine: line + length, depth: depth, signature: signature))
        }
        guard let referenced = reader.number() else { return false }
        for _ in 0..<referenced {
            guard let name = reader.number(), name < count, let kind = reader.kind(), let places = reader.number(),
                places <= bytes.count
            else { return false }
            var lines: [Int] = []
            lines.reserveCapacity(places)
            var line = 0
            for _ in 0..<places {
                guard let step = reader.number() else { return false }
                line += step
                lines.append(line)
            }
            references(Reference(name: name, kind: kind, lines: lines))
        }
        return true
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

extension Tag.Kind {
    static let coded: [Tag.Kind] = [
        .module, .type, .interface, .function, .method, .constant, .field, .macro, .name,
    ]

    var code: UInt8 { UInt8(Self.coded.firstIndex(of: self) ?? Self.coded.count - 1) }
}
