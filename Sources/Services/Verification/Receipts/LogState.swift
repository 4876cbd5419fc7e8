import Crypto
package import Files

/// Whether the file of a log is still what a receipt says it was.
package enum LogState: String, Sendable, Hashable {
    case intact, altered, missing
    /// The log was longer than what is kept, so its hash cannot be compared; the kept part has the right size.
    case shortened

    /// Compares a log with the count and the SHA-256 of everything that was printed.
    package static func of(_ log: FilePath, bytes: Int, hash: String) -> LogState {
        // What cannot be looked at is as good as gone.
        guard let info = try? FileSystem.info(log) else { return .missing }
        guard info.kind == .regular, info.size <= 64 << 20, let content = try? FileSystem.readBytes(log) else {
            return .altered
        }
        if content.count == bytes { return SHA256.hash(content).hex == hash ? .intact : .altered }
        return isShortened(content, bytes) ? .shortened : .altered
    }

    /// A shortened log says in its middle how much was left out; with that, the sizes must fit.
    private static func isShortened(_ content: [UInt8], _ bytes: Int) -> Bool {
        guard content.count < bytes else { return false }
        let text = String(decoding: content, as: UTF8.self)
        let marks = text.split(separator: "\n").filter { $0.hasPrefix("[… ") && $0.hasSuffix(" bytes left out …]") }
        return marks.contains { mark in
            guard let left = Int(mark.dropFirst(3).prefix { $0.isNumber }) else { return false }
            return content.count - (mark.utf8.count + 2) + left == bytes
        }
    }
}
