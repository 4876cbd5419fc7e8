package import Conversation

/// A file or page that a user gave a run to know, as it was when the run began.
///
/// Its bytes lie in the run's folder under their hash; whatever becomes of the original, the run works with these.
package struct ContextItem: Sendable, Hashable, Codable {
    /// The path or URL as the user wrote it.
    package var source: String
    package var kind: Kind
    /// SHA-256 of the bytes that are kept, in hexadecimal.
    package var hash: String
    package var byteCount: Int

    package enum Kind: Sendable, Hashable, Codable {
        case text
        /// A web page, reduced to Markdown.
        case page(title: String)
        case image(ImageFormat, width: Int, height: Int)
    }

    package init(source: String, kind: Kind, hash: String, byteCount: Int) {
        self.source = source
        self.kind = kind
        self.hash = hash
        self.byteCount = byteCount
    }

    /// The item as a part of a conversation, where it is an image.
    package var image: ImagePart? {
        guard case .image(let format, let width, let height) = kind else { return nil }
        return ImagePart(format: format, hash: hash, width: width, height: height, name: source)
    }
}
