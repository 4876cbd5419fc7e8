import IntegrationRoles
import JSON
import Testing

@Suite("Calls of outside systems (E1, I1)")
struct IntegrationCallTests {
    @Test(
        "are refused in one sentence when they make no sense",
        arguments: [
            ("wiki", "get", [:], "there is no role 'wiki'; the roles are tracker, code-host, documentation, chat"),
            ("tracker", "close", [:], "a tracker has no action 'close'; it has get, search, create, update, comment"),
            ("tracker", "get", [:], "tracker get: the argument 'item' is missing"),
            ("tracker", "get", ["item": nil], "tracker get: the argument 'item' is missing"),
            ("tracker", "get", ["item": 7], "tracker get: the argument 'item' is a text, not 7"),
            ("tracker", "get", ["item": "A-1", "all": true], "tracker get: there is no argument 'all'; it takes item"),
            ("code-host", "get", ["number": "7"], "code-host get: the argument 'number' is a number, not \"7\""),
            (
                "tracker", "create", ["title": "x", "labels": ["a", 1]],
                "tracker create: the argument 'labels' is a list of texts, not [\"a\",1]"
            ),
            ("chat", "post", ["x"], "chat post: its arguments are a mapping, not [\"x\"]"),
        ] as [(String, String, JSONValue, String)])
    func faults(role: String, action: String, arguments: JSONValue, sentence: String) {
        #expect(throws: IntegrationError(.invalid, sentence)) {
            _ = try IntegrationCall(role: role, action: action, arguments: arguments)
        }
    }

    @Test("reach whoever plays the role, in neutral words")
    func performing() async throws {
        let tracker = RecordingTracker()
        let directory = IntegrationDirectory(tracker: tracker)
        let create = try IntegrationCall(
            role: "tracker", action: "create", arguments: ["title": "Crash", "labels": ["bug"], "parent": nil])
        #expect(create.summary == "tracker create \"Crash\"")
        let made = try await directory.perform(create, key: CallKey("k"))
        #expect(made["key"] == "T-1" && made["labels"] == ["bug"] && made["status"] == "open")
        let search = try IntegrationCall(role: "tracker", action: "search", arguments: ["query": "crash"])
        let found = try await directory.perform(search, key: CallKey("k"))
        #expect(found["items"]?[0]?["title"] == "found crash in 20")
        #expect(directory.isRepeatable(search) && !directory.isRepeatable(create))
    }

    @Test("say so when nobody plays the role")
    func nobody() async throws {
        let post = try IntegrationCall(role: "chat", action: "post", arguments: ["text": "hello"])
        await #expect(
            throws: IntegrationError(.unavailable, "no integration plays the role of a chat: none is connected")
        ) {
            _ = try await IntegrationDirectory().perform(post, key: CallKey("k"))
        }
    }

    @Test("exist for every action with outputs of their own", arguments: IntegrationRole.allCases)
    func table(role: IntegrationRole) {
        #expect(!role.actions.isEmpty)
        #expect(Set(role.actions.map(\.name)).count == role.actions.count)
        #expect(role.actions.allSatisfy { !$0.outputs.isEmpty && !$0.summary.isEmpty })
    }
}

private struct RecordingTracker: TaskTracker {
    let name = "records"
    let knowsRepeatedCalls = false

    func item(_ key: String) async throws -> WorkItem { WorkItem(key: key, title: "t", status: "open") }

    func search(_ query: String, limit: Int) async throws -> [WorkItem] {
        [WorkItem(key: "T-9", title: "found \(query) in \(limit)", status: "open")]
    }

    func create(_ draft: WorkItemDraft, key: CallKey) async throws -> WorkItem {
        WorkItem(key: "T-1", title: draft.title, status: "open", labels: draft.labels ?? [])
    }

    func update(_ item: String, _ change: WorkItemChange, key: CallKey) async throws -> WorkItem {
        WorkItem(key: item, title: change.title ?? "t", status: change.status ?? "open")
    }

    func comment(on item: String, _ text: String, key: CallKey) async throws -> PostedComment { PostedComment(id: "c") }
}
