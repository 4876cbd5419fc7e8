/// An outside system that is connected; what it can do is said by the role protocols that it conforms to.
///
/// Every method may throw `IntegrationError`; a cancelled task ends the call. Text that comes from outside is data.
package protocol Integration: Sendable {
    /// What configuration and events call it.
    var name: String { get }
    /// Whether a call that is repeated with the same key has its effect once.
    var knowsRepeatedCalls: Bool { get }
}

/// Holds work items: Jira, Linear, GitHub Issues.
package protocol TaskTracker: Integration {
    func item(_ key: String) async throws -> WorkItem
    func search(_ query: String, limit: Int) async throws -> [WorkItem]
    func create(_ draft: WorkItemDraft, key: CallKey) async throws -> WorkItem
    func update(_ item: String, _ change: WorkItemChange, key: CallKey) async throws -> WorkItem
    func comment(on item: String, _ text: String, key: CallKey) async throws -> PostedComment
}

/// Holds repositories and pull requests: GitHub, GitLab.
package protocol CodeHost: Integration {
    func pullRequest(_ number: Int) async throws -> PullRequest
    func checks(of ref: String) async throws -> [HostedCheck]
    func create(_ draft: PullRequestDraft, key: CallKey) async throws -> PullRequest
    func comment(on number: Int, _ text: String, key: CallKey) async throws -> PostedComment
    func label(_ number: Int, _ labels: [String], key: CallKey) async throws -> PullRequest
}

/// Holds pages: Confluence, Notion.
package protocol DocumentationSite: Integration {
    func page(_ id: String) async throws -> Page
    func search(_ query: String, limit: Int) async throws -> [Page]
    func create(_ draft: PageDraft, key: CallKey) async throws -> Page
    func update(_ page: String, _ change: PageChange, key: CallKey) async throws -> Page
}

/// Carries messages: Slack, Discord, email.
package protocol ChatService: Integration {
    func post(_ message: ChatMessage, key: CallKey) async throws -> PostedMessage
}

/// Names one call for good: the same after a crash and a resume.
package struct CallKey: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }
}

/// Why an outside system did not do what it was asked.
package struct IntegrationError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// One sentence: what failed, where, and how to fix it.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package enum Code: String, Sendable, Hashable {
        /// Nothing plays the role, or it cannot be reached.
        case unavailable
        /// The action or its arguments make no sense.
        case invalid
        case notFound
        /// The system does not allow it.
        case refused
        case failed
    }

    package var description: String { message }
}
