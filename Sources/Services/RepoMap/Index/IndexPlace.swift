import Crypto
package import Files
import Subprocess

extension RepoMapper {
    /// Where the index of a folder is kept below Vencejo's state: one for a repository and all its worktrees, else one for
    /// the folder.
    package static func indexFile(
        for folder: FilePath, home: FilePath, environment: [String: String]
    ) async throws -> FilePath {
        var command = Command(
            "git", ["rev-parse", "--path-format=absolute", "--git-common-dir"],
            environment: environment.filter { ["PATH", "HOME", "XDG_CONFIG_HOME"].contains($0.key) }, directory: folder)
        command.limits.time = .seconds(10)
        do throws(SubprocessError) {
            let result = try await command.run()
            if result.ended == .cancelled {
                throw SubprocessError(.cancelled, "The search for git's folder was stopped.")
            }
            let text = result.stdout.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            if result.succeeded, text.hasPrefix("/") { return indexFile(named: text, home: home) }
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            // Without git the folder itself is the key.
        }
        return indexFile(named: folder.string, home: home)
    }

    /// The index of a repository whose common git folder is known.
    package static func indexFile(named key: String, home: FilePath) -> FilePath {
        home / "maps" / "\(SHA256.hash(key).hex.prefix(32)).db"
    }
}
