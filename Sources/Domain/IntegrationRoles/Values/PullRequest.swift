/// A change that a code host is asked to take: a pull request or merge request.
package struct PullRequest: Sendable, Hashable, Codable {
    package var number: Int
    package var title: String
    /// Markdown.
    package var body: String
    /// The branch with the change.
    package var head: String
    /// The branch that is to get it.
    package var base: String
    package var state: State
    package var draft: Bool
    package var labels: [String]
    package var url: String?

    package enum State: String, Sendable, Hashable, Codable { case open, merged, closed }

    package init(
        number: Int, title: String, body: String = "", head: String, base: String, state: State = .open,
        draft: Bool = false, labels: [String] = [], url: String? = nil
    ) {
        self.number = number
        self.title = title
        self.body = body
        self.head = head
        self.base = base
        self.state = state
        self.draft = draft
        self.labels = labels
        self.url = url
    }
}

/// A pull request that is to be opened; without a base it goes to the repository's main branch.
package struct PullRequestDraft: Sendable, Hashable, Codable {
    package var title: String
    package var head: String
    package var base: String?
    package var body: String?
    package var draft: Bool?
    package var labels: [String]?
}

/// How one check of a commit stands at the code host.
package struct HostedCheck: Sendable, Hashable, Codable {
    package var name: String
    package var outcome: Outcome
    package var url: String?

    package enum Outcome: String, Sendable, Hashable, Codable { case pending, passed, failed }

    package init(name: String, outcome: Outcome, url: String? = nil) {
        self.name = name
        self.outcome = outcome
        self.url = url
    }
}
