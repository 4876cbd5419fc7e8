package import JSON

/// Lists of models in the shapes of OpenAI, Anthropic and Ollama, served and read; pure.
package enum ModelLists {
    /// What a client of Anthropic's asks for: a page of the list.
    package struct Page: Sendable, Hashable {
        package var limit: Int
        package var after: String?
        package var before: String?

        package init(limit: Int = 20, after: String? = nil, before: String? = nil) {
            self.limit = limit
            self.after = after
            self.before = before
        }

        /// Reads `limit`, `after_id` and `before_id` of a query.
        package init(query: [String: String]) throws(WireFault) {
            self.init(after: query["after_id"], before: query["before_id"])
            guard let text = query["limit"] else { return }
            guard let number = Int(text), (1...1_000).contains(number) else {
                throw WireFault(
                    .invalid, "limit", "expected a number from 1 to 1000, got \(JSONValue.string(text).summary)")
            }
            limit = number
        }
    }

    /// `GET /v1/models` as OpenAI answers it.
    package static func openAI(_ models: [ListedModel]) -> JSONValue {
        ["object": "list", "data": .array(models.map(openAI))]
    }

    /// `GET /v1/models/{id}` as OpenAI answers it.
    package static func openAI(_ model: ListedModel) -> JSONValue {
        var body: JSONObject = [
            "id": .string(model.id), "object": "model", "created": .integer(Int64(model.created)),
            "owned_by": .string(model.owner),
        ]
        body.set(model.contextWindow, for: "context_window")
        body.set(model.outputLimit, for: "max_output_tokens")
        return .object(body)
    }

    /// `GET /v1/models` as Anthropic answers it; an id that is not in the list begins at its start.
    package static func anthropic(_ models: [ListedModel], page: Page = Page()) -> JSONValue {
        var rest = models[...]
        var isFromEnd = false
        if let after = page.after, let place = models.firstIndex(where: { $0.id == after }) {
            rest = models[(place + 1)...]
        } else if let before = page.before, let place = models.firstIndex(where: { $0.id == before }) {
            rest = models[..<place]
            isFromEnd = true
        }
        let shown = isFromEnd ? rest.suffix(page.limit) : rest.prefix(page.limit)
        return [
            "data": .array(shown.map(anthropic)), "has_more": .bool(shown.count < rest.count),
            "first_id": shown.first.map { .string($0.id) } ?? .null,
            "last_id": shown.last.map { .string($0.id) } ?? .null,
        ]
    }

    /// `GET /v1/models/{id}` as Anthropic answers it.
    package static func anthropic(_ model: ListedModel) -> JSONValue {
        var body: JSONObject = [
            "type": "model", "id": .string(model.id), "display_name": .string(model.displayName ?? model.id),
            "created_at": .string(UTCTime.text(model.created)),
        ]
        body.set(model.contextWindow, for: "max_input_tokens")
        body.set(model.outputLimit, for: "max_tokens")
        return .object(body)
    }

    /// Reads a list in any of the three shapes; entries without a name are passed over.
    package static func models(from body: JSONValue) throws(WireFault) -> [ListedModel] {
        // Some services give the bare array.
        if let entries = body.arrayValue { return entries.compactMap(model) }
        let wire = try WireObject(body)
        if let entries = try wire.array("data") { return entries.compactMap(model) }
        if let entries = try wire.array("models") { return entries.compactMap(model) }
        throw WireFault(.invalid, "data", "the field is missing")
    }

    /// The id after which the next page of a list of Anthropic's begins; nil where there is none.
    package static func nextPage(of body: JSONValue) -> String? {
        body["has_more"]?.boolValue == true ? body["last_id"]?.stringValue : nil
    }

    private static func model(_ entry: JSONValue) -> ListedModel? {
        guard let id = entry["id"]?.stringValue ?? entry["model"]?.stringValue ?? entry["name"]?.stringValue else {
            return nil
        }
        let time = entry["created_at"] ?? entry["modified_at"]
        return ListedModel(
            id: id, created: entry["created"]?.intValue ?? time?.stringValue.flatMap(UTCTime.seconds) ?? 0,
            owner: entry["owned_by"]?.stringValue ?? "", displayName: entry["display_name"]?.stringValue,
            contextWindow: entry["context_window"]?.intValue ?? entry["context_length"]?.intValue
                ?? entry["max_model_len"]?.intValue ?? entry["max_input_tokens"]?.intValue,
            outputLimit: entry["max_output_tokens"]?.intValue ?? entry["max_tokens"]?.intValue
                ?? entry["top_provider"]?["max_completion_tokens"]?.intValue)
    }
}
