package import Files

extension Repository {
    /// Git's own files of this repository that seem to hold credentials, such as a token in a remote's address.
    ///
    /// Commands of agents can read git's folder, so that `git log` works; these files they must not.
    package func filesWithCredentials() -> [FilePath] {
        ["config", "config.worktree", ".git-credentials"].map { commonDirectory / $0 }.filter { file in
            // A file that is not there, or no text, holds none that git would use.
            guard let text = try? FileSystem.readText(file, limit: 1 << 20) else { return false }
            return text.split(whereSeparator: \.isNewline).contains { Self.holdsCredential($0.lowercased()) }
        }
    }

    static func holdsCredential(_ line: String) -> Bool {
        if ["extraheader", "password", "token", "authorization"].contains(where: { line.contains($0) }) { return true }
        guard let scheme = line.firstRange(of: "://") else { return false }
        let host = line[scheme.upperBound...].prefix { $0 != "/" }
        // A user's name alone, as in ssh://git@host, is no secret.
        return host.contains("@") && host.contains(":") && !line.contains("ssh://")
            || host.contains("@") && line.contains("http")
    }
}

extension Repository {
    /// Copies of git's configuration without credentials, for commands to see in place of the files that hold some.
    ///
    /// They are written to the folder anew at each call. What is no configuration, such as a file of stored
    /// credentials, has no copy and is for ``SandboxPolicy/masked``.
    package func configurationWithoutCredentials(in folder: FilePath) throws -> [SandboxPolicy.Replacement] {
        try filesWithCredentials().filter { $0.name.hasPrefix("config") }.map { file in
            let content = folder / "git-\(file.name)"
            try FileSystem.createDirectory(folder)
            try FileSystem.write(GitConfigCleaner.cleaned(try FileSystem.readText(file)), to: content, newMode: 0o600)
            return SandboxPolicy.Replacement(file: file, content: content)
        }
    }
}
