import Files
import Policy
import Testing

@testable import Workbench

@Suite struct SeatbeltProfileTests {
    @Test func `The view becomes rules in its order`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            var view = try SandboxView(SandboxPolicy(workspace: folder), HostEnvironment([:]))
            view.workspace = "/Users/a/state/one"
            view.emptied = ["/Users", "/private/tmp"]
            view.tools = ["/Users/a/.tool"]
            view.readable = ["/Users/a/sdk"]
            view.writable = ["/Users/a/out"]
            view.hidden = ["/Users/a/state"]
            view.readableWithin = []
            view.writableWithin = ["/Users/a/state/one"]
            view.protected = ["/Users/a/state/one/.git"]
            view.masked = ["/Users/a/state/one/a\"b"]
            view.replaced = [.init(file: "/Users/a/sdk/config", content: "/x")]
            let files = """
                (version 1)
                (deny default)
                (import "bsd.sb")
                (allow process-exec process-fork)
                (allow signal (target same-sandbox))
                (allow process-info* (target same-sandbox))
                (allow sysctl-read)
                (allow file-read*)
                (allow file-write* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty"))
                (allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo"))
                (deny file-read* file-write* (subpath "/Users"))
                (allow file-read* (subpath "/Users/a/.tool"))
                (allow file-read* (subpath "/Users/a/sdk"))
                (allow file-read* file-write* (subpath "/Users/a/out"))
                (deny file-read* file-write* (subpath "/Users/a/state"))
                (allow file-read* file-write* (subpath "/Users/a/state/one"))
                (allow file-read-metadata (literal "/Users"))
                (allow file-read-metadata (literal "/Users/a"))
                (allow file-read-metadata (literal "/Users/a/state"))
                (deny file-write* (subpath "/Users/a/state/one/.git"))
                (deny file-read* file-write* (literal "/Users/a/state/one/a\\"b"))
                (deny file-read* file-write* (literal "/Users/a/sdk/config"))

                """
            #expect(SeatbeltProfile.text(view, network: .off, proxyPort: nil) == files)
            #expect(SeatbeltProfile.text(view, network: .on, proxyPort: nil) == files + "(allow network*)\n")
            #expect(
                SeatbeltProfile.text(view, network: .allowList([]), proxyPort: 4000) == files
                    + "(allow network-outbound (remote ip \"localhost:4000\"))\n")
            #expect(SeatbeltProfile.text(view, network: .allowList([]), proxyPort: nil) == files)
        }
    }
}
