import JSON
import Testing
import WireFormats

@Suite struct ModelListsTests {
    private let models = [
        ListedModel(id: "a", created: 1_700_000_000, owner: "vencejo", displayName: "A", contextWindow: 200_000),
        ListedModel(id: "b"), ListedModel(id: "c"), ListedModel(id: "d"),
    ]

    @Test func `OpenAI's list has every model`() {
        let body = ModelLists.openAI(Array(models.prefix(2)))
        #expect(
            body == [
                "object": "list",
                "data": [
                    [
                        "id": "a", "object": "model", "created": 1_700_000_000, "owned_by": "vencejo",
                        "context_window": 200_000,
                    ], ["id": "b", "object": "model", "created": 0, "owned_by": ""],
                ],
            ])
        #expect(ModelLists.openAI(models[1]) == body["data"]?[1])
    }

    @Test func `Anthropic's list comes in pages`() {
        let first = ModelLists.anthropic(models, page: .init(limit: 2))
        #expect(
            first == [
                "data": [
                    [
                        "type": "model", "id": "a", "display_name": "A", "created_at": "2023-11-14T22:13:20Z",
                        "max_input_tokens": 200_000,
                    ], ["type": "model", "id": "b", "display_name": "b", "created_at": "1970-01-01T00:00:00Z"],
                ], "has_more": true, "first_id": "a", "last_id": "b",
            ])
        #expect(ModelLists.nextPage(of: first) == "b")
        let second = ModelLists.anthropic(models, page: .init(limit: 2, after: "b"))
        #expect(second["data"]?.arrayValue?.map { $0["id"] } == ["c", "d"])
        #expect(ModelLists.nextPage(of: second) == nil)
        let back = ModelLists.anthropic(models, page: .init(limit: 2, before: "d"))
        #expect(back["data"]?.arrayValue?.map { $0["id"] } == ["b", "c"])
        #expect(back["has_more"] == true)
        #expect(
            ModelLists.anthropic([]) == ["data": [], "has_more": false, "first_id": nil, "last_id": nil])
    }

    @Test func `A page is read from a query`() throws {
        #expect(try ModelLists.Page(query: ["limit": "7", "after_id": "x"]) == .init(limit: 7, after: "x"))
        #expect(try ModelLists.Page(query: [:]) == .init(limit: 20))
        for wrong in ["0", "1001", "many"] {
            #expect(throws: WireFault(.invalid, "limit", "expected a number from 1 to 1000, got \"\(wrong)\"")) {
                try ModelLists.Page(query: ["limit": wrong])
            }
        }
    }

    @Test(arguments: [
        (
            #"{"object":"list","data":[{"id":"gpt","created":5,"owned_by":"openai"},{"object":"model"}]}"#,
            ListedModel(id: "gpt", created: 5, owner: "openai")
        ),
        (
            #"{"data":[{"type":"model","id":"claude","display_name":"Claude","created_at":"2025-02-19T00:00:00Z"}]}"#,
            ListedModel(id: "claude", created: 1_739_923_200, displayName: "Claude")
        ),
        (
            #"{"models":[{"name":"qwen3:8b","model":"qwen3:8b","modified_at":"2025-06-01T12:00:00.123456789+02:00"}]}"#,
            ListedModel(id: "qwen3:8b", created: 1_748_772_000)
        ),
        (
            #"[{"id":"x","context_length":128000,"top_provider":{"max_completion_tokens":4000}}]"#,
            ListedModel(id: "x", contextWindow: 128_000, outputLimit: 4_000)
        ),
    ])
    func `Lists are read in each of their shapes`(_ text: String, _ model: ListedModel) throws {
        #expect(try ModelLists.models(from: JSONValue(parsing: text)) == [model])
    }

    @Test func `What is written is read again`() throws {
        #expect(try ModelLists.models(from: ModelLists.openAI(models)).map(\.id) == ["a", "b", "c", "d"])
        for seconds in [0, 951_782_400, 951_868_799, 1_709_164_800, 4_102_444_800, -86_401] {
            let body = ModelLists.anthropic([ListedModel(id: "a", created: seconds)])
            #expect(try ModelLists.models(from: body).map(\.created) == [seconds])
        }
    }

    @Test(arguments: [(#"{}"#, "data", "the field is missing"), (#"{"data":7}"#, "data", "expected an array, got 7")])
    func `What is no list is refused`(_ text: String, _ path: String, _ problem: String) throws {
        let body = try JSONValue(parsing: text)
        #expect(throws: WireFault(.invalid, path, problem)) { try ModelLists.models(from: body) }
    }
}
