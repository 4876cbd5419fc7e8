package import Crypto
package import Secrets

/// The text of virtual keys: `vj-` and 43 characters that stand for 256 random bits.
package enum KeyText {
    package static let start = "vj-"
    /// How many characters of a text are kept to show.
    package static let shownCharacters = 7
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let length = 46

    /// A new text; it is shown to its owner once and kept nowhere.
    package static func random() -> Secret { Secret(text(of: secureRandomBytes(32))) }

    /// What is kept of a text.
    package static func digest(of text: Secret) -> SHA256Digest { text.withValue { SHA256.hash($0) } }

    /// How it begins, to be shown.
    package static func prefix(of text: Secret) -> String { text.withValue { String($0.prefix(shownCharacters)) } }

    /// Whether a text has the shape of a virtual key; for telling it from another kind of credential without a lookup.
    package static func hasShape(_ text: String) -> Bool {
        text.utf8.count == length && text.hasPrefix(start)
    }

    static func text(of bytes: [UInt8]) -> String {
        var text = Array(start.utf8)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(digits[Int(bits >> UInt32(count) & 63)])
            }
            bits &= (1 << UInt32(count)) - 1
        }
        if count > 0 { text.append(digits[Int(bits << UInt32(6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
