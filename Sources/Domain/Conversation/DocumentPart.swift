/// A document that the user shows the model.
package struct DocumentPart: Sendable, Hashable, Codable {
    package var source: MediaSource
    package var title: String?
    /// What the model is told of the document, which is not cited.
    package var context: String?
    /// Whether the model is to cite it; nil where nothing is said.
    package var allowsCitations: Bool?
    package var cacheMark: CacheMark?
    package var passthrough: Passthrough?

    package init(
        _ source: MediaSource, title: String? = nil, context: String? = nil, allowsCitations: Bool? = nil,
        cacheMark: CacheMark? = nil, passthrough: Passthrough? = nil
    ) {
        self.source = source
        self.title = title
        self.context = context
        self.allowsCitations = allowsCitations
        self.cacheMark = cacheMark
        self.passthrough = passthrough
    }

    /// On the high side: a page of a PDF is some 2 000 tokens, and seldom less than 20 000 characters of Base64.
    package var estimatedTokens: Int {
        let own = (title?.utf8.count ?? 0) + (context?.utf8.count ?? 0)
        return switch source {
        case .text(_, let text): (text.utf8.count + own) * 2 / 5 + 16
        case .base64(_, let data): max(2_000, data.utf8.count / 10) + own
        case .url, .file: 10_000 + own
        case .parts(let parts): parts.reduce(own) { $0 + ($1.plainText?.utf8.count ?? 4_000) * 2 / 5 + 16 }
        }
    }
}

/// Where the bytes of an image or a document are.
package enum MediaSource: Sendable, Hashable, Codable {
    /// In Base64, without the `data:` prefix.
    case base64(mediaType: String, data: String)
    case url(String)
    case text(mediaType: String, text: String)
    /// Uploaded to the provider before, and known by this id.
    case file(id: String)
    /// A document made of parts.
    case parts([Content])
}
