import Files

/// What this machine offers to commands: programs, their folders, the few variables that do no harm.
struct HostEnvironment: Sendable, Hashable {
    let variables: [String: String]
    /// The home folder, without symlinks; nil where there is none of this user's own.
    let home: FilePath?
    let shell: FilePath

    /// Looks once at what does not change while an engine runs.
    init(_ variables: [String: String]) {
        self.variables = variables
        home = Self.home(variables)
        shell = FileSystem.which("bash", searchPath: "/bin:/usr/bin:/usr/local/bin") ?? "/bin/sh"
    }

    private static func home(_ variables: [String: String]) -> FilePath? {
        guard let text = variables["HOME"], text.hasPrefix("/"), FilePath(text) != "/" else { return nil }
        // A home that does not exist has no symlinks.
        return (try? FileSystem.realPath(FilePath(text))) ?? FilePath(text)
    }

    /// The path with the home folder in place of a leading `~`.
    func expanded(_ path: FilePath) -> FilePath {
        guard let home, path.string == "~" || path.string.hasPrefix("~/") else { return path }
        return home / String(path.string.dropFirst(2))
    }

    var searchPath: String { variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }

    /// The environment of a command: a few harmless variables, and what the policy names; never a key of a model.
    func environment(for policy: SandboxPolicy) throws -> [String: String] {
        if let key = policy.environment.first(where: { $0.uppercased().hasSuffix("API_KEY") }) {
            throw WorkbenchError(
                .invalidPolicy, "\(key) is a key, which commands never get: take it out of the sandbox's environment.")
        }
        let allowed = Set(["PATH", "LANG", "LANGUAGE", "TZ", "HOME"] + policy.environment)
        var result = variables.filter { allowed.contains($0.key) || $0.key.hasPrefix("LC_") }
        result["PATH"] = searchPath
        result["HOME"] = home?.string ?? "/tmp"
        result["TERM"] = "dumb"
        result["CI"] = "1"
        // Byte code beside the sources would change the tree that a check judges.
        result["PYTHONDONTWRITEBYTECODE"] = "1"
        result["GIT_OPTIONAL_LOCKS"] = "0"
        return result
    }

    /// The variables by which programs find the proxy; what runs inside of the sandbox is reached without it.
    static func proxyVariables(port: UInt16) -> [String: String] {
        let address = "http://127.0.0.1:\(port)"
        let here = "localhost,127.0.0.1,::1"
        var variables = ["NO_PROXY": here, "no_proxy": here]
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            variables[name] = address
            variables[name.lowercased()] = address
        }
        return variables
    }

    /// The folders of installed tools that lie in a home: what `PATH` names there, with what it needs around it.
    func toolFolders() -> [FilePath] {
        guard let home else { return [] }
        var folders: [FilePath] = []
        for entry in searchPath.split(separator: ":") {
            guard let parts = FilePath(String(entry)).relative(to: home)?.split(separator: "/").map(String.init) else {
                continue
            }
            switch parts.first {
            case "."?, nil, ".config"?, ".ssh"?, ".gnupg"?, ".aws"?: continue
            case ".local"?: folders += Self.localFolders.map { home / $0 }
            case ".cargo"?: folders += [home / ".cargo", home / ".rustup"]
            case let first? where first.hasPrefix("."): folders.append(home / first)
            default:
                let path = home / parts.joined(separator: "/")
                // A tool has more than its programs: `go/bin` needs `go/pkg`.
                folders.append(parts.last == "bin" && parts.count > 1 ? path.parent : path)
            }
        }
        folders += [".rustup", ".m2", "go/pkg", ".swiftpm/cache"].map { home / $0 }
        var seen: Set<FilePath> = []
        return folders.filter { FileSystem.isDirectory($0) && seen.insert($0).inserted }
    }

    private static let localFolders = [
        ".local/bin", ".local/lib", ".local/pipx", ".local/share/pipx", ".local/share/uv", ".local/share/mise",
        ".local/share/swiftly", ".local/share/fnm",
    ]

    /// Files among the tools' that hold credentials.
    func credentialFiles() -> [FilePath] {
        guard let home else { return [] }
        return [
            ".cargo/credentials", ".cargo/credentials.toml", ".m2/settings.xml", ".m2/settings-security.xml",
            ".gradle/gradle.properties", ".npmrc", ".netrc", ".nvm/.npmrc", ".gem/credentials", ".bundle/config",
            ".composer/auth.json", ".docker/config.json", ".config/gh/hosts.yml", ".deno/credentials", ".pypirc",
        ].map { home / $0 }
    }
}
