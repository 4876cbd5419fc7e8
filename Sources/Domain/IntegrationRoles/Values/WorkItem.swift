/// An issue, ticket or story of a tracker.
package struct WorkItem: Sendable, Hashable, Codable {
    /// What people call it: `ABC-12`, `#7`.
    package var key: String
    package var title: String
    /// Markdown.
    package var body: String
    /// In the tracker's own words.
    package var status: String
    package var labels: [String]
    package var assignee: String?
    package var url: String?

    package init(
        key: String, title: String, body: String = "", status: String, labels: [String] = [], assignee: String? = nil,
        url: String? = nil
    ) {
        self.key = key
        self.title = title
        self.body = body
        self.status = status
        self.labels = labels
        self.assignee = assignee
        self.url = url
    }
}

/// A work item that is to be made.
package struct WorkItemDraft: Sendable, Hashable, Codable {
    package var title: String
    package var body: String?
    package var labels: [String]?
    package var assignee: String?
    /// The key of the item that it is a part of.
    package var parent: String?
}

/// What is to change of a work item; what is nil stays.
package struct WorkItemChange: Sendable, Hashable, Codable {
    package var title: String?
    package var body: String?
    package var status: String?
    package var labels: [String]?
    package var assignee: String?
}

/// A comment as the outside system knows it.
package struct PostedComment: Sendable, Hashable, Codable {
    package var id: String
    package var url: String?

    package init(id: String, url: String? = nil) {
        self.id = id
        self.url = url
    }
}
