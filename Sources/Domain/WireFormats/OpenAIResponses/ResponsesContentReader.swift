import Conversation
import JSON

/// Reads the parts of messages and of tool outputs.
enum ResponsesContentReader {
    private static let family = OpenAIResponses.family

    static func part(_ value: JSONValue) throws(WireFault) -> Content {
        let wire = try WireObject(value)
        switch try wire.requiredString("type") {
        case "input_text", "text": return Content(try inputText(wire))
        case "output_text": return Content(try outputText(wire))
        case "refusal":
            return .passage(
                Passage(
                    try wire.requiredString("refusal"),
                    passthrough: Passthrough(
                        family, wire.rest(besides: ["type", "refusal"]), form: OpenAIResponses.Form.refusal)))
        case "input_image": return .image(try image(wire))
        case "input_file": return .document(try file(wire))
        default: return .native(NativePart(family, value))
        }
    }

    private static func inputText(_ wire: WireObject) throws(WireFault) -> Passage {
        Passage(
            try wire.requiredString("text"), cacheMark: try mark(wire),
            passthrough: .kept(family, wire.rest(besides: ["type", "text", breakpoint])))
    }

    static func outputText(_ wire: WireObject) throws(WireFault) -> Passage {
        var rest = wire.rest(besides: ["type", "text", "annotations"])
        // Empty in nearly every answer, and said again by the writer.
        if rest["logprobs"] == .array([]) { rest.set(Optional<JSONValue>.none, for: "logprobs") }
        return Passage(
            try wire.requiredString("text"), citations: try wire.each("annotations", citation),
            passthrough: .kept(family, rest))
    }

    /// A part of an answer, in which no citations say nothing.
    static func replyPart(_ value: JSONValue) throws(WireFault) -> Content {
        let content = try part(value)
        guard case .passage(var passage) = content, passage.citations?.isEmpty == true else { return content }
        passage.citations = nil
        return Content(passage)
    }

    static func citation(_ value: JSONValue) throws(WireFault) -> Citation {
        let wire = try WireObject(value)
        let native = NativePart(family, value)
        switch try wire.requiredString("type") {
        case "url_citation":
            var answer: Citation.Place?
            if let start = try wire.int("start_index"), let end = try wire.int("end_index") {
                answer = Citation.Place(start: start, end: end)
            }
            return Citation(
                .web(url: try wire.requiredString("url")), title: try wire.string("title"), answer: answer,
                native: native)
        case "file_citation", "container_file_citation":
            return Citation(
                .file(id: try wire.requiredString("file_id"), name: try wire.string("filename")),
                title: try wire.string("filename"), native: native)
        default:
            return Citation(.other, native: native)
        }
    }

    private static func image(_ wire: WireObject) throws(WireFault) -> ImagePart {
        let source: MediaSource
        if let url = try wire.string("image_url") {
            source = DataURL.read(url) ?? .url(url)
        } else if let id = try wire.string("file_id") {
            source = .file(id: id)
        } else {
            throw WireFault(.invalid, "image_url", "the field is missing")
        }
        return ImagePart(
            source, detail: try wire.string("detail"), cacheMark: try mark(wire),
            passthrough: .kept(family, wire.rest(besides: ["type", "image_url", "file_id", "detail", breakpoint])))
    }

    private static func file(_ wire: WireObject) throws(WireFault) -> DocumentPart {
        let source: MediaSource
        var form: String?
        if let text = try wire.string("file_data") {
            if let bytes = DataURL.read(text) {
                source = bytes
            } else {
                source = .base64(mediaType: "application/pdf", data: text)
                form = OpenAIResponses.Form.bare
            }
        } else if let id = try wire.string("file_id") {
            source = .file(id: id)
        } else if let url = try wire.string("file_url") {
            source = .url(url)
        } else {
            throw WireFault(.invalid, "file_data", "the field is missing, and so are file_id and file_url")
        }
        return DocumentPart(
            source, title: try wire.string("filename"), cacheMark: try mark(wire),
            passthrough: .kept(
                family, wire.rest(besides: ["type", "file_data", "file_id", "file_url", "filename", breakpoint]),
                form: form))
    }

    private static let breakpoint = "prompt_cache_breakpoint"

    /// Its lifetimes are not those that others have, so that it is a mark without one elsewhere.
    private static func mark(_ wire: WireObject) throws(WireFault) -> CacheMark? {
        try wire.object(breakpoint).map { CacheMark(passthrough: Passthrough(family, $0)) }
    }
}
