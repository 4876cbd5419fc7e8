import Files

/// The text of a profile for macOS's `sandbox-exec` that says what ``SandboxView`` says.
///
/// A later rule wins over an earlier one. It is a pure function, so that it can be tested anywhere.
enum SeatbeltProfile {
    static func text(_ view: SandboxView, network: SandboxPolicy.Network, proxyPort: UInt16?) -> String {
        var lines = ["(version 1)", "(deny default)", "(import \"bsd.sb\")"]
        lines += [
            "(allow process-exec process-fork)", "(allow signal (target same-sandbox))",
            "(allow process-info* (target same-sandbox))", "(allow sysctl-read)", "(allow file-read*)",
            "(allow file-write* (literal \"/dev/null\") (literal \"/dev/zero\") (literal \"/dev/tty\"))",
            "(allow mach-lookup (global-name \"com.apple.system.opendirectoryd.libinfo\"))",
        ]
        lines += rules("deny file-read* file-write*", view.emptied.filter { $0 != "/tmp" && $0 != "/private/tmp" })
        lines += rules("allow file-read*", view.tools + view.readable)
        lines += rules("allow file-read* file-write*", view.writable)
        lines += rules("deny file-read* file-write*", view.hidden)
        lines += rules("allow file-read*", view.readableWithin)
        lines += rules("allow file-read* file-write*", view.writableWithin)
        // A folder on the way to something allowed has to be seen, and nothing else of it.
        let ways = (view.tools + view.readable + view.writable + view.readableWithin + view.writableWithin)
            .flatMap(ancestors)
        lines += Set(ways).sorted().map { "(allow file-read-metadata (literal \(quoted($0))))" }
        lines += rules("deny file-write*", view.protected)
        lines += (view.masked + view.replaced.map(\.file)).map {
            "(deny file-read* file-write* (literal \(quoted($0))))"
        }
        switch network {
        case .off: break
        case .on: lines.append("(allow network*)")
        case .allowList:
            if let proxyPort { lines.append("(allow network-outbound (remote ip \"localhost:\(proxyPort)\"))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func rules(_ action: String, _ paths: [FilePath]) -> [String] {
        paths.map { "(\(action) (subpath \(quoted($0))))" }
    }

    private static func ancestors(_ path: FilePath) -> [FilePath] {
        var found: [FilePath] = []
        var next = path.parent
        while next != "/", !found.contains(next) {
            found.append(next)
            next = next.parent
        }
        return found
    }

    /// A text of the profile's language; a path cannot end it.
    static func quoted(_ path: FilePath) -> String {
        var text = "\""
        for character in path.string {
            if character == "\"" || character == "\\" { text.append("\\") }
            text.append(character)
        }
        return text + "\""
    }
}
