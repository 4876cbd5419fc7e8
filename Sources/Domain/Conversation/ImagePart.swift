/// An image of a conversation, named by the hash of its bytes; the bytes themselves stand beside the conversation.
///
/// A record that names an image stays small, and a request finds the bytes in `ModelRequest.images`.
package struct ImagePart: Sendable, Hashable, Codable {
    package var format: ImageFormat
    /// SHA-256 of the file, in hexadecimal.
    package var hash: String
    /// In pixels.
    package var width: Int
    package var height: Int
    /// What the user calls it, such as the file's path.
    package var name: String

    package init(format: ImageFormat, hash: String, width: Int, height: Int, name: String) {
        self.format = format
        self.hash = hash
        self.width = width
        self.height = height
        self.name = name
    }

    /// About what providers charge for it: a token for 750 pixels, up to the size that they scale to.
    package var estimatedTokens: Int { min(width * height / 750, 1_600) + 85 }
}

/// The kinds of images that models take.
package enum ImageFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case webp = "image/webp"

    package var mediaType: String { rawValue }
}
