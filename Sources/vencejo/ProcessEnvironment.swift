import Files
import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the process was started with, read once.
enum ProcessEnvironment {
    static func variables() -> [String: String] { Subprocess.Command.inheritedEnvironment() }

    /// Where state lives: `VENCEJO_HOME`, else `$XDG_DATA_HOME/vencejo`, else `~/.local/share/vencejo`.
    static func home(_ variables: [String: String]) -> FilePath {
        if let home = variables["VENCEJO_HOME"], !home.isEmpty { return absolute(home) }
        if let data = variables["XDG_DATA_HOME"], !data.isEmpty { return FilePath(data) / "vencejo" }
        if let home = variables["HOME"], !home.isEmpty { return FilePath(home) / ".local/share/vencejo" }
        return FilePath("/tmp/vencejo-home")
    }

    /// Who spends and answers: `VENCEJO_USER`, `USER` or `LOGNAME`, else the name of the process's user, else its number.
    static func user(_ variables: [String: String]) -> String {
        let named = ["VENCEJO_USER", "USER", "LOGNAME"].lazy.compactMap { variables[$0] }
        if let name = named.first(where: { !$0.isEmpty }) { return name }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        let id = getuid()
        if getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name {
            return String(cString: name)
        }
        return "\(id)"
    }

    /// The programs' search path; the usual one in an empty environment.
    static func searchPath(_ variables: [String: String]) -> String {
        variables["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    }

    static func absolute(_ typed: String) -> FilePath {
        let path = FilePath(typed)
        // A current directory that was deleted leaves nothing to be relative to but the root.
        return path.isAbsolute ? path : path.resolved(from: (try? FileSystem.currentDirectory()) ?? "/")
    }
}
