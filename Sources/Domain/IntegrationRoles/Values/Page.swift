/// A page of a documentation site.
package struct Page: Sendable, Hashable, Codable {
    package var id: String
    package var title: String
    /// Markdown.
    package var body: String
    package var space: String?
    package var url: String?

    package init(id: String, title: String, body: String, space: String? = nil, url: String? = nil) {
        self.id = id
        self.title = title
        self.body = body
        self.space = space
        self.url = url
    }
}

/// A page that is to be made.
package struct PageDraft: Sendable, Hashable, Codable {
    package var title: String
    package var body: String
    package var space: String?
    /// The id of the page above it.
    package var parent: String?
}

/// What is to change of a page; what is nil stays.
package struct PageChange: Sendable, Hashable, Codable {
    package var title: String?
    package var body: String?
}
