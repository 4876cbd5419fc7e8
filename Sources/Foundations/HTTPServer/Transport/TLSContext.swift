import COpenSSL
import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A listener's certificate and key, ready for connections.
///
/// Unchecked: OpenSSL's contexts may be used by several threads once they are set up, which `init` does.
final class TLSContext: @unchecked Sendable {
    private let context: OpaquePointer

    /// Reads and checks the files.
    init(_ files: Listener.TLS) throws(ServerError) {
        try Self.checkReadable(files.certificate, "certificate")
        try Self.checkReadable(files.key, "key")
        guard let context = SSL_CTX_new(TLS_server_method()), vj_tls_require_1_2(context) == 1 else {
            throw ServerError(.resources, "OpenSSL cannot be used for TLS: \(Self.reason()).")
        }
        self.context = context
        vj_tls_set_modes(context)
        // Without this OpenSSL asks for a key's password on the terminal.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context, files.certificate.string) == 1 else {
            throw ServerError(
                .tls, "\(files.certificate.string) is not a certificate in PEM that can be used (\(Self.reason())).")
        }
        guard SSL_CTX_use_PrivateKey_file(context, files.key.string, SSL_FILETYPE_PEM) == 1 else {
            throw ServerError(
                .tls,
                """
                \(files.key.string) is not a private key in PEM, without a password, that belongs to \
                \(files.certificate.string) (\(Self.reason())).
                """)
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            throw ServerError(
                .tls, "The key \(files.key.string) does not belong to the certificate \(files.certificate.string).")
        }
    }

    deinit { SSL_CTX_free(context) }

    /// The server's side of a connection on a descriptor; nil when memory is short.
    func makeSession(_ descriptor: Int32) -> TLSSession? {
        guard let session = SSL_new(context) else { return nil }
        guard SSL_set_fd(session, descriptor) == 1 else {
            SSL_free(session)
            return nil
        }
        SSL_set_accept_state(session)
        return TLSSession(session)
    }

    private static func checkReadable(_ path: FilePath, _ what: String) throws(ServerError) {
        guard access(path.string, R_OK) != 0 else { return }
        let reason = String(cString: strerror(errno))
        throw ServerError(.tls, "The TLS \(what) \(path.string) cannot be read (\(reason)); check its path and mode.")
    }

    private static func reason() -> String {
        let code = ERR_get_error()
        guard code != 0, let text = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: text)
    }
}

/// One encrypted connection; confined to its loop's thread.
final class TLSSession {
    private var session: OpaquePointer?

    init(_ session: OpaquePointer) {
        self.session = session
    }

    deinit { free() }

    func free() {
        if let session { SSL_free(session) }
        session = nil
    }

    func handshake() -> Transfer {
        attempt { SSL_do_handshake($0) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        attempt { SSL_read($0, buffer.baseAddress, Int32(clamping: buffer.count)) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        attempt { SSL_write($0, bytes.baseAddress, Int32(clamping: bytes.count)) }
    }

    /// Tells the peer, as far as the socket takes it now, that no more comes.
    func sayGoodbye() {
        _ = attempt { SSL_shutdown($0) }
    }

    private func attempt(_ call: (OpaquePointer) -> Int32) -> Transfer {
        guard let session else { return .broken }
        ERR_clear_error()
        let result = call(session)
        if result > 0 { return .moved(Int(result)) }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .blocked(.readable)
        case SSL_ERROR_WANT_WRITE: return .blocked(.writable)
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .broken
        }
    }
}
