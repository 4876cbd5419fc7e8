/// A conflict of meaning between two places, as a model sees it: never a rule's finding, and always told apart from those.
package struct MeaningFinding: Sendable, Hashable {
    /// What stands in the place of a rule's id.
    package static let id = "MEANING"

    /// One side of the conflict.
    package struct Place: Sendable, Hashable {
        /// Such as `spec.md`.
        package var document: String
        /// Counted from 1.
        package var line: Int
        /// Words of that line, as they stand there.
        package var quote: String

        package init(document: String, line: Int, quote: String) {
            self.document = document
            self.line = line
            self.quote = quote
        }
    }

    package var place: Place
    package var against: Place
    package var message: String
    package var fix: String

    package init(place: Place, against: Place, message: String, fix: String) {
        self.place = place
        self.against = against
        self.message = message
        self.fix = fix
    }
}

extension MeaningFinding: CustomStringConvertible {
    package var description: String {
        "\(place.document):\(place.line): \(Self.id) (by a model): \(message) \(fix) (against \(against.document):\(against.line): \"\(against.quote)\")"
    }
}
