/// An image of a conversation, named by the hash of its bytes; the bytes themselves stand beside the conversation.
///
/// A record that names an image stays small, and a request finds the bytes in `ModelRequest.images`. An image of a served
/// call has its own `source` instead: nothing is known of it then but what the source says.
package struct ImagePart: Sendable, Hashable, Codable {
    package var format: ImageFormat
    /// SHA-256 of the file, in hexadecimal; empty where `source` is given.
    package var hash: String
    /// In pixels; 0 where it is not known.
    package var width: Int
    package var height: Int
    /// What the user calls it, such as the file's path.
    package var name: String
    /// Where the bytes are, if not beside the conversation.
    package var source: MediaSource?
    /// How closely to look, in OpenAI's words: `low`, `high`, `auto`.
    package var detail: String?
    package var cacheMark: CacheMark?
    package var passthrough: Passthrough?

    package init(format: ImageFormat, hash: String, width: Int, height: Int, name: String) {
        self.format = format
        self.hash = hash
        self.width = width
        self.height = height
        self.name = name
    }

    /// An image that brings its own bytes, or says where they are.
    package init(
        _ source: MediaSource, detail: String? = nil, cacheMark: CacheMark? = nil, passthrough: Passthrough? = nil
    ) {
        var format = ImageFormat.unknown
        if case .base64(let mediaType, _) = source { format = ImageFormat(rawValue: mediaType) ?? .unknown }
        self.init(format: format, hash: "", width: 0, height: 0, name: "")
        self.source = source
        self.detail = detail
        self.cacheMark = cacheMark
        self.passthrough = passthrough
    }

    /// About what providers charge for it: a token for 750 pixels, up to the size that they scale to.
    package var estimatedTokens: Int { (width == 0 ? 1_600 : min(width * height / 750, 1_600)) + 85 }
}

/// The kinds of images that models take.
package enum ImageFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case webp = "image/webp"
    /// Taken by providers where a client sends it; of our own tools and the user's files, none sends it.
    case gif = "image/gif"
    /// That of an image behind an address.
    case unknown = "image/*"

    package var mediaType: String { rawValue }
}
