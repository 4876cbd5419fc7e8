import Files
import Subprocess

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
