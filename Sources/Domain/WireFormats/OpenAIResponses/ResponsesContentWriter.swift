import Conversation
import JSON

/// Writes the parts of messages and of tool outputs.
struct ResponsesContentWriter {
    let images: [String: String]

    private static let family = OpenAIResponses.family

    func text(_ text: String, of role: String) -> JSONValue {
        role == "assistant"
            ? ["type": "output_text", "text": .string(text)]
            : ["type": "input_text", "text": .string(text)]
    }

    func passage(_ passage: Passage, of role: String) -> JSONValue {
        let isOwn = passage.passthrough?.family == Self.family
        if isOwn, passage.passthrough?.form == OpenAIResponses.Form.refusal {
            var part: JSONObject = ["type": "refusal", "refusal": .string(passage.text)]
            part.addRest(passage.passthrough)
            return .object(part)
        }
        guard role == "assistant" else {
            var part: JSONObject = ["type": "input_text", "text": .string(passage.text)]
            add(passage.cacheMark, to: &part)
            part.addRest(passage.passthrough)
            return .object(part)
        }
        var part: JSONObject = ["type": "output_text", "text": .string(passage.text)]
        if let citations = passage.citations {
            part.set(.array(citations.compactMap(Self.annotation)), for: "annotations")
        }
        part.addRest(passage.passthrough)
        return .object(part)
    }

    /// A part of an answer's text.
    static func outputText(_ passage: Passage) -> JSONValue {
        var part: JSONObject = [
            "type": "output_text", "text": .string(passage.text),
            "annotations": .array((passage.citations ?? []).compactMap(annotation)),
        ]
        part.addRest(passage.passthrough)
        return .object(part)
    }

    /// Nil for a source that this API has no word for.
    static func annotation(_ citation: Citation) -> JSONValue? {
        if let native = citation.native, native.family == family { return native.value }
        switch citation.source {
        case .web(let url):
            return [
                "type": "url_citation", "url": .string(url), "title": .string(citation.title ?? ""),
                "start_index": .integer(Int64(citation.answer?.start ?? 0)),
                "end_index": .integer(Int64(citation.answer?.end ?? 0)),
            ]
        case .file(let id, let name):
            return file(id, name ?? citation.title, citation)
        case .document(_, _, let id?):
            return file(id, citation.title, citation)
        case .document, .searchResult, .other:
            return nil
        }
    }

    private static func file(_ id: String, _ name: String?, _ citation: Citation) -> JSONValue {
        [
            "type": "file_citation", "file_id": .string(id), "filename": .string(name ?? ""),
            "index": .integer(Int64(citation.answer?.end ?? 0)),
        ]
    }

    func image(_ image: ImagePart) -> JSONValue {
        var part: JSONObject = ["type": "input_image"]
        switch image.source {
        case .file(let id): part.set(id, for: "file_id")
        case .url(let url): part.set(url, for: "image_url")
        case .base64(let type, let data): part.set(DataURL.text(mediaType: type, data: data), for: "image_url")
        case .text, .parts, nil:
            let data = images[image.hash] ?? ""
            part.set(DataURL.text(mediaType: image.format.mediaType, data: data), for: "image_url")
        }
        if let detail = image.detail {
            part.set(detail, for: "detail")
        } else if image.passthrough?.family != Self.family, image.source == nil {
            part.set("auto", for: "detail")
        }
        add(image.cacheMark, to: &part)
        part.addRest(image.passthrough)
        return .object(part)
    }

    /// One part, or those of a document that is made of parts.
    func document(_ document: DocumentPart) -> [JSONValue] {
        var part: JSONObject = ["type": "input_file"]
        let isOwn = document.passthrough?.family == Self.family
        switch document.source {
        case .base64(let type, let data):
            let isBare = isOwn && document.passthrough?.form == OpenAIResponses.Form.bare
            part.set(isBare ? data : DataURL.text(mediaType: type, data: data), for: "file_data")
        case .url(let url): part.set(url, for: "file_url")
        case .file(let id): part.set(id, for: "file_id")
        case .text(_, let text): return [inputText(named(document, text))]
        case .parts(let parts):
            let heading = named(document, "")
            return (heading.isEmpty ? [] : [inputText(heading)]) + parts.flatMap(output)
        }
        if let title = document.title {
            part.set(title, for: "filename")
        } else if !isOwn, case .base64 = document.source {
            part.set("document.pdf", for: "filename")
        }
        add(document.cacheMark, to: &part)
        part.addRest(document.passthrough)
        return [.object(part)]
    }

    /// A part of what a tool gives back; nothing for what this API does not take there.
    func output(_ part: Content) -> [JSONValue] {
        switch part {
        case .text(let text): [inputText(text)]
        case .passage(let passage): [self.passage(passage, of: "user")]
        case .image(let image): [self.image(image)]
        case .document(let document): self.document(document)
        case .native(let native): native.family == Self.family ? [native.value] : []
        case .thinking, .toolCall, .toolResult: []
        }
    }

    private func inputText(_ text: String) -> JSONValue { ["type": "input_text", "text": .string(text)] }

    /// The words of a document with what is said of it in front.
    private func named(_ document: DocumentPart, _ text: String) -> String {
        [document.title, document.context, text].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// A mark of another format is not written: models of before refuse it, and cache by themselves.
    private func add(_ mark: CacheMark?, to part: inout JSONObject) {
        guard let passthrough = mark?.passthrough, passthrough.family == Self.family else { return }
        part.set(.object(passthrough.members), for: "prompt_cache_breakpoint")
    }
}
