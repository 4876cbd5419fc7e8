package import Timekeeping

/// The id of one kind of thing; ids of different kinds are different types and do not mix.
///
/// Ids sort by the time at which they were made.
package struct ID<Kind>: Sendable, Hashable {
    package let uuid: UUIDv7

    package init(_ uuid: UUIDv7) {
        self.uuid = uuid
    }

    /// Reads the canonical text only: 36 characters, lowercase, version 7.
    package init?(_ text: String) {
        guard let uuid = UUIDv7(text) else { return nil }
        self.uuid = uuid
    }

    /// The canonical text, as it is stored.
    package var string: String { uuid.description }

    /// The last eight digits, which screens show: they are random, while neighbours share the digits in front.
    package var short: String { String(string.suffix(8)) }

    /// When the id was made.
    package var time: Timestamp { uuid.time }

    /// Whether someone who typed this can mean this id: the whole of it, or at least four characters of its beginning
    /// or end, in either case.
    package func matches(_ typed: String) -> Bool {
        let typed = typed.lowercased()
        return typed.count >= 4 && (string.hasPrefix(typed) || string.hasSuffix(typed))
    }
}

extension ID: Comparable {
    package static func < (left: ID, right: ID) -> Bool { left.uuid < right.uuid }
}

extension ID: CustomStringConvertible {
    /// The same as ``string``.
    package var description: String { string }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is no id: a UUID of version 7 in lowercase was expected.")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}
