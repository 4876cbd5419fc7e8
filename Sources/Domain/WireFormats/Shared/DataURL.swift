package import Conversation

/// `data:` URLs, as several formats carry the bytes of images and documents in them.
package enum DataURL {
    package static func text(mediaType: String, data: String) -> String { "data:\(mediaType);base64,\(data)" }

    /// The media type and the Base64 of a URL; nil for any other address.
    package static func read(_ url: String) -> MediaSource? {
        guard url.utf8.starts(with: "data:".utf8), let comma = url.utf8.firstIndex(of: UInt8(ascii: ",")) else {
            return nil
        }
        let head = url[url.utf8.index(url.startIndex, offsetBy: 5)..<comma]
        guard head.hasSuffix(";base64") else { return nil }
        return .base64(
            mediaType: String(head.dropLast(";base64".count)), data: String(url[url.utf8.index(after: comma)...]))
    }
}
