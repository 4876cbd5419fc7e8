package import Files
import JSON

/// Which projects the user trusts with something, by the hash of what was looked at; kept where no project can write.
///
/// What has changed since is not trusted any more.
package struct TrustList: Sendable {
    private let file: FilePath
    /// What the projects are trusted with, in a word for messages: `hooks`.
    private let subject: String

    package init(in file: FilePath, of subject: String) {
        self.file = file
        self.subject = subject
    }

    /// Whether the user trusts what has this hash now.
    package func isTrusted(_ hash: String, of project: FilePath) throws(TrustError) -> Bool {
        try read()[Self.key(project)]?.stringValue == hash
    }

    package func trust(_ hash: String, of project: FilePath) throws(TrustError) {
        try change { $0.set(.string(hash), for: Self.key(project)) }
    }

    package func distrust(_ project: FilePath) throws(TrustError) {
        try change { $0.set(nil, for: Self.key(project)) }
    }

    private static func key(_ project: FilePath) -> String {
        // A project that is gone has no links to follow.
        ((try? FileSystem.realPath(project)) ?? project).string
    }

    private func read() throws(TrustError) -> JSONObject {
        guard FileSystem.exists(file) else { return [:] }
        do {
            let value = try JSONValue(parsing: try FileSystem.readText(file, limit: 4 << 20))
            guard case .object(let object) = value else { throw TrustError("it is no object") }
            return object
        } catch {
            throw TrustError(
                "the list of trusted \(subject) \(file) cannot be read (\(error)): remove it and trust them again")
        }
    }

    private func change(_ body: (inout JSONObject) -> Void) throws(TrustError) {
        var object = try read()
        body(&object)
        do throws(FileError) {
            try FileSystem.createDirectory(file.parent)
            try FileSystem.write(JSONValue.object(object).text(.pretty) + "\n", to: file, durability: .durable)
        } catch {
            throw TrustError("the list of trusted \(subject) cannot be written: \(error.message)")
        }
    }
}

/// Why it cannot be told, or not be kept, what is trusted.
package struct TrustError: Error, Hashable, CustomStringConvertible {
    package let message: String

    init(_ message: String) { self.message = message }

    package var description: String { message }
}
