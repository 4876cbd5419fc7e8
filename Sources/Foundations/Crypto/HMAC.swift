import CCrypto

/// Message authentication with a shared key.
package enum HMAC {
    /// The HMAC-SHA-256 code of the message (RFC 2104); compare codes with `==`, which takes constant time.
    package static func sha256(_ message: [UInt8], key: [UInt8]) -> SHA256Digest {
        // libcrypto takes a missing key for "the key of last time", so an empty one must still have an address.
        let storage = key.isEmpty ? [0] : key
        var code = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        var count: UInt32 = 0
        let result = CCrypto.HMAC(
            EVP_sha256(), storage, Int32(key.count), message, message.count, &code, &count)
        guard result != nil, count == SHA256Digest.byteCount else { libcryptoFailed("compute an HMAC") }
        return SHA256Digest(exactly: code)
    }
}
