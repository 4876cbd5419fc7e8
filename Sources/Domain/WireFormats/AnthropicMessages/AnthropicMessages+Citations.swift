import Conversation
import JSON

extension AnthropicMessages {
    static func citation(_ value: JSONValue) throws(WireFault) -> Citation {
        let wire = try WireObject(value)
        let native = NativePart(family, value)
        let words = try wire.string("cited_text")
        func place(_ start: String, _ end: String) throws(WireFault) -> Citation.Place? {
            guard let start = try wire.int(start), let end = try wire.int(end) else { return nil }
            return Citation.Place(start: start, end: end)
        }
        func document(_ unit: Citation.Unit, _ start: String, _ end: String) throws(WireFault) -> Citation {
            Citation(
                .document(index: try wire.int("document_index") ?? 0, unit: unit, file: try wire.string("file_id")),
                title: try wire.string("document_title"), citedText: words, place: try place(start, end),
                native: native)
        }
        switch try wire.requiredString("type") {
        case "char_location": return try document(.characters, "start_char_index", "end_char_index")
        case "page_location": return try document(.pages, "start_page_number", "end_page_number")
        case "content_block_location": return try document(.blocks, "start_block_index", "end_block_index")
        case "web_search_result_location":
            return Citation(
                .web(url: try wire.string("url") ?? ""), title: try wire.string("title"), citedText: words,
                native: native)
        case "search_result_location":
            return Citation(
                .searchResult(
                    index: try wire.int("search_result_index") ?? 0, source: try wire.string("source") ?? ""),
                title: try wire.string("title"), citedText: words,
                place: try place("start_block_index", "end_block_index"), native: native)
        default: return Citation(.other, citedText: words, native: native)
        }
    }

    /// A citation of an answer for a client; nil for what this API has no words for.
    static func wire(_ citation: Citation) -> JSONValue? {
        if let native = citation.native, native.family == family { return native.value }
        let place = citation.place ?? Citation.Place(start: 0, end: 0)
        let words = JSONValue.string(citation.citedText ?? "")
        let title: JSONValue = citation.title.map { .string($0) } ?? .null
        switch citation.source {
        case .web(let url):
            return [
                "type": "web_search_result_location", "url": .string(url), "title": title, "cited_text": words,
                "encrypted_index": "",
            ]
        case .document(let index, let unit, let file):
            let (type, start, end) =
                switch unit {
                case .characters: ("char_location", "start_char_index", "end_char_index")
                case .pages: ("page_location", "start_page_number", "end_page_number")
                case .blocks: ("content_block_location", "start_block_index", "end_block_index")
                }
            return .object([
                "type": .string(type), "cited_text": words, "document_index": .integer(Int64(index)),
                "document_title": title, start: .integer(Int64(place.start)), end: .integer(Int64(place.end)),
                "file_id": file.map { .string($0) } ?? .null,
            ])
        case .searchResult(let index, let source):
            return [
                "type": "search_result_location", "cited_text": words, "search_result_index": .integer(Int64(index)),
                "source": .string(source), "title": title, "start_block_index": .integer(Int64(place.start)),
                "end_block_index": .integer(Int64(place.end)),
            ]
        case .file, .other: return nil
        }
    }
}
