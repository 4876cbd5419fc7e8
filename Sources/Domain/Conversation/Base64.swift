/// Base64 as RFC 4648 has it, with padding.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func text(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { buffer in
            var out = 0
            var index = 0
            while index < bytes.count {
                let second = index + 1 < bytes.count ? bytes[index + 1] : 0
                let third = index + 2 < bytes.count ? bytes[index + 2] : 0
                let bits = Int(bytes[index]) << 16 | Int(second) << 8 | Int(third)
                buffer[out] = alphabet[bits >> 18]
                buffer[out + 1] = alphabet[bits >> 12 & 63]
                buffer[out + 2] = index + 1 < bytes.count ? alphabet[bits >> 6 & 63] : UInt8(ascii: "=")
                buffer[out + 3] = index + 2 < bytes.count ? alphabet[bits & 63] : UInt8(ascii: "=")
                index += 3
                out += 4
            }
            return out
        }
    }
}
