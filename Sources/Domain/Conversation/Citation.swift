/// Where a passage of an answer comes from.
package struct Citation: Sendable, Hashable, Codable {
    package var source: Source
    package var title: String?
    /// The words of the source.
    package var citedText: String?
    /// The place in the source, from and up to, without the last; in the unit that `source` names.
    package var place: Place?
    /// The characters of the message's text that rest on it, where the format says so.
    package var answer: Place?
    /// The citation as its own format has it, whole.
    package var native: NativePart?

    package init(
        _ source: Source, title: String? = nil, citedText: String? = nil, place: Place? = nil, answer: Place? = nil,
        native: NativePart? = nil
    ) {
        self.source = source
        self.title = title
        self.citedText = citedText
        self.place = place
        self.answer = answer
        self.native = native
    }

    package enum Source: Sendable, Hashable, Codable {
        case web(url: String)
        /// A document of the request, counted from 0 over all of its messages; `file` is its id where it was uploaded.
        case document(index: Int, unit: Unit, file: String?)
        case file(id: String, name: String?)
        case searchResult(index: Int, source: String)
        /// A kind that only its own format knows.
        case other
    }

    package enum Unit: String, Sendable, Hashable, Codable {
        case characters, pages, blocks
    }

    package struct Place: Sendable, Hashable, Codable {
        package var start: Int
        package var end: Int

        package init(start: Int, end: Int) {
            self.start = start
            self.end = end
        }
    }
}
