import Crypto
package import Files
import Subprocess

/// Gives each project its own copies of the tools' folders that it declares, such as `~/.npm`.
///
/// Commands write to the copy; the user's own folder is read once, when the copy is made, and never written.
package struct SandboxCaches: Sendable {
    private let state: FilePath
    private let host: HostEnvironment

    /// The copies live below the state's `caches`.
    package init(state: FilePath, environment: [String: String] = Command.inheritedEnvironment()) {
        self.state = state
        host = HostEnvironment(environment)
    }

    /// The caches of a project, copied where they are not there yet; an interrupted copy is begun anew.
    ///
    /// Throws `invalidPolicy` for a folder outside of the home, the home itself, or one where credentials are kept.
    package func prepare(_ folders: [String], project: FilePath) async throws -> [SandboxPolicy.Cache] {
        let base = state / "caches" / String(SHA256.hash(project.string).hex.prefix(16))
        var caches: [SandboxPolicy.Cache] = []
        for folder in folders {
            let place = try place(of: folder)
            let copy = base / String(SHA256.hash(place.string).hex.prefix(16))
            if !FileSystem.isDirectory(copy) { try await fill(copy, from: place) }
            caches.append(SandboxPolicy.Cache(place: place, folder: copy))
        }
        return caches
    }

    private func place(of folder: String) throws -> FilePath {
        let path = host.expanded(FilePath(folder)).normalized()
        guard let home = host.home, let name = path.relative(to: home), let first = name.split(separator: "/").first,
            first != "."
        else {
            throw WorkbenchError(
                .invalidPolicy, "The cache \(folder) is not below your home folder: write it as ~/….")
        }
        guard !Self.secretFolders.contains(String(first)) else {
            throw WorkbenchError(.invalidPolicy, "\(folder) cannot be a cache: credentials are kept there.")
        }
        let isInTools = host.toolFolders().contains { path.isInside($0) }
        guard !isInTools || FileSystem.isDirectory(path) else {
            throw WorkbenchError(
                .invalidPolicy, "The cache \(folder) lies among tools and does not exist yet: mkdir -p \(folder).")
        }
        return path
    }

    private static let secretFolders: Set<String> = [
        ".ssh", ".gnupg", ".aws", ".azure", ".config", ".kube", ".docker", ".password-store", ".netrc", ".mozilla",
    ]

    private func fill(_ copy: FilePath, from place: FilePath) async throws {
        try FileSystem.createDirectory(copy.parent)
        guard FileSystem.isDirectory(place) else { return try FileSystem.createDirectory(copy) }
        let unfinished = FilePath("\(copy).part")
        try FileSystem.removeTree(unfinished)
        #if os(Linux)
            let how = ["-a", "--reflink=auto"]
        #else
            let how = ["-Rpc"]
        #endif
        let result = try await Command(
            "cp", how + ["\(place)/.", unfinished.string], environment: ["PATH": host.searchPath], output: .merged
        ).run()
        guard result.ended == .normally, result.status == .exited(0) else {
            if result.ended == .cancelled { throw CancellationError() }
            throw WorkbenchError(
                .invalidPolicy, "The cache \(place) cannot be copied for this project: \(result.stdout.text)")
        }
        try FileSystem.move(unfinished, to: copy)
    }
}
