package import JSON

/// Who plays each of the four roles for a project; at most one system a role.
package struct IntegrationDirectory: Sendable {
    private let tracker: (any TaskTracker)?
    private let codeHost: (any CodeHost)?
    private let documentation: (any DocumentationSite)?
    private let chat: (any ChatService)?

    package init(
        tracker: (any TaskTracker)? = nil, codeHost: (any CodeHost)? = nil,
        documentation: (any DocumentationSite)? = nil, chat: (any ChatService)? = nil
    ) {
        self.tracker = tracker
        self.codeHost = codeHost
        self.documentation = documentation
        self.chat = chat
    }

    /// Who plays the role, if anyone does.
    package func integration(for role: IntegrationRole) -> (any Integration)? {
        switch role {
        case .tracker: tracker
        case .codeHost: codeHost
        case .documentation: documentation
        case .chat: chat
        }
    }

    /// Whether the call may be made again where it is not known if it was made.
    package func isRepeatable(_ call: IntegrationCall) -> Bool {
        call.action.isReading || integration(for: call.role)?.knowsRepeatedCalls == true
    }

    /// Makes the call and gives what the action says that it gives.
    package func perform(_ call: IntegrationCall, key: CallKey) async throws -> JSONValue {
        switch call.role {
        case .tracker: try await perform(call, key, by: Self.present(tracker, call.role))
        case .codeHost: try await perform(call, key, by: Self.present(codeHost, call.role))
        case .documentation: try await perform(call, key, by: Self.present(documentation, call.role))
        case .chat:
            try JSONCoding.encode(
                try await Self.present(chat, call.role).post(call.decoded(ChatMessage.self), key: key))
        }
    }

    private static func present<System>(_ system: System?, _ role: IntegrationRole) throws -> System {
        guard let system else {
            throw IntegrationError(.unavailable, "no integration plays the role of \(role.phrase): none is connected")
        }
        return system
    }

    // MARK: - The actions of each role

    private func perform(_ call: IntegrationCall, _ key: CallKey, by tracker: any TaskTracker) async throws -> JSONValue
    {
        switch call.action.name {
        case "get": try JSONCoding.encode(try await tracker.item(call.text("item")))
        case "search":
            ["items": try JSONCoding.encode(try await tracker.search(call.text("query"), limit: call.limit))]
        case "create": try JSONCoding.encode(try await tracker.create(call.decoded(WorkItemDraft.self), key: key))
        case "update":
            try JSONCoding.encode(
                try await tracker.update(call.text("item"), call.decoded(WorkItemChange.self), key: key))
        case "comment":
            try JSONCoding.encode(try await tracker.comment(on: call.text("item"), call.text("text"), key: key))
        default: throw call.unknown
        }
    }

    private func perform(_ call: IntegrationCall, _ key: CallKey, by host: any CodeHost) async throws -> JSONValue {
        switch call.action.name {
        case "get": try JSONCoding.encode(try await host.pullRequest(call.number("number")))
        case "checks": ["checks": try JSONCoding.encode(try await host.checks(of: call.text("ref")))]
        case "create": try JSONCoding.encode(try await host.create(call.decoded(PullRequestDraft.self), key: key))
        case "comment":
            try JSONCoding.encode(try await host.comment(on: call.number("number"), call.text("text"), key: key))
        case "label":
            try JSONCoding.encode(try await host.label(call.number("number"), call.texts("labels"), key: key))
        default: throw call.unknown
        }
    }

    private func perform(
        _ call: IntegrationCall, _ key: CallKey, by site: any DocumentationSite
    ) async throws -> JSONValue {
        switch call.action.name {
        case "get": try JSONCoding.encode(try await site.page(call.text("page")))
        case "search": ["pages": try JSONCoding.encode(try await site.search(call.text("query"), limit: call.limit))]
        case "create": try JSONCoding.encode(try await site.create(call.decoded(PageDraft.self), key: key))
        case "update":
            try JSONCoding.encode(try await site.update(call.text("page"), call.decoded(PageChange.self), key: key))
        default: throw call.unknown
        }
    }
}

extension IntegrationCall {
    /// How many are looked for where nothing is said.
    private static let usualLimit = 20

    fileprivate var limit: Int { arguments["limit"]?.intValue ?? Self.usualLimit }
    fileprivate func text(_ name: String) -> String { arguments[name]?.stringValue ?? "" }
    fileprivate func number(_ name: String) -> Int { arguments[name]?.intValue ?? 0 }
    fileprivate func texts(_ name: String) -> [String] { arguments[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    fileprivate func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONCoding.decode(type, from: arguments)
    }

    fileprivate var unknown: IntegrationError {
        IntegrationError(.invalid, "\(role.phrase) does not know how to do '\(action.name)'")
    }
}
