import CCrypto

/// A SHA-256 computation over parts that arrive one after another.
///
/// ```swift
/// var hash = SHA256()
/// hash.update(header)
/// hash.update(body)
/// let digest = hash.finalize()
/// ```
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// What libcrypto would look up anew for each digest.
    private struct Algorithm: @unchecked Sendable {
        // Never changed and never freed.
        let pointer = EVP_MD_fetch(nil, "SHA256", nil)
    }

    private static let algorithm = Algorithm()

    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, Self.algorithm.pointer, nil) == 1 else {
            libcryptoFailed("start SHA-256")
        }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the UTF-8 bytes of a text.
    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            libcryptoFailed("continue SHA-256")
        }
    }

    package consuming func finalize() -> SHA256Digest {
        var digest = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        var count: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &count) == 1, count == SHA256Digest.byteCount else {
            libcryptoFailed("finish SHA-256")
        }
        return SHA256Digest(exactly: digest)
    }
}

extension SHA256 {
    package static func hash(_ bytes: [UInt8]) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// The digest of a text's UTF-8 bytes.
    package static func hash(_ text: String) -> SHA256Digest {
        var hash = SHA256()
        hash.update(text)
        return hash.finalize()
    }
}

/// Ends the process: these functions fail only without memory or with a broken libcrypto, and to go on without a digest
/// or with weak random bytes would be worse.
func libcryptoFailed(_ action: String) -> Never {
    var text = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(ERR_get_error(), &text, text.count)
    let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    fatalError("libcrypto could not \(action): \(reason)")
}
